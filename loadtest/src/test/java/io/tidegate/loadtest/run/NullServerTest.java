package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Violation;
import io.tidegate.loadtest.self.Mischief;
import io.tidegate.loadtest.self.NullServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a null server pushes to, and a policy that is there before a run. */
final class NullServerTest {
  private static final Duration LONG = Duration.ofSeconds(5);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 | devices: 3",
        "300 | to: group; groups: {count: 4, members: 15}",
        "600 | to: group; groups: {count: 4, members: 15}; devices: 2; connect: {sse: 50%}",
        "1200 | to: all; connect: {sse: 20%}"
      })
  void allWhomAMessageIsForAreShownIt(long expected, String more) throws Exception {
    String profile =
        "users: 60\nphases: [{for: 1s, rate: 20}]\ndrain: 5s\n" + more.replace("; ", "\n") + "\n";
    Report report;
    try (NullServer server = new NullServer(Mischief.NONE)) {
      report = run(server, profile);
    }

    assertThat(report.violations()).isEmpty();
    assertThat(report.totals().accepted()).isEqualTo(20);
    assertThat(report.totals().shown()).isEqualTo(expected);
    assertThat(report.totals().acked()).isEqualTo(expected);
  }

  @Test
  void oneMemberThatIsNotPushedToIsFound() throws Exception {
    AtomicInteger pushes = new AtomicInteger();
    Report report;
    try (NullServer server =
        new NullServer(
            (_, push) -> {
              if (pushes.incrementAndGet() != 7) {
                push.now();
              }
            })) {
      report = run(server, "users: 10\nto: all\nphases: [{for: 1s, rate: 5}]\ndrain: 1s\n");
    }

    assertThat(count(report, Fault.LOST)).isEqualTo(1);
  }

  @Test
  void onePushAboveTheLimitOfADeploymentIsFound() throws Exception {
    Report report;
    try (NullServer server = new NullServer(Mischief.NONE)) {
      put(server, "{\"limits\":[{\"limit\":4,\"window\":\"PT10M\",\"burst\":4}]}");
      report = run(server, "users: 50\nphases: [{for: 1s, rate: 201}]\ndrain: 1s\n");
    }

    // Each user has four messages, and one has five.
    assertThat(report.violations()).containsOnlyKeys(Fault.ABOVE_LIMIT.word());
    assertThat(count(report, Fault.ABOVE_LIMIT)).isEqualTo(1);
  }

  @Test
  void whatThePolicyOfADeploymentDropsIsNoLoss() throws Exception {
    AtomicInteger pushes = new AtomicInteger();
    Report report;
    try (NullServer server =
        new NullServer(
            (_, push) -> {
              if (pushes.incrementAndGet() % 50 != 0) {
                push.now();
              }
            })) {
      put(server, "{\"limits\":[{\"limit\":100,\"window\":\"PT1S\",\"on_exceed\":\"drop\"}]}");
      report = run(server, "users: 50\nphases: [{for: 1s, rate: 200}]\ndrain: 1s\n");
    }

    assertThat(report.passed()).isTrue();
    assertThat(report.totals().pending()).isEqualTo(4);
    assertThat(report.verdict())
        .containsExactly(
            "4 accepted and not shown; whether by right cannot be told: the policy drops or"
                + " collapses what exceeds it");
  }

  @Test
  void aSelfTestHasNoKafka() {
    String kafka = "send: {through: kafka}\nphases: [{burst: 1}]\n";

    assertThatThrownBy(
            () ->
                SelfTest.run(
                    ProfileReader.read("test", kafka),
                    RunSamples.options(kafka, false),
                    new Slo(LONG, LONG),
                    LONG,
                    RunSamples.QUIET))
        .hasMessage(
            "a self-test has no Kafka: it wants a profile through rest or batch, and no audit");
  }

  private static long count(Report report, Fault fault) {
    return report.violations().getOrDefault(fault.word(), new Violation(0, List.of())).count();
  }

  private static void put(NullServer server, String policy) throws Exception {
    HttpRequest put =
        HttpRequest.newBuilder(URI.create(server.uri() + "/v1/policies/default"))
            .version(HttpClient.Version.HTTP_1_1)
            .PUT(HttpRequest.BodyPublishers.ofString(policy))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }
  }

  private static Report run(NullServer server, String profile) throws Exception {
    Target target = RunSamples.target(server.uri(), server.uri(), null);
    RunOptions options = RunSamples.options(profile, false);
    return new LoadRun(ProfileReader.read("test", profile), target, options, RunSamples.QUIET)
        .run();
  }
}
