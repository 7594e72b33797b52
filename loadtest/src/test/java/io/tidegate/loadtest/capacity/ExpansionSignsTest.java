package io.tidegate.loadtest.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.TopicShape;
import io.tidegate.loadtest.report.Watched;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpansionSignsTest {
  private static final String GROWING = "expansions of group sends in fan-out";
  private static final String TOO_LONG = "the time that one group send takes by itself";
  private static final String NOT_TOLD = "not to be told from what was watched";

  private final SampleRun run = new SampleRun();

  private String what() {
    return run.bottleneck().what();
  }

  private void expansions(double... values) {
    run.watched("fanout", Watched.EXPANSIONS, values);
  }

  private void partitions(int partitions) {
    run.topic = new TopicShape(partitions, 3).text();
  }

  private void eachIsFor(int devices) {
    run.expected = 1_000L * devices;
  }

  @Test
  void expansionsThatBecomeMoreAreWhatWaitsWhereNoRecordsDo() {
    run.watched(Watched.MACHINE, Watched.CPU_CORES, 1.5);
    expansions(2, 40, 80);

    assertThat(what()).isEqualTo(GROWING);
    assertThat(run.bottleneck().evidence())
        .startsWith(
            "fanout has expansions under way: 80 at the end of the load, 2 at its begin",
            "this machine keeps 1.50 cores busy");
  }

  @Test
  void ofFanOutWithExpansionsItsLagAndItsThreadAreToldToo() {
    Map<String, Gauge> gauges = new TreeMap<>(SampleRun.gauges(Watched.EXPANSIONS, 0, 40, 80));
    gauges.putAll(SampleRun.gauges(Watched.LAG_RECORDS, 3, 12, 3));
    gauges.putAll(SampleRun.gauges(Watched.THREAD_BUSY, 0.6));
    run.watched("fanout", "", gauges);
    run.watched("fanout", "other", SampleRun.gauges(Watched.EXPANSIONS, 0, 5, 30));

    assertThat(what()).isEqualTo(GROWING);
    assertThat(run.bottleneck().evidence())
        .startsWith(
            "fanout has expansions under way: 80 at the end of the load, 0 at its begin",
            "its lag is 12 records at most",
            "the busiest stream thread of fanout had work for 60 % of the time");
  }

  @ParameterizedTest
  @CsvSource({
    "4, 16, NOT", "4, 17, GROWS",
    "12, 48, NOT", "12, 49, GROWS",
    "100, 400, NOT", "100, 401, GROWS"
  })
  void theyHaveToBecomeMoreBySeveralWholeSends(int partitions, int copies, String what) {
    partitions(partitions);
    expansions(0, copies / 2.0, copies);

    assertThat(what()).isEqualTo(what.equals("GROWS") ? GROWING : NOT_TOLD);
  }

  @Test
  void processesShareTheCopiesOfASend() {
    partitions(12);
    run.watched("fanout", "a", SampleRun.gauges(Watched.EXPANSIONS, 0, 9, 17));
    assertThat(what()).isEqualTo(NOT_TOLD);

    run.watched("fanout", "b", SampleRun.gauges(Watched.EXPANSIONS, 0));
    run.watched("fanout", "c", SampleRun.gauges(Watched.EXPANSIONS, 0));
    assertThat(what()).isEqualTo(GROWING);
  }

  @Test
  void wherePartitionsAreNotKnownItTakesMore() {
    expansions(0, 24, 48);
    assertThat(what()).isEqualTo(NOT_TOLD);

    run.processes.clear();
    run.topic = "not known";
    expansions(0, 24, 49);
    assertThat(what()).isEqualTo(GROWING);
  }

  @Test
  void theyComeBehindWhatMayBringThem() {
    expansions(0, 500, 1_000);
    run.latency(Latency.ACCEPT, 3_000);
    assertThat(what()).isEqualTo(GROWING);

    run.watched("delivery", "unwritable_ratio", 0, 0.3, 0);
    assertThat(what()).isEqualTo("the connections");

    run.watched("delivery", "loop_delay_seconds", 0, 0.2, 0);
    assertThat(what()).isEqualTo("delivery's event loops");

    run.watched("fanout", Watched.THREAD_BUSY, 0.9);
    assertThat(what()).isEqualTo("a thread of fan-out");

    run.watched("other", Watched.LAG_RECORDS, 0, 100, 5_000);
    assertThat(what()).isEqualTo("fan-out, which falls behind");
  }

  @Test
  void expansionsThatComeAndGoAreNone() {
    expansions(0, 400, 10);
    assertThat(what()).isEqualTo(NOT_TOLD);

    run.processes.clear();
    expansions(100, 100, 199);
    assertThat(what()).isEqualTo(NOT_TOLD);
  }

  @Test
  void aGroupSendThatIsTooLongByItselfIsSaid() {
    eachIsFor(15_000);
    expansions(1, 4, 2);
    run.latency(Latency.ACCEPT_TO_PUSH, 1_800);

    assertThat(what()).isEqualTo(TOO_LONG);
    assertThat(run.bottleneck().evidence())
        .startsWith(
            "a message is for 15,000 devices, and takes 1,800 ms (p99) from acceptance to them",
            "fanout has at most 4 expansions under way, 2 at the end of the load, 1 at its begin");

    run.processes.clear();
    expansions(0);
    assertThat(what()).isEqualTo(NOT_TOLD);
  }

  @ParameterizedTest
  @CsvSource({"1, NOT", "128, NOT", "129, LONG"})
  void onlyAMessageForManyIs(int devices, String what) {
    eachIsFor(devices);
    expansions(1, 4, 2);
    run.latency(Latency.ACCEPT_TO_PUSH, 1_800);

    assertThat(what()).isEqualTo(what.equals("LONG") ? TOO_LONG : NOT_TOLD);
  }

  @Test
  void whereTheyBecomeMoreInAnyProcessItIsNotTheTimeOfOne() {
    eachIsFor(15_000);
    partitions(4);
    run.watched("fanout", "a", SampleRun.gauges(Watched.EXPANSIONS, 0, 9, 17));
    run.watched("fanout", "b", SampleRun.gauges(Watched.EXPANSIONS, 90, 1, 1));
    run.latency(Latency.ACCEPT_TO_PUSH, 1_800);

    assertThat(ExpansionSigns.tooLong(new FailedRun(run.report(), Slo.DEFAULT))).isEmpty();
    assertThat(what()).isEqualTo(GROWING);
  }

  @Test
  void slowAcceptanceComesBeforeTheTimeOfAGroupSend() {
    eachIsFor(15_000);
    expansions(0, 4, 0);
    run.latency(Latency.ACCEPT_TO_PUSH, 1_800);
    run.latency(Latency.ACCEPT, 3_000);

    assertThat(what()).isEqualTo("ingest, or the broker that it writes to");
  }
}
