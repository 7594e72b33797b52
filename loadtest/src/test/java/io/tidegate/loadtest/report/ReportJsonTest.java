package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportJsonTest {
  @Test
  void whatIsWrittenShouldBeReadAsTheSame() throws Exception {
    Report report = Sample.full(20).report();

    assertEquals(report, read(write(report)));
  }

  @Test
  void anEmptyRunShouldBeReadAsTheSame() throws Exception {
    Report report = new Sample().report();

    assertEquals(report, read(write(report)));
  }

  @Test
  void programsShouldReadTheVersionTheVerdictAndPercentiles() {
    String json = write(Sample.small().report());

    assertTrue(json.startsWith("{\n  \"format\" : 1,"), json);
    assertTrue(json.contains("\"passed\" : true"), json);
    assertTrue(json.contains("\"start\" : \"2026-11-28T20:00:00Z\""), json);
    assertTrue(json.contains("\"p99_us\" : 12"), json);
  }

  @Test
  void aViolationShouldBeWrittenAsNotPassed() {
    Sample sample = Sample.small();
    sample.violations.put("lost", new Violation(1, List.of("m-1")));

    assertTrue(write(sample.report()).contains("\"passed\" : false"));
  }

  @Test
  void fieldsThatAreUnknownShouldBeIgnored() throws Exception {
    Report report = Sample.small().report();
    String json = write(report).replace("\"offered\" :", "\"more\" : {\"of\":[1]}, \"offered\" :");

    assertEquals(report, read(json));
  }

  @Test
  void aReportFromBeforeServicesToldTheirSettingsAndRuntimeShouldBeRead() throws Exception {
    String json = write(Sample.small().report());
    String settings = "\"settings\" : \\{\\s+\"TIDEGATE_FANOUT_DRAIN[^}]*},";
    String runtime = "\"runtime\" : \\{[^}]*},";
    String older = json.replaceFirst(settings, "").replaceFirst(runtime, "");
    assertFalse(older.contains("runtime"), older);
    assertTrue(older.length() < json.length(), json);

    Watched process = read(older).processes().getFirst();

    assertEquals(Map.of(), process.settings());
    assertEquals(Map.of(), process.runtime());
    assertEquals(Sample.small().processes.getFirst().gauges(), process.gauges());
  }

  @Test
  void aReportFromBeforeGeneratorsToldOfTheirLoopsAndConnectionsShouldBeRead() throws Exception {
    String json = write(Sample.small().report());
    String older =
        json.replaceFirst("\"loop_delay\" : \\{[^}]*},", "")
            .replaceFirst("\"connections\" : 256,\\s+\"connections_in_use\" : 7", "\"x\" : 1")
            .replaceFirst("\"ack_failures\" : \\{[^}]*},", "");
    assertFalse(older.contains("loop_delay"), older);
    assertFalse(older.contains("\"connections"), older);
    assertFalse(older.contains("ack_failures"), older);

    Report report = read(older);

    assertEquals(Map.of(), report.ackFailures());
    assertEquals(Distribution.EMPTY, report.generators().getFirst().loopDelay());
    assertEquals(0, report.generators().getFirst().connections());
    assertEquals(0, report.generators().getFirst().connectionsInUse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "format" : 1             | "format" : 2              | format: 2; want 1
          "format" : 1             | "form" : 1                | format: missing; want 1
          "format" : 1             | "format" : "1"            | format: "1"; want 1
          "devices" : 10           | "device" : 10             | totals
          "devices" : 10           | "devices" : -1            | totals: devices: -1; want at least 0
          "devices" : 10           | "devices" : "10"          | totals.devices
          "devices" : 10           | "devices" : 1.5           | totals.devices
          "name" : "steady"        | "name" : null             | name
          "count" : 3              | "count" : 4               | count: 4; the histogram holds 3
          "host" : "host-1"        | "host" : null             | generators.[0].host
          "seconds" : 2            | "seconds" : 604801        | seconds: 604801; want 0 to 604800
          "examples" : [ ]         | "examples" : [ null ]     | examples
          "seconds" : 2            | "seconds" : 2]            | line
          """)
  void whatIsWrongShouldBeNamed(String right, String wrong, String named) {
    Sample sample = Sample.small();
    sample.violations.put("order", new Violation(0, List.of()));
    String json = write(sample.report());
    assertTrue(json.contains(right), json);

    InvalidReportException e =
        assertThrows(
            InvalidReportException.class,
            () -> read(json.replaceFirst(Pattern.quote(right), wrong)));

    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("a.json: "), message);
    assertTrue(message.contains(named), message);
    assertFalse(message.contains("io.tidegate"), message);
  }

  @Test
  void anotherVersionShouldBeToldBeforeWhatElseIsAnother() {
    InvalidReportException e =
        assertThrows(InvalidReportException.class, () -> read("{\"format\":2}"));

    assertEquals("a.json: format: 2; want 1", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"''", "'[]'", "'1'", "'{\"format\":1'", "null"})
  void whatIsNoReportShouldBeRefused(String text) {
    InvalidReportException e = assertThrows(InvalidReportException.class, () -> read(text));

    assertTrue(String.valueOf(e.getMessage()).startsWith("a.json: "), e::getMessage);
  }

  private static String write(Report report) {
    StringWriter out = new StringWriter();
    ReportJson.write(report, out);
    return out.toString();
  }

  private static Report read(String json) throws InvalidReportException {
    return ReportJson.read("a.json", new StringReader(json));
  }
}
