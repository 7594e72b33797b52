package io.tidegate.loadtest.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Series;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.report.Totals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made and asked of a service around a run, by requests that a stub of it hears. */
final class PreparationTest {
  private static final String PLAIN = "users: 40\nphases: [{burst: 4}]\n";
  private static final String LIMIT = "{\"limits\":[{\"limit\":2,\"window\":\"PT4S\"}]}";
  private static final String LIMITED = PLAIN + "policy: " + LIMIT + "\n";
  private static final String OTHER =
      "{\"limits\":[{\"limit\":3,\"window\":\"PT4S\"}],\"timezone\":\"Europe/Berlin\"}";

  private final HttpServer server;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile @Nullable String policy;
  private final AtomicInteger version = new AtomicInteger(7);
  private volatile int policyStatus = 200;

  /** How often fan-out tells an old version to who asks for a user. */
  private final Map<String, Integer> behind = new ConcurrentHashMap<>();

  private boolean hasFanout = true;
  private boolean isSet;

  PreparationTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/policies/default", this::policies);
    server.createContext("/v1/users/", this::user);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void policies(HttpExchange exchange) throws IOException {
    heard.add(exchange.getRequestMethod());
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        policy = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        version.incrementAndGet();
      }
      case "DELETE" -> policy = null;
      default -> {}
    }
    boolean isMissing = policy == null && exchange.getRequestMethod().equals("GET");
    String stored =
        "{\"name\":\"default\",\"version\":%d,\"policy\":%s}".formatted(version.get(), policy);
    answer(exchange, isMissing ? 404 : policyStatus, stored);
  }

  private void user(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/v1/users/".length());
    heard.add(name);
    boolean isBehind = behind.getOrDefault(name, 0) > 0;
    behind.computeIfPresent(name, (_, times) -> times - 1);
    answer(
        exchange,
        200,
        "{\"policy\":{\"name\":\"default\",\"version\":%d}}"
            .formatted(isBehind ? version.get() - 1 : version.get()));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Report around(String profile, Preparation.Body body) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Target target = RunSamples.target(uri, uri, hasFanout ? uri : null);
    RunOptions options = RunSamples.options(profile, isSet);
    return Preparation.around(
        target, options, ProfileReader.read("test", profile), RunSamples.QUIET, body);
  }

  /** A run that finds nothing, under these rules. */
  private static Preparation.Body under(Policy wanted) {
    return (rules, ready) -> {
      assertThat(rules).isEqualTo(wanted);
      ready.await();
      return found();
    };
  }

  private static Report found() {
    return new Report(
        Report.FORMAT,
        "test",
        "",
        Instant.EPOCH,
        1,
        new Settings("", Map.of()),
        List.of(),
        new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Series.EMPTY,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static String shown(Report report) {
    return report.settings().options().getOrDefault(Settings.POLICY, "nothing");
  }

  @Test
  void whatADeploymentHasHoldsAndIsTold() throws Exception {
    policy = OTHER;
    Report report = around(PLAIN, under(Policy.parse(OTHER)));

    assertThat(Policy.parse(shown(report))).isEqualTo(Policy.parse(OTHER));
    assertThat(report.verdict()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(heard).containsExactly("GET", "GET");
  }

  @Test
  void aDeploymentWithoutAPolicyHasNone() throws Exception {
    Report report = around(PLAIN, under(Policy.NONE));

    assertThat(shown(report)).isEqualTo("none");
    assertThat(report.verdict()).isEmpty();
  }

  @Test
  void aPolicyThatMayNotBeReadIsSaidNotToBeChecked() throws Exception {
    policy = OTHER;
    policyStatus = 403;
    Report report = around(PLAIN, under(Policy.NONE));

    assertThat(shown(report)).isEqualTo("not known");
    assertThat(report.verdict())
        .singleElement()
        .asString()
        .startsWith("limits were not checked, and what policy default lets go counts as lost: ")
        .contains("/v1/policies/default answered 403");
    assertThat(report.passed()).isTrue();
  }

  @Test
  void aDeploymentsPolicyThatIsChangedMeanwhileIsSaid() throws Exception {
    policy = OTHER;
    Report report =
        around(
            PLAIN,
            (_, _) -> {
              version.set(9);
              return found();
            });

    assertThat(report.violations()).containsOnlyKeys("policy_changed");
    assertThat(report.violations().toString()).contains("has version 9, not version 7");
  }

  @Test
  void theProfilesPolicyIsMadeAndTakenAwayAndAllOfFanOutIsAsked() throws Exception {
    policy = OTHER;
    behind.put("load-39", 3);
    Report report = around(LIMITED, under(Policy.parse(LIMIT)));

    assertThat(report.passed()).isTrue();
    assertThat(report.verdict()).isEmpty();
    assertThat(policy).isEqualTo(OTHER);
    assertThat(heard).startsWith("GET", "PUT", "load-0").endsWith("PUT").contains("load-20");
    // Before it went by it, then, and at the end.
    assertThat(heard.stream().filter("load-39"::equals)).hasSize(5);
  }

  @Test
  void oneProcessOfFanOutThatGoesByAnotherAtTheEndIsSaid() throws Exception {
    Report report =
        around(
            LIMITED,
            (_, ready) -> {
              ready.await();
              behind.put("load-17", Integer.MAX_VALUE);
              return found();
            });

    assertThat(report.violations()).containsOnlyKeys("policy_changed");
    assertThat(report.violations().toString()).contains("load-17 does not go by version 8");
    assertThat(policy).isNull();
  }

  @Test
  void withoutAFanOutThatIsSaidAndIngestIsAskedAtTheEnd() throws Exception {
    hasFanout = false;
    long begin = System.nanoTime();
    Report report =
        around(
            LIMITED,
            (_, ready) -> {
              ready.await();
              version.incrementAndGet();
              return found();
            });

    assertThat(System.nanoTime() - begin).isGreaterThan(Duration.ofSeconds(5).toNanos());
    assertThat(report.verdict())
        .containsExactly(
            "whether fan-out went by policy default was not asked (--fanout): the load began 5 s"
                + " after ingest had it");
    assertThat(report.violations()).containsOnlyKeys("policy_changed");
  }

  @Test
  void aPolicyThatIsSetIsFoundAndLeft() throws Exception {
    isSet = true;
    policy = Policy.parse(LIMIT).toJson();
    Report report = around(LIMITED, under(Policy.parse(LIMIT)));

    assertThat(report.passed()).isTrue();
    assertThat(heard).startsWith("GET", "load-0").doesNotContain("PUT", "DELETE");
    assertThat(policy).isNotNull();
  }

  @Test
  void aPolicyThatIsToBeSetAndIsAnotherIsToldWithTheDifference() {
    isSet = true;
    policy = OTHER;

    assertThatThrownBy(() -> around(LIMITED, under(Policy.NONE)))
        .isInstanceOf(LoadTestException.class)
        .hasMessageStartingWith("--policy-is-set: policy default is not the profile's: limits: ")
        .hasMessageContaining("\"limit\":2")
        .hasMessageContaining("\"limit\":3")
        .hasMessageEndingWith("; timezone: want nothing, is \"Europe/Berlin\"");
    assertThat(heard).containsExactly("GET");
  }

  @Test
  void aPolicyThatIsToBeSetAndIsNotThereIsTold() {
    isSet = true;

    assertThatThrownBy(() -> around(LIMITED, under(Policy.NONE)))
        .isInstanceOf(LoadTestException.class)
        .hasMessageContaining("--policy-is-set: there is no policy default at http://127.0.0.1:");
  }
}
