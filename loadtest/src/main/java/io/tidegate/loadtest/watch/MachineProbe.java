package io.tidegate.loadtest.watch;

import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The machine that the generator runs on, with all that runs there, by {@code /proc/stat}. */
final class MachineProbe implements Probe {
  /** Of the line of all cores: behind user, nice and system stand idle and iowait. */
  private static final int IDLE = 4;

  private static final int IOWAIT = 5;

  /** What follows is counted in user and nice already. */
  private static final int GUEST = 9;

  private final Path stat;
  private final Map<String, String> runtime;
  private final GaugeSeries series = new GaugeSeries();
  private double lastBusy = Double.NaN;
  private long lastNanos;

  /**
   * @param runtime what it is, by the names in the report
   */
  MachineProbe(Path stat, Map<String, String> runtime) {
    this.stat = stat;
    this.runtime = runtime;
  }

  @Override
  public void read(int second, long nanos) throws IOException {
    double busy = busySeconds(Files.readString(stat));
    series.add(Watched.CPU_CORES, second, (busy - lastBusy) * 1e9 / (nanos - lastNanos));
    lastBusy = busy;
    lastNanos = nanos;
  }

  private double busySeconds(String text) throws IOException {
    String[] fields = text.lines().findFirst().orElse("").trim().split(" +");
    try {
      double ticks = 0;
      for (int i = 1; i < Math.min(fields.length, GUEST); i++) {
        if (i != IDLE && i != IOWAIT) {
          ticks += Long.parseLong(fields[i]);
        }
      }
      return ticks / LocalProbe.TICKS_PER_SECOND;
    } catch (NumberFormatException e) {
      throw new IOException(stat + " is not as proc(5) says", e);
    }
  }

  @Override
  public Watched watched() {
    return new Watched(Watched.MACHINE, LocalHost.name(), "", runtime, Map.of(), series.gauges());
  }

  @Override
  public String process() {
    return Watched.MACHINE;
  }
}
