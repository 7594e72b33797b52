package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  @Test
  void aSmallRunShouldReadSo() {
    assertEquals(
        """
        steady
        http://127.0.0.1:8080, 2 s from 2026-11-28T20:00:00Z

        Messages                count                share  per second
          offered               1,200                            600/s
          accepted              1,190   99.16 % of offered       595/s
          refused                   8    0.66 % of offered         4/s
          no answer                 2    0.16 % of offered         1/s
          expected at devices   1,190
          shown                 1,190    100 % of expected       595/s
          acked                 1,180  99.15 % of expected       590/s
          not shown by the end      0
          came again                3

        Devices            count
          to be connected     10
          had a session       10
          connected again      1

        Latency          count      p50      p90      p99    p99.9      max
          accept             3  1.10 ms  12.4 ms  12.4 ms  12.4 ms  12.4 ms
          accept → push      0        –        –        –        –        –

        Answers       count    share
          202         1,190  99.16 %
          429             8   0.66 %
          timeout         2   0.16 %

        Disconnects   count  share
          cut             1  100 %

        Acks not taken  count  share
          503               3  100 %

        Processes     CPU cores   max   memory      max  heap max  GC in all
          fanout           0.75  1.00  310 MiB  320 MiB   110 MiB    0.040 s

        Gauges        mean  max  at the end
          fanout lag     6   12           0

        Generators    CPU cores  late p50  late p99  late max  loop p99  loop max  connections
          host-1      0.25 of 2    200 µs   1.50 ms   1.50 ms    700 µs    700 µs     7 of 256

        PASSED: accepted 1,190, expected 1,190, shown 1,190, acked 1,180; no violation
        """,
        Summary.of(Sample.small().report()));
  }

  @Test
  void violationsShouldFailWithAFewExamplesOfEach() {
    Sample sample = Sample.small();
    sample.violations.put("lost", new Violation(3, List.of("m-1", "m-2", "m-3", "m-4")));
    sample.violations.put("order", new Violation(0, List.of()));
    sample.verdict.add("held 100/s");

    String end = Summary.of(sample.report()).split("\n\n")[10];

    assertEquals(
        """
        FAILED: one kind of violation
          lost: 3
            as m-1
            as m-2
            as m-3
          held 100/s
        """,
        end);
  }

  @Test
  void anEmptyRunShouldWarnThatNothingWasChecked() {
    String text = Summary.of(new Sample().report());

    assertTrue(text.contains("WARNING: nothing was offered, so nothing was checked\n"), text);
    assertFalse(text.contains("NaN"), text);
  }

  @Test
  void aGeneratorThatWasTheLimitShouldBeSaid() {
    Sample sample = Sample.small();
    sample.generators.add(
        new Generator(
            "slow", 1, "25", "0.1.0", 2, 2, Sample.times(800_000), Distribution.EMPTY, 0, 0));

    String text = Summary.of(sample.report());

    assertTrue(text.contains("\nWARNING: THE GENERATOR WAS THE LIMIT"), text);
    assertTrue(text.contains("left 800 ms or more"), text);
    assertTrue(text.contains("it kept 1.00 of\n  its 1 cores busy\n"), text);
  }

  @Test
  void whatIsMissingAtTheEndShouldBeSaid() {
    Sample sample = Sample.small();
    sample.totals = new Totals(10, 8, 100, 100, 0, 0, 100, 97, 97, 0, 0, 3);

    String text = Summary.of(sample.report());

    assertTrue(text.contains("WARNING: 2 of 10 devices never had a session\n"), text);
    assertTrue(text.contains("WARNING: 3 messages were not shown when the run ended\n"), text);
  }

  @Test
  void noLineShouldBeTooWideOrObeyedByATerminal() {
    Summary.of(Hostile.report())
        .lines()
        .forEach(
            line -> {
              assertTrue(line.codePointCount(0, line.length()) <= Summary.WIDTH, line);
              assertTrue(line.chars().noneMatch(Character::isISOControl), line);
            });
  }

  @Test
  void nearlyAllShouldNotBeRoundedToAll() {
    assertEquals("99.99 %", Tables.percent(999_999, 1_000_000));
    assertEquals("100 %", Tables.percent(7, 7));
    assertEquals("–", Tables.percent(0, 0));
  }
}
