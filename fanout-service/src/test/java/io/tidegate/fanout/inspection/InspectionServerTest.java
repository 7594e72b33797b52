package io.tidegate.fanout.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.topology.UserViews.Found;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectionServerTest {
  static final UserView VIEW =
      new UserView(
          "00000000000000ff",
          9,
          0,
          1,
          0,
          2,
          300,
          null,
          new PresenceView(true, 7L, null),
          new UserView.PolicyView("default", 7, null, null),
          List.of(),
          List.of());

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<InspectionServer> servers = new ArrayList<>();

  @AfterEach
  void closeEverything() {
    servers.forEach(InspectionServer::close);
    client.close();
  }

  /** A service that is what it is told to be. */
  static final class Fake implements Inspected {
    volatile boolean up = true;
    final List<UserKey> asked = new ArrayList<>();
    private final Function<UserKey, Found<UserView>> found;

    Fake(Function<UserKey, Found<UserView>> found) {
      this.found = found;
    }

    volatile Function<Scope, Access> access = _ -> new Access.Granted("default", "");
    final List<List<String>> shown = new CopyOnWriteArrayList<>();

    @Override
    public Access access(List<String> authorization, Scope scope) {
      shown.add(authorization);
      return access.apply(scope);
    }

    @Override
    public String state() {
      return up ? "RUNNING" : "REBALANCING";
    }

    @Override
    public boolean ready() {
      return up;
    }

    @Override
    public boolean live() {
      return true;
    }

    @Override
    public synchronized Found<UserView> find(UserKey user) {
      asked.add(user);
      return found.apply(user);
    }

    volatile Function<UserKey, Found<PresenceView.OfUser>> presences = _ -> new Found.Nowhere<>();

    @Override
    public synchronized Found<PresenceView.OfUser> presence(UserKey user) {
      asked.add(user);
      return presences.apply(user);
    }

    @Override
    public Simulator.Started simulate(SimulationRequest request) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public String metrics() {
      return "tidegate_x_total 1\n";
    }
  }

  @Test
  void healthShouldTellWhatTheServiceIs() throws Exception {
    // Given
    Fake fake = new Fake(_ -> new Found.Nowhere<>());
    int port = start(fake);

    // When
    HttpResponse<String> up = get(port, "/health/ready");
    fake.up = false;
    HttpResponse<String> down = get(port, "/health/ready");
    HttpResponse<String> live = get(port, "/health/live");

    // Then
    assertThat(up.statusCode()).isEqualTo(200);
    assertThat(json(up).at("/checks/streams/status").stringValue()).isEqualTo("UP");
    assertThat(down.statusCode()).isEqualTo(503);
    assertThat(json(down).at("/status").stringValue()).isEqualTo("DOWN");
    assertThat(json(down).at("/checks/streams/detail").stringValue()).isEqualTo("REBALANCING");
    assertThat(live.statusCode()).isEqualTo(200);
  }

  @Test
  void metricsShouldBePrometheusText() throws Exception {
    // When
    HttpResponse<String> response = get(start(new Fake(_ -> new Found.Nowhere<>())), "/metrics");

    // Then
    assertThat(response.body()).isEqualTo("tidegate_x_total 1\n");
    assertThat(response.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void userShouldBeReadAsItWasEncoded() throws Exception {
    // Given
    Fake fake = new Fake(_ -> new Found.Here<>(VIEW));
    int port = start(fake);

    // When
    HttpResponse<String> response = get(port, "/v1/users/a%2Fb%20c+d%C3%A9");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(fake.asked).containsExactly(new UserKey("default", "a/b c+dé"));
    assertThat(json(response).at("/epoch").stringValue()).isEqualTo("00000000000000ff");
    assertThat(json(response).at("/head").intValue()).isEqualTo(9);
    assertThat(json(response).at("/payload_bytes").intValue()).isEqualTo(300);
    assertThat(json(response).at("/presence").toString())
        .isEqualTo("{\"connected\":true,\"since_millis\":7}");
  }

  @Test
  void whatIsNotThereShouldBeAProblem() throws Exception {
    // Given
    int port = start(new Fake(_ -> new Found.Nowhere<>()));

    // When
    HttpResponse<String> nobody = get(port, "/v1/users/bob");
    HttpResponse<String> noPath = get(port, "/nowhere");
    HttpResponse<String> bad = get(port, "/v1/users/a%00b");
    HttpResponse<String> slash = get(port, "/v1/users/a/b");

    // Then
    assertThat(nobody.statusCode()).isEqualTo(404);
    assertThat(nobody.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(noPath.statusCode()).isEqualTo(404);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(json(bad).at("/field").stringValue()).isEqualTo("user");
    assertThat(slash.statusCode()).isEqualTo(400);
  }

  @Test
  void otherMethodsShouldNotBeAllowed() throws Exception {
    // Given
    int port = start(new Fake(_ -> new Found.Nowhere<>()));
    HttpRequest request =
        HttpRequest.newBuilder(uri(port, "/v1/users/bob"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();

    // When
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET");
  }

  @Test
  void rebalanceShouldBeAnswered503WithRetryAfter() throws Exception {
    // When
    HttpResponse<String> response =
        get(start(new Fake(_ -> new Found.NotNow<>())), "/v1/users/alice");

    // Then
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).contains("1");
  }

  @ParameterizedTest
  @CsvSource({"a%2Fb%20%2B%C3%A9, a/b +é", "%2E%2E, ..", "%2e, ."})
  void ownerShouldBeAskedByWhicheverInstanceIsAsked(String segment, String user) throws Exception {
    // Given
    Fake owner = new Fake(_ -> new Found.Here<>(VIEW));
    int ownersPort = start(owner);
    int port = start(new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", ownersPort)));

    // When
    HttpResponse<String> response = get(port, "/v1/users/" + segment);

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).at("/head").intValue()).isEqualTo(9);
    assertThat(owner.asked).containsExactly(new UserKey("default", user));
  }

  @Test
  void instancesThatDisagreeShouldNotAskEachOtherForEver() throws Exception {
    // Given
    int[] ports = new int[2];
    Fake one = new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", ports[1]));
    Fake other = new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", ports[0]));
    ports[0] = start(one);
    ports[1] = start(other);

    // When
    HttpResponse<String> response = get(ports[0], "/v1/users/alice");

    // Then
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(one.asked).hasSize(1);
    assertThat(other.asked).hasSize(1);
  }

  @Test
  void ownerThatIsGoneShouldBeABadGateway() throws Exception {
    // Given
    int nobodys;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobodys = socket.getLocalPort();
    }
    int port = start(new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", nobodys)));

    // When
    HttpResponse<String> response = get(port, "/v1/users/alice");

    // Then
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(json(response).at("/type").stringValue())
        .isEqualTo("urn:tidegate:problem:bad-gateway");
  }

  @Test
  void portInUseShouldBeOneClearLine() throws Exception {
    // Given
    int port = start(new Fake(_ -> new Found.Nowhere<>()));

    // When
    assertThatThrownBy(() -> start(port, new Fake(_ -> new Found.Nowhere<>())))
        // Then
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }

  @Test
  void userShouldBeOneOfTheTenantOfTheKey() throws Exception {
    // Given
    Fake fake = new Fake(_ -> new Found.Here<>(VIEW));
    fake.access =
        scope ->
            scope == Scope.INSPECT
                ? new Access.Granted("acme", "k")
                : new Access.Lacking(new Access.Granted("acme", "k"), "the key k", scope);
    int port = start(fake);

    // When
    HttpResponse<String> user = get(port, "/v1/users/alice");
    HttpResponse<String> simulation = get(port, "/v1/policies/gentle/simulate");

    // Then
    assertThat(user.statusCode()).isEqualTo(200);
    assertThat(fake.asked).containsExactly(new UserKey("acme", "alice"));
    assertThat(simulation.statusCode()).isEqualTo(403);
    assertThat(json(simulation).at("/detail").stringValue())
        .isEqualTo("the key k lacks the scope policies");
  }

  @Test
  void whoIsNotKnownShouldBeToldNothing() throws Exception {
    // Given
    Fake fake = new Fake(_ -> new Found.Here<>(VIEW));
    fake.access = _ -> new Access.Unknown(false, "want a key");
    int port = start(fake);

    // When
    HttpResponse<String> user = get(port, "/v1/users/alice");
    HttpResponse<String> health = get(port, "/health/live");

    // Then
    assertThat(user.statusCode()).isEqualTo(401);
    assertThat(user.headers().firstValue("www-authenticate")).contains("Bearer realm=\"tidegate\"");
    assertThat(fake.asked).isEmpty();
    assertThat(health.statusCode()).isEqualTo(200);
  }

  @Test
  void keyThatMayBeReadYetShouldBeAskedToComeAgain() throws Exception {
    // Given
    Fake fake = new Fake(_ -> new Found.Here<>(VIEW));
    fake.access = _ -> new Access.NotReadYet("the keys are not read from Kafka yet");

    // When
    HttpResponse<String> user = get(start(fake), "/v1/users/alice");

    // Then
    assertThat(user.statusCode()).isEqualTo(503);
    assertThat(user.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void instanceThatIsAskedOnShouldBeShownTheSameKey() throws Exception {
    // Given
    Fake owner = new Fake(_ -> new Found.Here<>(VIEW));
    int ownerPort = start(owner);
    int port = start(new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", ownerPort)));
    HttpRequest request =
        HttpRequest.newBuilder(uri(port, "/v1/users/alice"))
            .header("Authorization", "Bearer x")
            .build();

    // When
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(owner.shown).containsExactly(List.of("Bearer x"));
  }

  private int start(Inspected inspected) throws StartupException {
    return start(0, inspected);
  }

  private int start(int port, Inspected inspected) throws StartupException {
    InspectionServer server = InspectionServer.start("127.0.0.1", port, null, inspected);
    servers.add(server);
    return server.port();
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri(port, path)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
