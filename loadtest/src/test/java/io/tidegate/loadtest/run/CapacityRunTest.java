package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.loadtest.capacity.Bottleneck;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.CapacityStep;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Series;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.report.Totals;
import io.tidegate.loadtest.report.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class CapacityRunTest {
  private final List<String> notes = new ArrayList<>();

  private Report found(double first, Trial trial) throws Exception {
    return found(first, Duration.ofSeconds(20), trial);
  }

  private Report found(double first, Duration step, Trial trial) throws Exception {
    Progress progress =
        new Progress() {
          @Override
          public void note(String line) {
            notes.add(line);
          }

          @Override
          public void second(Seconds.Last last) {}
        };
    String yaml = "users: 10\nphases: [{for: 20s, rate: %s}]\n".formatted(first);
    return new CapacityRun(
            ProfileReader.read("test", yaml),
            trial,
            Slo.DEFAULT,
            step,
            progress,
            (_, _) -> new Bottleneck("something", List.of()))
        .run();
  }

  /** All of whose times are the same. */
  private static Report report(long micros, Map<String, Violation> violations) {
    Histogram histogram = new Histogram(3);
    histogram.recordValue(micros);
    Latency times = new Latency(Distribution.of(histogram), List.of());
    Map<String, Latency> latencies = new LinkedHashMap<>();
    for (String name : List.of(Latency.ACCEPT, Latency.ACCEPT_TO_PUSH, Latency.DUE_TO_PUSH)) {
      latencies.put(name, times);
    }
    return new Report(
        Report.FORMAT,
        "test",
        "",
        Instant.EPOCH,
        20,
        new Settings("", Map.of()),
        List.of(),
        new Totals(1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0),
        violations,
        Map.of(),
        Map.of(),
        Map.of(),
        latencies,
        Series.EMPTY,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Report lost(long count) {
    return report(1_000, Map.of(Fault.LOST.word(), new Violation(count, List.of("message run-1"))));
  }

  private static Report good() {
    return report(1_000, Map.of());
  }

  @Test
  void aSearchInWhichNothingIsWrongHasPassed() throws Exception {
    Report report =
        found(100, phase -> phase.fromRate() <= 200 ? good() : report(5_000_000, Map.of()));

    assertThat(report.passed()).isTrue();
    assertThat(report.capacity()).extracting(CapacityStep::held).startsWith(true, true, false);
    assertThat(report.verdict()).contains("what stopped the next rate: something");
  }

  /** The rate that is found lost nothing, and those above it did. */
  @Test
  void whatAnyRateLosesFailsTheSearch() throws Exception {
    Report report = found(100, phase -> phase.fromRate() < 130 ? good() : lost(3));

    long failed = report.capacity().stream().filter(step -> !step.held()).count();
    assertThat(failed).isGreaterThan(1);
    assertThat(report.passed()).isFalse();
    Violation lost = report.violations().getOrDefault("lost", new Violation(0, List.of()));
    assertThat(lost.count()).isEqualTo(3 * failed);
    assertThat(lost.examples()).hasSize((int) failed);
    assertThat(lost.examples()).first().isEqualTo("at 200 messages/s: message run-1");
    assertThat(report.verdict()).contains("violations are those of all rates that were tried");
  }

  @Test
  void whatIsFoundBeforeARunThatCannotBeginIsNotLost() throws Exception {
    Report report =
        found(
            100,
            phase -> {
              if (phase.fromRate() > 300) {
                throw new LoadTestException("nobody there");
              }
              return good();
            });

    assertThat(report.capacity())
        .containsExactly(new CapacityStep(100, true, "held"), new CapacityStep(200, true, "held"));
    assertThat(report.verdict())
        .contains(
            "200 messages/s is the highest rate that held",
            "the search ended early, at 400 messages/s: nobody there");
    assertThat(report.violations().keySet()).containsExactly(Fault.SEARCH_ENDED.word());
    assertThat(report.passed()).isFalse();
  }

  @Test
  void whereNotEvenTheFirstRunBeginsThatIsSaid() {
    assertThatThrownBy(
            () ->
                found(
                    100,
                    _ -> {
                      throw new LoadTestException("nobody there");
                    }))
        .isInstanceOf(LoadTestException.class)
        .hasMessage("nobody there");
  }

  @Test
  void aStepThatIsTooShortForAMessageEndsTheSearch() throws Exception {
    Report report =
        found(
            1,
            Duration.ofSeconds(1),
            phase -> {
              Profile profile = ProfileReader.read("test", "phases: [{for: 1s, rate: 1}]");
              return profile.with(List.of(phase)).messages() > 0 ? lost(1) : good();
            });

    assertThat(report.capacity()).isNotEmpty();
    assertThat(report.verdict()).anyMatch(line -> line.startsWith("the search ended early, at 0."));
  }

  @Test
  void lowRatesAreToldWithTheirDigits() throws Exception {
    Report report = found(1, phase -> phase.fromRate() > 0.4 ? lost(1) : good());

    assertThat(notes).contains("trying 1 messages/s", "trying 0.5 messages/s");
    assertThat(report.verdict()).anyMatch(line -> line.matches("0\\.3[0-9]+ messages/s is .*"));
    assertThat(Phase.steady(Duration.ofSeconds(20), 0.25).name()).isEqualTo("0.25/s");
  }
}
