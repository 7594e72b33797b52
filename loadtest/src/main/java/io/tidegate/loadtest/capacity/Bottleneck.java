package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.capacity.FailedRun.Reading;
import io.tidegate.loadtest.report.Generator;
import io.tidegate.loadtest.report.GeneratorLimit;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Watched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What stopped a rate that did not hold, with the evidence for it: the first of the rules that has
 * any, in an order in which a cause comes before what it brings with it.
 *
 * @param what in a few words
 * @param evidence figures, each a line
 */
public record Bottleneck(String what, List<String> evidence) {
  static final double BUSY = 0.9;
  private static final double GROWS_RECORDS = 1_000;

  private static final double LOOP_SECONDS = 0.1;

  /** It is of half a minute and more, so also of what was before the load. */
  private static final double THREAD_BUSY = 0.8;

  private static final double UNWRITABLE = 0.05;

  /**
   * @param what as above, in a run that has evidence
   * @param evidence of it in a run; none where it is not so
   */
  private record Rule(
      Function<FailedRun, String> what, Function<FailedRun, List<String>> evidence) {
    Rule(String what, Function<FailedRun, List<String>> evidence) {
      this(_ -> what, evidence);
    }
  }

  private static final String GENERATOR = "the generator";

  private static final List<Rule> RULES =
      List.of(
          // Without a processor left, or late where there are some, nothing else can be told of it.
          new Rule(GENERATOR, run -> GeneratorLimit.busy(run.report())),
          new Rule("the cores of one machine", Bottleneck::busyCores),
          new Rule(GENERATOR, run -> GeneratorLimit.signs(run.report())),
          new Rule(BusyProcesses::what, BusyProcesses::evidence),
          new Rule("fan-out, which falls behind", Bottleneck::growingLag),
          new Rule("a thread of fan-out", Bottleneck::busyThread),
          new Rule("delivery's event loops", Bottleneck::lateLoops),
          new Rule("the connections", Bottleneck::fullConnections),
          // Any of those before may be why they wait.
          new Rule("expansions of group sends in fan-out", ExpansionSigns::growing),
          new Rule("ingest, or the broker that it writes to", Bottleneck::slowAcceptance),
          new Rule("the time that one group send takes by itself", ExpansionSigns::tooLong));

  private static final String NOT_TOLD = "not to be told from what was watched";

  public Bottleneck {
    evidence = List.copyOf(evidence);
  }

  /**
   * @param failed the run of the lowest rate that did not hold
   * @param slo that it did not keep
   */
  public static Bottleneck of(Report failed, Slo slo) {
    FailedRun run = new FailedRun(failed, slo);
    for (Rule rule : RULES) {
      List<String> evidence = rule.evidence().apply(run);
      if (!evidence.isEmpty()) {
        List<String> all = new ArrayList<>(evidence);
        all.addAll(cores(run));
        return new Bottleneck(rule.what().apply(run), all);
      }
    }
    return new Bottleneck(NOT_TOLD, cores(run));
  }

  /** As {@link #of} for a self-test: there is nothing else that could have stopped the rate. */
  public static Bottleneck ofSelfTest(Report failed, Slo slo) {
    List<String> evidence = new ArrayList<>(slo.broken(failed));
    evidence.addAll(cores(new FailedRun(failed, slo)));
    return new Bottleneck("the generator, with the null server on its cores", evidence);
  }

  /** Who is late then is so for want of them: that is evidence, not the cause. */
  private static List<String> busyCores(FailedRun run) {
    Generator generator = run.report().generators().getFirst();
    List<String> busy = busyMachines(run, generator);
    if (busy.isEmpty()) {
      return List.of();
    }
    List<String> evidence = new ArrayList<>(busy);
    evidence.addAll(GeneratorLimit.signs(run.report()));
    return evidence;
  }

  private static List<String> busyMachines(FailedRun run, Generator generator) {
    return run.readings(Watched.CPU_CORES).stream()
        .filter(reading -> reading.process().name().equals(Watched.MACHINE))
        .filter(machine -> machine.mean() >= BUSY * generator.cores())
        .map(
            machine ->
                "%.1f of the %d cores of %s are busy"
                    .formatted(machine.mean(), generator.cores(), generator.host()))
        .toList();
  }

  private static List<String> growingLag(FailedRun run) {
    return run
        .highest(Watched.LAG_RECORDS, Reading::growth)
        .filter(lag -> lag.growth() > GROWS_RECORDS)
        .map(
            lag ->
                "%s has %,.0f records more to read at the end of the load than at its begin"
                    .formatted(lag.process().name(), lag.growth()))
        .stream()
        .toList();
  }

  private static List<String> busyThread(FailedRun run) {
    return most(run, Watched.THREAD_BUSY, THREAD_BUSY, Bottleneck::busiest);
  }

  static String busiest(Reading thread) {
    return "the busiest stream thread of %s had work for %.0f %% of the time"
        .formatted(thread.process().name(), thread.most() * 100);
  }

  private static List<String> lateLoops(FailedRun run) {
    return most(
        run,
        "loop_delay_seconds",
        LOOP_SECONDS,
        delay -> "event loops were late by %.0f ms".formatted(delay.most() * 1e3));
  }

  private static List<String> fullConnections(FailedRun run) {
    return most(
        run,
        "unwritable_ratio",
        UNWRITABLE,
        ratio -> "%.0f %% of the connections take no more".formatted(ratio.most() * 100));
  }

  /** What is said of a gauge that was above the bound at any time, by the worst who has it. */
  private static List<String> most(
      FailedRun run, String gauge, double bound, Function<Reading, String> said) {
    return run
        .highest(gauge, Reading::most)
        .filter(reading -> reading.most() > bound)
        .map(said)
        .stream()
        .toList();
  }

  private static List<String> slowAcceptance(FailedRun run) {
    double millis = run.p99Millis(Latency.ACCEPT);
    if (millis <= run.slo().accept().toNanos() / 1e6) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("acceptance takes %,.0f ms (p99)".formatted(millis));
    int full =
        run.report().generators().stream()
            .filter(Generator::hadAllConnectionsInUse)
            .mapToInt(Generator::connections)
            .sum();
    if (full > 0) {
      // It can be why acceptance is slow, and what slow acceptance brings with it.
      lines.add(
          "all %,d connections to ingest waited for answers at once: where it could take more of"
                  .formatted(full)
              + " them, their number is the limit (--connections)");
    }
    return lines;
  }

  /** How many cores each keeps busy, most first. */
  private static List<String> cores(FailedRun run) {
    List<String> lines = new ArrayList<>();
    run.readings(Watched.CPU_CORES).stream()
        .sorted(Comparator.comparingDouble(Reading::mean).reversed())
        .forEach(
            cores ->
                lines.add(
                    "%s keeps %.2f cores busy".formatted(cores.process().name(), cores.mean())));
    for (Generator generator : run.report().generators()) {
      lines.add("the generator keeps %.2f cores busy".formatted(GeneratorLimit.cores(generator)));
    }
    return lines;
  }
}
