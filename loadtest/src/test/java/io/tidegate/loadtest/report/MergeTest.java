package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MergeTest {
  private final Sample first = Sample.small();
  private final Sample second = Sample.small();

  MergeTest() {
    second.start = Sample.START.plusMillis(1_100);
    second.settings = new Settings("http://127.0.0.1:8080", Map.of("--rate", "200"));
  }

  private Report merged() throws InvalidReportException {
    return Merge.of(List.of(source("a.json", first), source("b.json", second)));
  }

  private static Merge.Source source(String file, Sample sample) {
    return new Merge.Source(file, sample.report());
  }

  @Test
  void oneReportShouldStayAsItIs() throws Exception {
    Report report = first.report();

    assertSame(report, Merge.of(List.of(new Merge.Source("a.json", report))));
  }

  @Test
  void seriesShouldBeAddedUpBySecondsOfTheWallClock() throws Exception {
    Report all = merged();

    assertEquals(Sample.START, all.start());
    assertEquals(3, all.seconds());
    assertEquals(List.of(600L, 1_200L, 600L), all.series().offered());
    assertEquals(List.of(500L, 1_190L, 690L), all.series().shown());
    assertEquals(List.of(10L, 20L, 10L), all.series().connected());
  }

  @Test
  void theOrderOfTheFilesShouldNotMoveSeconds() throws Exception {
    Report all = Merge.of(List.of(source("b.json", second), source("a.json", first)));

    assertEquals(Sample.START, all.start());
    assertEquals(List.of(500L, 1_190L, 690L), all.series().shown());
  }

  @Test
  void countsShouldBeAddedUp() throws Exception {
    first.violations.put("lost", new Violation(2, List.of("m-1", "m-2")));
    second.violations.put("lost", new Violation(1, List.of("m-3")));
    second.violations.put("order", new Violation(1, List.of("m-4 before m-3")));
    second.answers.put("503", 5L);

    Report all = merged();

    assertEquals(
        new Totals(20, 20, 2_400, 2_380, 16, 4, 2_380, 2_380, 2_360, 6, 2, 0), all.totals());
    assertEquals(
        Map.of(
            "lost",
            new Violation(3, List.of("m-1", "m-2", "m-3")),
            "order",
            new Violation(1, List.of("m-4 before m-3"))),
        all.violations());
    assertEquals(Map.of("202", 2_380L, "429", 16L, "timeout", 4L, "503", 5L), all.answers());
    assertEquals(Map.of("cut", 2L), all.disconnects());
    assertEquals(Map.of("503", 6L), all.ackFailures());
    assertEquals(2, all.generators().size());
    assertEquals(Sample.times(90, 700), all.generators().getLast().loopDelay());
    assertEquals(7, all.generators().getLast().connectionsInUse());
  }

  @Test
  void examplesShouldStayFew() throws Exception {
    first.violations.put("lost", new Violation(8, Collections.nCopies(8, "m-1")));
    second.violations.put("lost", new Violation(8, Collections.nCopies(8, "m-2")));

    Violation lost = merged().violations().getOrDefault("lost", new Violation(0, List.of()));

    assertEquals(16, lost.count());
    assertEquals(10, lost.examples().size());
  }

  @Test
  void latenciesShouldBeThoseOfAllTimes() throws Exception {
    second.latencies.put(
        Latency.ACCEPT, new Latency(Sample.times(5, 1_100_000), List.of(Sample.times(5))));
    second.latencies.put(
        Latency.PUSH_TO_ACK, new Latency(Sample.times(40), List.of(Sample.times(40))));

    Map<String, Latency> all = merged().latencies();

    Latency accept = all.getOrDefault(Latency.ACCEPT, new Latency(Distribution.EMPTY, List.of()));
    assertEquals(Sample.times(900, 1_100, 12_345, 5, 1_100_000).times(), accept.whole().times());
    assertEquals(2, accept.seconds().size());
    assertEquals(Sample.times(900), accept.seconds().get(0));
    assertEquals(Sample.times(1_100, 5).times(), accept.seconds().get(1).times());
    assertEquals(
        new Latency(Sample.times(40), List.of(Distribution.EMPTY, Sample.times(40))),
        all.get(Latency.PUSH_TO_ACK));
  }

  @Test
  void processesThatSeveralWatchedShouldBeTakenOnce() throws Exception {
    second.processes.add(
        new Watched("fanout", "http://other:8082", "", Map.of(), Map.of(), Map.of()));

    List<Watched> all = merged().processes();

    assertEquals(2, all.size());
    assertEquals(
        new Gauge(List.of(0, 1, 2), List.of(0.5, 1.0, 1.0)),
        all.get(0).gauges().get(Watched.CPU_CORES));
    assertEquals("http://other:8082", all.get(1).url());
  }

  @Test
  void machinesOfTwoHostsShouldBothBeKept() throws Exception {
    first.processes.clear();
    first.processes.add(machine("a", 0.5));
    second.processes.clear();
    second.processes.add(machine("b", 1.5));

    assertEquals(
        List.of(0.5, 1.5),
        merged().processes().stream()
            .map(machine -> machine.gauges().getOrDefault(Watched.CPU_CORES, Sample.gauge()).mean())
            .toList());
  }

  private static Watched machine(String host, double cores) {
    Map<String, Gauge> gauges = Map.of(Watched.CPU_CORES, Sample.gauge(cores));
    return new Watched(Watched.MACHINE, host, "", Map.of(), Map.of(), gauges);
  }

  @Test
  void settingsOfServicesShouldBeKept() throws Exception {
    first.processes.clear();
    first.processes.add(new Watched("fanout", "a", "", Map.of(), Map.of(), Map.of()));
    second.processes.clear();
    second.processes.add(
        new Watched("fanout", "a", "", Sample.runtime("2g"), Map.of("X", "1"), Map.of()));
    second.processes.add(new Watched("delivery", "b", "", Map.of(), Map.of("Y", "2"), Map.of()));

    assertEquals(
        List.of(Map.of("X", "1"), Map.of("Y", "2")),
        merged().processes().stream().map(Watched::settings).toList());
    assertEquals(
        List.of(Sample.runtime("2g"), Map.of()),
        merged().processes().stream().map(Watched::runtime).toList());
  }

  @Test
  void whatAllDidAtOneTimeShouldBeOneMark() throws Exception {
    first.marks = List.of(new Mark(0.2, "burst"), new Mark(1.5, "storm"));
    second.marks = List.of(new Mark(0.4, "storm"), new Mark(0.5, "end"));

    List<Mark> marks = merged().marks();

    assertEquals(List.of("burst", "storm", "end"), marks.stream().map(Mark::name).toList());
    assertEquals(1.6, marks.get(2).second(), 1e-9);
  }

  @Test
  void settingsThatDifferShouldBothBeTold() throws Exception {
    assertEquals(
        new Settings("http://127.0.0.1:8080", Map.of("--rate", "100 | 200")), merged().settings());
  }

  @Test
  void anotherProfileShouldBeRefused() {
    second.profile = "name: burst\n";

    assertRefused("b.json: profile: another one than a.json");
  }

  @Test
  void anotherTimeShouldBeRefused() {
    second.start = Sample.START.plusSeconds(3);

    assertRefused("b.json: start: at another time than a.json");
  }

  @Test
  void theSameReportTwiceShouldBeRefused() {
    second.start = first.start;
    second.settings = first.settings;

    assertRefused("b.json: the same report as a.json");
  }

  @Test
  void aSearchForTheCapacityShouldBeRefused() {
    second.capacity.add(new CapacityStep(100, true, ""));

    assertRefused("b.json: capacity: a search is one generator's, and is not merged");
  }

  @Test
  void whatIsTooLongTogetherShouldBeRefused() {
    first.seconds = Report.MAX_SECONDS;
    second.seconds = Report.MAX_SECONDS;

    assertRefused("a.json, b.json: together seconds: 604801; want 0 to 604800");
  }

  @Test
  void strangersWithMessagesToAllShouldBeRefused() throws Exception {
    first.profile = "to: all\nphases: [{burst: 1}]\n";
    second.profile = first.profile;

    InvalidReportException e = assertThrows(InvalidReportException.class, this::ofStrangers);

    assertEquals(
        "a.json: profile: to: all goes to the devices of the other generators too, where none of"
            + " them looks for it; run it by one generator, which starts as many processes as it"
            + " needs",
        e.getMessage());
    // Those of one run tell each other.
    assertEquals(2, merged().generators().size());
  }

  @Test
  void strangersWithMessagesToUsersShouldBeMerged() throws Exception {
    assertEquals(merged(), ofStrangers());
    first.profile = "to: nobody that this version knows\n";
    second.profile = first.profile;
    assertEquals(merged(), ofStrangers());
  }

  private Report ofStrangers() throws InvalidReportException {
    return Merge.ofStrangers(List.of(source("a.json", first), source("b.json", second)));
  }

  private void assertRefused(String message) {
    InvalidReportException e = assertThrows(InvalidReportException.class, this::merged);

    assertEquals(message, e.getMessage());
  }
}
