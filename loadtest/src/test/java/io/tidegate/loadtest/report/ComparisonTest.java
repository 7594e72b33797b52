package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private final Sample a = Sample.small();
  private final Sample b = Sample.small();

  private String text() {
    return Comparison.text(
        new Merge.Source("a.json", a.report()), new Merge.Source("b.json", b.report()));
  }

  private String row(String name) {
    return text()
        .lines()
        .filter(line -> line.startsWith("  " + name + "  "))
        .findFirst()
        .orElseThrow()
        .strip()
        .replaceAll(" {2,}", "|");
  }

  @Test
  void eachFigureShouldStandBesideTheOtherWithItsRatio() {
    b.latencies.put(Latency.ACCEPT, new Latency(Sample.times(1_800, 2_200, 24_700), List.of()));
    b.answers.put("503", 7L);

    assertEquals("accept p50|1.10 ms|2.20 ms|2.00", row("accept p50"));
    assertEquals("accepted|1,190|1,190|1.00", row("accepted"));
    assertEquals("503|–|7|–", row("503"));
  }

  @Test
  void nothingShouldBeDividedByZero() {
    a.violations.put("lost", new Violation(0, List.of()));
    b.violations.put("lost", new Violation(4, List.of()));

    assertEquals("lost|0|4|–", row("lost"));
  }

  @Test
  void profilesThatDifferShouldBeSaid() {
    assertFalse(text().contains("WARNING"), text());
    b.profile = "name: burst\n";

    assertTrue(text().contains("WARNING: the profiles differ"), text());
  }

  @Test
  void anotherLoadOfTheSameProfileShouldBeSaid() {
    a.settings = new Settings("http://a", Map.of("--rate", "100", "--out", "a", "--users", "9"));
    b.settings = new Settings("http://b", Map.of("--out", "b", "--users", "9", "--times", "2.0"));

    assertEquals(
        List.of(
            "WARNING: --rate differs, so the figures are of different work: A 100, B not given",
            "WARNING: --times differs, so the figures are of different work: A not given, B 2.0"),
        text().lines().filter(line -> line.startsWith("WARNING")).toList());
  }

  @Test
  void aDefaultThatChangedShouldBeSaid() {
    a.settings = new Settings("http://a", Map.of("--threads", "1", "--slack", "1s"));
    b.settings = new Settings("http://b", Map.of("--threads", "2", "--slack", "1s"));

    assertEquals(
        List.of("WARNING: --threads differs, so the runs were measured differently: A 1, B 2"),
        text().lines().filter(line -> line.startsWith("WARNING")).toList());
  }

  private static Watched worker(int slot, Map<String, String> settings) {
    return new Watched("delivery", "http://h:" + slot, "0.1.0", Map.of(), settings, Map.of());
  }

  @Test
  void settingsOfServicesThatDifferShouldBeSaidAndNoOthers() {
    a.processes.add(worker(0, Map.of("X_SLOT", "0", "X_ACK", "50ms", "X_OLD", "1")));
    a.processes.add(worker(1, Map.of("X_SLOT", "1", "X_ACK", "50ms", "X_OLD", "1")));
    b.processes.add(worker(1, Map.of("X_SLOT", "1", "X_ACK", "20ms", "X_NEW", "true")));
    b.processes.add(worker(0, Map.of("X_SLOT", "0", "X_ACK", "50ms", "X_NEW", "true")));

    assertEquals("X_ACK|50ms|20ms | 50ms", row("X_ACK"));
    assertEquals("X_OLD|1|–", row("X_OLD"));
    assertEquals("X_NEW|–|true", row("X_NEW"));
    assertTrue(text().contains("Settings that differ  A "), text());
    assertFalse(text().contains("X_SLOT"), text());
    assertFalse(text().contains("TIDEGATE_FANOUT_"), text());
  }

  @Test
  void portsAndSlotsShouldNotCountAsDiffering() {
    a.processes.add(
        worker(0, Map.of("TIDEGATE_DELIVERY_PORT", "1", "TIDEGATE_DELIVERY_SLOT", "0")));
    b.processes.add(
        worker(1, Map.of("TIDEGATE_DELIVERY_PORT", "2", "TIDEGATE_DELIVERY_SLOT", "1")));
    assertFalse(text().contains("differ"), text());

    b.processes.add(worker(2, Map.of("TIDEGATE_DELIVERY_PORTS", "7")));
    assertEquals("TIDEGATE_DELIVERY_PORTS|–|7", row("TIDEGATE_DELIVERY_PORTS"));
    assertFalse(text().contains("TIDEGATE_DELIVERY_PORT "), text());
  }

  @Test
  void settingsThatAreTheSameShouldHaveNoTable() {
    assertFalse(text().contains("Settings"), text());
  }

  @Test
  void settingsThatAreNotToldShouldNotCountAsDiffering() {
    a.processes.clear();

    assertFalse(text().contains("Settings that differ"), text());
    assertTrue(
        text()
            .contains(
                "WARNING: the services of A told no settings, so whether they differ is not"
                    + " known\n"),
        text());
    b.processes.clear();
    assertFalse(text().contains("told no settings"), text());
  }

  private static Watched withHeap(String name, String heap) {
    return new Watched(name, "h", "0.1.0", Sample.runtime(heap), Map.of(), Map.of());
  }

  @Test
  void whatProcessesRunOnShouldBeSaidWhereItDiffers() {
    a.processes.add(withHeap("ingest", "1g"));
    b.processes.add(withHeap("ingest", "2g"));

    assertEquals("-Xmx of ingest|1g|2g", row("-Xmx of ingest"));
    assertTrue(text().contains("Runtimes that differ  A "), text());
    assertFalse(text().contains("  JDK "), text());
  }

  @Test
  void heapThatMovedFromOneProcessToAnotherShouldBeSeen() {
    a.processes.clear();
    a.processes.addAll(List.of(withHeap("fanout", "2g"), withHeap("ingest", "1g")));
    b.processes.clear();
    b.processes.addAll(List.of(withHeap("fanout", "1g"), withHeap("ingest", "2g")));

    assertEquals("-Xmx of fanout|2g|1g", row("-Xmx of fanout"));
    assertEquals("-Xmx of ingest|1g|2g", row("-Xmx of ingest"));
  }

  @Test
  void whatIsOtherInTheSameWayShouldHaveOneRow() {
    a.processes.clear();
    b.processes.clear();
    for (String name : List.of("delivery", "fanout", "ingest")) {
      a.processes.add(withHeap(name, "1g"));
      b.processes.add(withHeap(name, "2g"));
    }
    assertEquals("-Xmx|1g|2g", row("-Xmx"));
    assertFalse(text().contains("-Xmx of"), text());

    a.processes.add(withHeap("broker", "1g"));
    b.processes.add(withHeap("broker", "1g"));
    assertEquals("-Xmx of delivery, fanout, ingest|1g|2g", row("-Xmx of delivery, fanout, ingest"));
  }

  @Test
  void workersOfOneNameShouldBeOne() {
    a.processes.addAll(List.of(withHeap("delivery", "1g"), withHeap("delivery", "1g")));
    b.processes.addAll(List.of(withHeap("delivery", "1g"), withHeap("delivery", "2g")));

    assertEquals("-Xmx of delivery|1g|1g | 2g", row("-Xmx of delivery"));
  }

  @Test
  void whoIsOnlyInOneRunShouldBeSaidWithoutARowForEachOfItsFacts() {
    b.processes.add(withHeap("broker", "7g"));
    b.processes.add(withHeap("proxy", "8g"));

    assertTrue(
        text().contains("WARNING: only B tells what these processes run on: broker, proxy\n"),
        text());
    assertFalse(text().contains("Runtimes that differ"), text());
    assertFalse(text().contains("only A"), text());
  }

  @Test
  void processesThatOnlyOneRunHasShouldBeComparedTogether() {
    a.processes.add(withHeap("broker", "1g"));
    a.processes.add(withHeap("ingest+delivery", "1g"));
    b.processes.add(withHeap("delivery", "2g"));
    b.processes.add(withHeap("ingest", "1g"));

    assertEquals("-Xmx of others|1g|1g | 2g", row("-Xmx of others"));
    assertTrue(
        text().contains("WARNING: only A tells what these processes run on: broker, ingest+del"),
        text());
    assertTrue(
        text().contains("WARNING: only B tells what these processes run on: delivery, ingest\n"),
        text());
  }

  @Test
  void whoDoesNotTellWhatItRunsOnShouldBeSaid() {
    Watched told = a.processes.removeFirst();
    a.processes.add(
        new Watched(told.name(), told.url(), "", Map.of(), told.settings(), told.gauges()));

    assertTrue(
        text()
            .contains(
                "WARNING: the processes of A did not tell what they run on, so whether it differs"
                    + " is not known\n"),
        text());
    assertFalse(text().contains("Runtimes that differ"), text());
    assertFalse(text().contains("only B"), text());
  }

  @Test
  void anotherPolicyShouldBeSaid() {
    a.settings = new Settings(a.settings.url(), Map.of(Settings.POLICY, "none"));
    b.settings = new Settings(b.settings.url(), Map.of());
    assertFalse(text().contains("the policy differs"), text());

    b.settings = new Settings(b.settings.url(), Map.of(Settings.POLICY, "{}"));

    assertTrue(
        text()
            .contains(
                "WARNING: the policy differs, so the figures are of different work: A none, B {}"),
        text());
  }

  @Test
  void whoTellsNoVersionShouldLeaveNoGap() {
    a.processes.add(new Watched(Watched.MACHINE, "", "", Map.of(), Map.of(), Map.of()));

    assertTrue(text().startsWith("A: steady (a.json), version 0.1.0, 2 s"), text());
  }

  @Test
  void linesShouldFit() {
    String text =
        Comparison.text(
            new Merge.Source("a".repeat(300), Hostile.report()),
            new Merge.Source("b.json", Sample.full(5).report()));

    assertTrue(text.lines().allMatch(line -> line.codePointCount(0, line.length()) <= 100), text);
  }

  @Test
  void aPageShouldShowBothDistributionsAndEscape() throws Exception {
    StringBuilder out = new StringBuilder();
    Comparison.html(
        new Merge.Source(Hostile.TEXT, Hostile.report()),
        new Merge.Source("b.json", b.report()),
        out);

    String html = out.toString();
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains("<li class=\"k0\">A<li class=\"k1\">B</ul>"), html);
    assertTrue(html.contains("the profiles differ"), html);
  }
}
