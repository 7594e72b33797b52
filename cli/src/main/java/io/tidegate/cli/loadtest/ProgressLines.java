package io.tidegate.cli.loadtest;

import io.tidegate.cli.Output;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.run.Progress;
import io.tidegate.loadtest.run.Seconds;

/** How a run goes, on stderr: a line a second on a terminal, one in ten elsewhere. */
final class ProgressLines implements Progress {
  private static final int RARELY = 10;

  private final Output output;
  private final boolean terminal;

  ProgressLines(Output output, boolean terminal) {
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public void note(String line) {
    output.note(line);
  }

  @Override
  public void second(Seconds.Last last) {
    if (terminal || last.second() % RARELY == 0) {
      output.note(
          "%4d s  offered %,7d/s  accepted %,7d/s  pushed %,7d/s  connected %,7d  accept p99 %s  push p99 %s"
              .formatted(
                  last.second(),
                  last.offered(),
                  last.accepted(),
                  last.shown(),
                  last.connected(),
                  millis(last.accept()),
                  millis(last.acceptToPush())));
    }
  }

  private static String millis(Distribution of) {
    return of.count() == 0 ? "-" : "%.1f ms".formatted(of.p99Us() / 1e3);
  }
}
