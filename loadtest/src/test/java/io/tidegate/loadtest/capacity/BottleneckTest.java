package io.tidegate.loadtest.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Violation;
import io.tidegate.loadtest.report.Watched;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BottleneckTest {
  private final SampleRun run = new SampleRun();

  private String what() {
    return run.bottleneck().what();
  }

  @Test
  void aGeneratorThatIsLateHidesWhatIsBehind() {
    run.lateMicros = 500_000;
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.5);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 9_000);

    assertThat(what()).isEqualTo("the generator");
    assertThat(Slo.DEFAULT.broken(run.report())).singleElement().asString().contains("left");
  }

  @Test
  void aGeneratorThatIsLateForWantOfCoresIsNotTheCause() {
    run.lateMicros = 500_000;
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 2);

    assertThat(what()).isEqualTo("the cores of one machine");
    assertThat(run.bottleneck().evidence()).anyMatch(line -> line.contains("left"));
  }

  @Test
  void aGeneratorThatIsSomewhatLateStopsNoRateThatHoldsAllTheSame() {
    run.loopMicros = 20_000;
    run.lateMicros = 20_000;
    assertThat(Slo.DEFAULT.broken(run.report())).isEmpty();

    run.latency(Latency.ACCEPT_TO_PUSH, 251);
    assertThat(Slo.DEFAULT.broken(run.report())).hasSize(3);
  }

  @Test
  void aGeneratorWhoseLoopsAreLateIsTheGeneratorToo() {
    run.loopMicros = 40_000;

    assertThat(what()).isEqualTo("the generator");
    assertThat(Slo.DEFAULT.broken(run.report())).singleElement().asString().contains("event loop");
  }

  @Test
  void coresThatAreAllBusyComeNext() {
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.9);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 9_000);

    assertThat(what()).isEqualTo("the cores of one machine");
  }

  @Test
  void aProcessThatKeepsItsProcessorsBusyIsNamedBehindThem() {
    run.busy("ingest", 4, 2);
    run.busy("broker", 2, 1.85);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 9_000);

    assertThat(what()).isEqualTo("the processors of broker");
    assertThat(run.bottleneck().evidence())
        .first()
        .isEqualTo("broker keeps 1.85 of its 2 processors busy");

    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.9);
    assertThat(what()).isEqualTo("the cores of one machine");
  }

  @Test
  void theBusiestOfSeveralIsNamedFirst() {
    run.busy("worker1", 2, 1.81);
    run.busy("worker2", 2, 1.95);

    assertThat(what()).isEqualTo("the processors of worker2, worker1");
  }

  @Test
  void aProcessWithProcessorsLeftOrThatDoesNotTellThemIsNot() {
    run.busy("ingest", 2, 1.7);
    run.watched("delivery", Watched.CPU_CORES, 1.95);

    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void lagThatGrowsWhileLoadIsOfferedIsFanOut() {
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 100, 5_000);

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void lagThatStaysIsNot() {
    run.watched("fanout", Watched.LAG_RECORDS, 5_000, 5_000);

    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void aThreadThatNeverWaitsIsFanOutToo() {
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.7);
    run.watched("fanout", Watched.THREAD_BUSY, 0.4, 0.93);
    run.watched("delivery", "loop_delay_seconds", 0, 0.2, 0);

    assertThat(what()).isEqualTo("a thread of fan-out");
    assertThat(run.bottleneck().evidence())
        .first()
        .isEqualTo("the busiest stream thread of fanout had work for 93 % of the time");
  }

  @Test
  void theOneOfSeveralThatIsWorstCounts() {
    run.watched("fanout", "a", SampleRun.gauges(Watched.LAG_RECORDS, 0, 0));
    run.watched("fanout", "b", SampleRun.gauges(Watched.LAG_RECORDS, 0, 100, 5_000));

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void secondsBetweenTwoMessagesCountToo() {
    offeredIn(1, 19);
    double[] cores = IntStream.range(0, 20).mapToDouble(s -> s == 1 || s == 19 ? 1.5 : 2).toArray();
    run.watched(Watched.MACHINE, Watched.CPU_CORES, cores);

    assertThat(what()).isEqualTo("the cores of one machine");
  }

  @Test
  void secondsBeforeTheFirstAndAfterTheLastDoNot() {
    offeredIn(5, 14);
    double[] cores = IntStream.range(0, 20).mapToDouble(s -> s < 5 || s > 14 ? 9 : 1).toArray();
    run.watched(Watched.MACHINE, Watched.CPU_CORES, cores);

    assertThat(run.bottleneck().evidence()).contains("this machine keeps 1.00 cores busy");

    offeredIn();
    assertThat(run.bottleneck().evidence()).contains("this machine keeps 0.00 cores busy");
  }

  private void offeredIn(Integer... seconds) {
    List<Integer> all = List.of(seconds);
    run.offered = IntStream.range(0, 20).mapToObj(s -> all.contains(s) ? 1L : 0L).toList();
  }

  @Test
  void lateEventLoopsAreDelivery() {
    run.watched("delivery", "loop_delay_seconds", 0, 0.2, 0);

    assertThat(what()).isEqualTo("delivery's event loops");
  }

  @Test
  void socketsThatTakeNoMoreAreTheConnections() {
    run.watched("delivery", "unwritable_ratio", 0, 0.3, 0);

    assertThat(what()).isEqualTo("the connections");
  }

  @Test
  void littleOfAnyOfThemIsNone() {
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.7);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 900);
    run.watched("fanout", Watched.THREAD_BUSY, 0.79);
    run.watched("delivery", "loop_delay_seconds", 0, 0.09, 0);
    run.watched("delivery", "unwritable_ratio", 0, 0.04, 0);

    assertThat(what()).isEqualTo("not to be told from what was watched");
  }

  @Test
  void fanOutThatFallsBehindComesBeforeWhatItBringsWithIt() {
    run.watched("delivery", "loop_delay_seconds", 0, 0.2, 0);
    run.watched("delivery", "unwritable_ratio", 0, 0.3, 0);
    run.latency(Latency.ACCEPT, 3_000);
    run.watched("fanout", Watched.LAG_RECORDS, 0, 100, 5_000);

    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void lateEventLoopsComeBeforeSlowAcceptance() {
    run.latency(Latency.ACCEPT, 3_000);
    run.watched("delivery", "unwritable_ratio", 0, 0.3, 0);
    assertThat(what()).isEqualTo("the connections");

    run.watched("delivery", "loop_delay_seconds", 0, 0.2, 0);
    assertThat(what()).isEqualTo("delivery's event loops");
  }

  @Test
  void whoKeepsMostCoresBusyIsNamedFirst() {
    run.watched("ingest", Watched.CPU_CORES, 0.3);
    run.watched("fanout", Watched.CPU_CORES, 0.9);

    assertThat(run.bottleneck().evidence())
        .containsExactly(
            "fanout keeps 0.90 cores busy",
            "ingest keeps 0.30 cores busy",
            "the generator keeps 0.20 cores busy");
  }

  @Test
  void slowAcceptanceAloneIsIngestOrItsBroker() {
    run.latency(Latency.ACCEPT, 3_000);

    assertThat(what()).isEqualTo("ingest, or the broker that it writes to");
    assertThat(run.bottleneck().evidence()).noneMatch(line -> line.contains("--connections"));
  }

  @Test
  void connectionsThatAreAllInUseAreSaidWithIt() {
    run.connectionsInUse = 256;
    assertThat(what()).isEqualTo("not to be told from what was watched");

    run.latency(Latency.ACCEPT, 3_000);
    assertThat(run.bottleneck().evidence())
        .startsWith(
            "acceptance takes 3,000 ms (p99)",
            "all 256 connections to ingest waited for answers at once: where it could take more of"
                + " them, their number is the limit (--connections)");
  }

  @Test
  void aRateHoldsThatKeepsEverything() {
    assertThat(Slo.DEFAULT.broken(run.report())).isEmpty();
  }

  @Test
  void whatIsNotKeptIsNamed() {
    run.latency(Latency.ACCEPT_TO_PUSH, 300);
    run.violations.put("lost", new Violation(2, List.of()));
    run.answers.put("503", 5L);
    run.pending = 2;

    assertThat(Slo.DEFAULT.broken(run.report()))
        .containsExactly("2 lost", "accept_to_push p99 300 ms", "2 not shown", "5 answers 503");
  }

  @Test
  void aRunWithoutTimesDoesNotHold() {
    run.latencies.clear();

    assertThat(Slo.DEFAULT.broken(run.report())).isNotEmpty();
  }

  @Test
  void linesThatAreAcceptedAreNoReasonAndOthersAre() {
    run.answers.put("200: accepted", 1_000L);
    assertThat(Slo.DEFAULT.broken(run.report())).isEmpty();

    run.answers.put("200: 429", 3L);
    assertThat(Slo.DEFAULT.broken(run.report())).containsExactly("3 answers 200: 429");
  }

  /** Whatever is slow in a self-test, it is no ingest and no broker: there are none. */
  @Test
  void aSelfTestBlamesItself() {
    run.latency(Latency.ACCEPT, 1_000);
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.2);

    Bottleneck bottleneck = Bottleneck.ofSelfTest(run.report(), Slo.DEFAULT);

    assertThat(bottleneck.what()).startsWith("the generator");
    assertThat(bottleneck.evidence())
        .contains("accept p99 1,000 ms", "this machine keeps 1.20 cores busy");
  }
}
