package io.tidegate.fanout.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.recorded.Report;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator;
import io.tidegate.fanout.recorded.Skipped;
import io.tidegate.fanout.rehearsal.Comparison;
import io.tidegate.fanout.rehearsal.Rehearsal;
import io.tidegate.fanout.rehearsal.Result;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.topology.UserViews;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class SimulateRequestsTest {
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Fake fake = new Fake();

  @SuppressWarnings("NullAway.Init")
  private InspectionServer server;

  /** Takes every request, and leaves the answer to the test. */
  private static final class Fake implements Inspected {
    final List<SimulationRequest> asked = new ArrayList<>();
    final CompletableFuture<Report> report = new CompletableFuture<>();
    volatile Simulator.Started started = new Simulator.Started.Running(report);

    @Override
    public synchronized Simulator.Started simulate(SimulationRequest request) {
      asked.add(request);
      return started;
    }

    @Override
    public Access access(List<String> authorization, Scope scope) {
      return new Access.Granted("default", "");
    }

    @Override
    public String state() {
      return "RUNNING";
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public boolean live() {
      return true;
    }

    @Override
    public UserViews.Found<UserView> find(UserKey user) {
      return new UserViews.Found.Nowhere<>();
    }

    @Override
    public UserViews.Found<PresenceView.OfUser> presence(UserKey user) {
      return new UserViews.Found.Nowhere<>();
    }

    @Override
    public String metrics() {
      return "";
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = InspectionServer.start("127.0.0.1", 0, null, fake);
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  @Test
  void reportShouldBeJsonInTheWordsOfTheApi() throws Exception {
    // Given
    fake.report.complete(report());

    // When
    HttpResponse<String> response =
        post("/v1/policies/gentle/simulate", "{\"batch\":{\"window\":\"PT5S\"}}");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonNode json = JsonMapper.shared().readTree(response.body());
    assertThat(json.propertyNames())
        .containsExactly(
            "name",
            "from",
            "to",
            "messages",
            "users",
            "first_at",
            "skipped",
            "settings",
            "horizon",
            "current",
            "candidate");
    assertThat(json.at("/from").stringValue()).isEqualTo("2026-11-27T12:00:00Z");
    assertThat(json.at("/horizon").stringValue()).isEqualTo("PT168H");
    assertThat(json.at("/skipped/other_policies").intValue()).isEqualTo(2);
    assertThat(json.at("/current/name").stringValue()).isEqualTo("built-in");
    assertThat(json.at("/current/version").longValue()).isEqualTo(-1);
    assertThat(json.at("/current/policy").isEmpty()).isTrue();
    assertThat(json.at("/candidate/policy/batch/window").stringValue()).isEqualTo("PT5S");
    assertThat(json.at("/candidate/result/at_once").intValue()).isZero();
    assertThat(json.at("/candidate/result/delay/histogram/0/up_to").stringValue())
        .isEqualTo("PT0.1S");
    assertThat(json.at("/candidate/result/delay/histogram/8").propertyNames())
        .containsExactly("messages");
  }

  @Test
  void requestShouldBeAskedForAsItWasWritten() throws Exception {
    // Given
    fake.report.complete(report());

    // When
    post(
        "/v1/policies/gentle/simulate?from=2026-11-20T00:00:00%2B01:00&to=2026-11-21T00:00:00Z"
            + "&max_messages=7",
        "{\"batch\":{\"window\":\"PT5S\"}}");
    post("/v1/policies/default/simulate?from=PT3H&to=PT1H", "{}");
    post("/v1/policies/default/simulate", "{}");

    // Then
    assertThat(fake.asked.getFirst())
        .isEqualTo(
            new SimulationRequest(
                new PolicyKey("default", "gentle"),
                Policy.parse("{\"batch\":{\"window\":\"PT5S\"}}"),
                Instant.parse("2026-11-19T23:00:00Z"),
                Instant.parse("2026-11-21T00:00:00Z"),
                7));
    assertThat(span(fake.asked.get(1))).isEqualTo(Duration.ofHours(2));
    assertThat(span(fake.asked.get(2))).isEqualTo(Duration.ofDays(1));
    assertThat(fake.asked.get(2).maxMessages()).isEqualTo(1_000_000);
  }

  private static Duration span(SimulationRequest request) {
    return Duration.between(request.from(), request.to());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/policies/gentle/simulate | {"limits":[{"limit":0,"window":"PT1S"}]} | limits[0].limit
          /v1/policies/gentle/simulate | {"limit":1} | limit
          /v1/policies/a%20b/simulate | {} | name
          /v1/policies//simulate | {} | name
          /v1/policies/gentle/simulate?from=yesterday | {} | from
          /v1/policies/gentle/simulate?from=-PT1H | {} | from
          /v1/policies/gentle/simulate?from=PT-1H&to=PT-2H | {} | from
          /v1/policies/gentle/simulate?from=P-1D | {} | from
          /v1/policies/gentle/simulate?from=P999999999999D | {} | from
          /v1/policies/gentle/simulate?from=1960-01-01T00:00:00Z | {} | from
          /v1/policies/gentle/simulate?from=PT1H&to=PT2H | {} | from
          /v1/policies/gentle/simulate?to=1 | {} | to
          /v1/policies/gentle/simulate?from=PT1H&from=PT2H | {} | from
          /v1/policies/gentle/simulate?form=PT1H | {} | form
          /v1/policies/gentle/simulate?max_messages=0 | {} | max_messages
          /v1/policies/gentle/simulate?max_messages=1000001 | {} | max_messages
          /v1/policies/gentle/simulate?max_messages=many | {} | max_messages
          """)
  void badRequestShouldNameTheField(String path, String body, String field) throws Exception {
    // Given
    fake.report.complete(report());

    // When
    HttpResponse<String> response = post(path, body);

    // Then
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = JsonMapper.shared().readTree(response.body());
    assertThat(problem.at("/field").stringValue()).isEqualTo(field);
    assertThat(problem.at("/detail").stringValue()).isNotBlank();
    assertThat(fake.asked).isEmpty();
  }

  @Test
  void whatIsNoPolicyShouldBeRefused() throws Exception {
    assertThat(post("/v1/policies/gentle/simulate", "").statusCode()).isEqualTo(400);
    assertThat(post("/v1/policies/gentle/simulate", "[1").statusCode()).isEqualTo(400);
    assertThat(post("/v1/policies/gentle/simulate", " ".repeat(65_537)).statusCode())
        .isEqualTo(413);
    HttpRequest inChunks =
        request("/v1/policies/gentle/simulate")
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(" ".repeat(65_537))))
            .build();
    assertThat(client.send(inChunks, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
    assertThat(post("/v1/policies/gentle", "{}").statusCode()).isEqualTo(404);
    assertThat(post("/v1/policies/simulate", "{}").statusCode()).isEqualTo(404);
    HttpRequest get = request("/v1/policies/gentle/simulate").GET().build();
    HttpResponse<String> refused = client.send(get, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("allow")).contains("POST");
    HttpRequest text =
        HttpRequest.newBuilder(uri("/v1/policies/gentle/simulate"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(client.send(text, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    assertThat(fake.asked).isEmpty();
  }

  @Test
  void busyInstanceShouldSayWhenToComeAgain() throws Exception {
    // Given
    fake.started = new Simulator.Started.Refused("another simulation is running here", 5);

    // When
    HttpResponse<String> response = post("/v1/policies/gentle/simulate", "{}");

    // Then
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).contains("5");
    assertThat(response.body()).contains("another simulation is running here");
  }

  @Test
  void faultShouldBeTheStatusWhileThereIsNone() throws Exception {
    // Given
    fake.report.completeExceptionally(new TimeoutException("no broker"));

    // When
    HttpResponse<String> away = post("/v1/policies/gentle/simulate", "{}");
    fake.started =
        new Simulator.Started.Running(
            CompletableFuture.failedFuture(new IllegalStateException("secret")));
    HttpResponse<String> ours = post("/v1/policies/gentle/simulate", "{}");
    fake.started =
        new Simulator.Started.Running(
            CompletableFuture.failedFuture(new CancellationException("stop")));
    HttpResponse<String> stopping = post("/v1/policies/gentle/simulate", "{}");

    // Then
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.body()).contains("Kafka cannot be read: no broker");
    assertThat(ours.statusCode()).isEqualTo(500);
    assertThat(ours.body()).doesNotContain("secret");
    assertThat(stopping.statusCode()).isEqualTo(503);
    assertThat(stopping.body()).contains("this instance is stopping");
  }

  @Test
  void longSimulationShouldShowThatItLivesAndThenItsReport() throws Exception {
    // Given
    String body = "{}";
    try (Socket socket = open("/v1/policies/gentle/simulate", body);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      // When: the head, and the first sign of life
      assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
      for (String head = lines.readLine(); !head.isEmpty(); head = lines.readLine()) {
        assertThat(head.toLowerCase(java.util.Locale.ROOT)).doesNotStartWith("content-length");
      }
      assertThat(lines.readLine()).isEqualTo("1");
      fake.report.complete(report());

      // Then
      StringBuilder rest = new StringBuilder();
      for (String line = lines.readLine();
          line != null && !line.equals("0");
          line = lines.readLine()) {
        rest.append(line);
      }
      assertThat(rest).contains("\"name\":\"gentle\"").contains("\"histogram\"");
    }
  }

  @Test
  void lateFaultShouldBeAProblemInPlaceOfTheReport() throws Exception {
    // Given
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            request("/v1/policies/gentle/simulate").POST(BodyPublishers.ofString("{}")).build(),
            HttpResponse.BodyHandlers.ofString());
    fake.report.completeOnTimeout(report(), 30, TimeUnit.SECONDS);

    // When
    CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS)
        .execute(() -> fake.report.completeExceptionally(new TimeoutException("gone")));

    // Then
    HttpResponse<String> answer = response.get(20, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode problem = JsonMapper.shared().readTree(answer.body());
    assertThat(problem.at("/status").intValue()).isEqualTo(503);
    assertThat(problem.at("/detail").stringValue()).contains("gone");
  }

  @Test
  void clientThatGoesAwayShouldCancelIt() throws Exception {
    // Given
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<Report> _ =
        fake.report.whenComplete(
            (_, _) -> {
              if (fake.report.isCancelled()) {
                cancelled.countDown();
              }
            });

    // When
    open("/v1/policies/gentle/simulate", "{}").close();

    // Then
    assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private Socket open(String path, String body) throws Exception {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    socket.getOutputStream().write((head + body).getBytes(UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  private static Report report() {
    Comparison comparison =
        Comparison.of(new PolicyBook(Policy.NONE), new PolicyKey("default", "gentle"), Policy.NONE);
    Result nothing = new Rehearsal(SequencerSettings.defaults(), comparison).current();
    JsonMapper json = JsonMapper.shared();
    return new Report(
        "gentle",
        NOON,
        NOON.plusSeconds(3_600),
        0,
        0,
        NOON,
        null,
        new Skipped(1, 2, 3, 4, 5, 6),
        new Report.Settings(1, true, 0),
        Rehearsal.HORIZON,
        null,
        new Report.Current("built-in", -1, json.readTree("{}"), nothing),
        new Report.Candidate(json.readTree("{\"batch\":{\"window\":\"PT5S\"}}"), nothing));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("content-type", "application/json");
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
