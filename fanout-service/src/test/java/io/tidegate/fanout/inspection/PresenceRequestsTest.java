package io.tidegate.fanout.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.fanout.inspection.InspectionServerTest.Fake;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.PresenceView.OfUser;
import io.tidegate.fanout.topology.UserViews.Found;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PresenceRequestsTest {
  private static final OfUser HERE =
      new OfUser(new PresenceView(true, 5L, null), List.of("phone", "laptop"));
  private static final OfUser AWAY = new OfUser(new PresenceView(false, null, 9L), List.of());

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<InspectionServer> servers = new ArrayList<>();

  @AfterEach
  void closeEverything() {
    servers.forEach(InspectionServer::close);
    client.close();
  }

  @Test
  void everyoneShouldBeAnsweredInTheOrderOfTheRequest() throws Exception {
    // Given
    int port =
        start(
            fake(
                user ->
                    switch (user.user()) {
                      case "alice" -> new Found.Here<>(HERE);
                      case "bob" -> new Found.Here<>(AWAY);
                      default -> new Found.Nowhere<>();
                    }));

    // When
    HttpResponse<String> response = post(port, "{\"users\":[\"bob\",\"eve\",\"alice\"]}");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"users\":[{\"user\":\"bob\",\"connected\":false,\"last_seen_millis\":9,\"devices\":[]},"
                + "{\"user\":\"eve\",\"connected\":false,\"devices\":[]},"
                + "{\"user\":\"alice\",\"connected\":true,\"since_millis\":5,"
                + "\"devices\":[\"phone\",\"laptop\"]}]}");
  }

  @Test
  void badUsersShouldBeNamedAndTheOthersAnswered() throws Exception {
    // Given
    Fake fake = fake(_ -> new Found.Here<>(HERE));
    int port = start(fake);

    // When
    HttpResponse<String> response = post(port, "{\"users\":[\"\",7,\"a\\u0000b\",\"alice\",null]}");

    // Then
    JsonNode users = json(response).at("/users");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(users.at("/0/problem/detail").stringValue()).isEqualTo("user: must not be empty");
    assertThat(users.at("/1/problem/field").stringValue()).isEqualTo("users[1]");
    assertThat(users.at("/1").has("user")).isFalse();
    assertThat(users.at("/2/problem/status").intValue()).isEqualTo(400);
    assertThat(users.at("/3/connected").booleanValue()).isTrue();
    assertThat(users.at("/4/problem/status").intValue()).isEqualTo(400);
    assertThat(fake.asked).containsExactly(new UserKey("default", "alice"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"users\":{}}",
        "{\"users\":[]}",
        "{\"users\":[\"a\"],\"tenant\":\"acme\"}"
      })
  void whatIsNoListOfUsersShouldBeRefused(String body) throws Exception {
    assertThat(post(start(fake(_ -> new Found.Nowhere<>())), body).statusCode()).isEqualTo(400);
  }

  @Test
  void moreThanTheBoundShouldBeRefused() throws Exception {
    // Given
    int port = start(fake(_ -> new Found.Nowhere<>()));

    // When
    HttpResponse<String> most = post(port, users(PresenceRequests.MAX_USERS, "ü".repeat(120)));
    HttpResponse<String> more = post(port, users(PresenceRequests.MAX_USERS + 1, ""));
    HttpResponse<String> large = post(port, users(2_500, "x".repeat(256)));
    HttpResponse<String> inChunks =
        send(port, BodyPublishers.fromPublisher(BodyPublishers.ofString(" ".repeat(600_000))));

    // Then
    assertThat(most.statusCode()).isEqualTo(200);
    assertThat(json(most).at("/users")).hasSize(PresenceRequests.MAX_USERS);
    assertThat(more.statusCode()).isEqualTo(400);
    assertThat(json(more).at("/detail").stringValue()).isEqualTo("want 1 to 1000, got 1001");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(inChunks.statusCode()).isEqualTo(413);
    assertThat(json(inChunks).at("/detail").stringValue())
        .isEqualTo("the body is larger than 524288 bytes");
  }

  @Test
  void otherInstancesShouldBeAskedOnceEachAndAllAtATime() throws Exception {
    // Given: three that answer only once all of them are asked
    CountDownLatch allAsked = new CountDownLatch(3);
    List<Fake> owners = new ArrayList<>();
    int[] ports = new int[3];
    for (int i = 0; i < 3; i++) {
      boolean[] first = {true};
      owners.add(
          fake(
              _ -> {
                if (first[0]) {
                  first[0] = false;
                  allAsked.countDown();
                  await(allAsked);
                }
                return new Found.Here<>(HERE);
              }));
      ports[i] = start(owners.get(i));
    }
    int port =
        start(
            fake(
                user -> {
                  int place = Integer.parseInt(user.user());
                  return place % 4 == 3
                      ? new Found.Here<>(AWAY)
                      : new Found.Elsewhere<>("127.0.0.1", ports[place % 4]);
                }));

    // When
    HttpResponse<String> response = post(port, users(40, ""));

    // Then
    JsonNode users = json(response).at("/users");
    assertThat(response.statusCode()).isEqualTo(200);
    for (int i = 0; i < 40; i++) {
      assertThat(users.at("/" + i + "/user").stringValue()).isEqualTo("" + i);
      assertThat(users.at("/" + i + "/connected").booleanValue()).isEqualTo(i % 4 != 3);
    }
    for (Fake owner : owners) {
      assertThat(owner.asked).hasSize(10);
      assertThat(owner.shown).hasSize(1);
    }
  }

  @Test
  void usersOfAnInstanceThatIsGoneShouldBeNamedAndTheOthersAnswered() throws Exception {
    // Given
    int nobodys;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobodys = socket.getLocalPort();
    }
    int port =
        start(
            fake(
                user ->
                    user.user().equals("alice")
                        ? new Found.Here<>(HERE)
                        : new Found.Elsewhere<>("127.0.0.1", nobodys)));

    // When
    HttpResponse<String> response = post(port, "{\"users\":[\"alice\",\"bob\"]}");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).at("/users/0/connected").booleanValue()).isTrue();
    assertThat(json(response).at("/users/1/user").stringValue()).isEqualTo("bob");
    assertThat(json(response).at("/users/1/problem/status").intValue()).isEqualTo(502);
  }

  @Test
  void whoAsksForWhatIsNowhereNowShouldBeToldToComeAgain() throws Exception {
    // Given
    int[] ports = new int[2];
    ports[0] = start(fake(_ -> new Found.Elsewhere<>("127.0.0.1", ports[1])));
    ports[1] = start(fake(_ -> new Found.Elsewhere<>("127.0.0.1", ports[0])));
    int moving = start(fake(_ -> new Found.NotNow<>()));

    // When
    HttpResponse<String> disagreed = post(ports[0], "{\"users\":[\"alice\"]}");
    HttpResponse<String> notNow = post(moving, "{\"users\":[\"alice\"]}");

    // Then
    assertThat(disagreed.statusCode()).isEqualTo(503);
    assertThat(notNow.statusCode()).isEqualTo(503);
    assertThat(notNow.headers().firstValue("retry-after")).contains("1");
  }

  @Test
  void tenantShouldBeThatOfTheKeyAndTheScopeThatOfInspection() throws Exception {
    // Given
    Fake fake = fake(_ -> new Found.Here<>(HERE));
    fake.access =
        scope ->
            scope == Scope.INSPECT
                ? new Access.Granted("acme", "k")
                : new Access.Lacking(new Access.Granted("acme", "k"), "the key k", scope);
    Fake closed = fake(_ -> new Found.Here<>(HERE));
    closed.access = _ -> new Access.Unknown(false, "want a key");

    // When
    HttpResponse<String> response = post(start(fake), "{\"users\":[\"alice\"]}");
    HttpResponse<String> refused = post(start(closed), "{\"users\":[\"alice\"]}");

    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(fake.asked).containsExactly(new UserKey("acme", "alice"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(closed.asked).isEmpty();
  }

  @Test
  void onlyPostsOfJsonShouldBeAnswered() throws Exception {
    // Given
    int port = start(fake(_ -> new Found.Nowhere<>()));
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(port));

    // When
    HttpResponse<String> get =
        client.send(request.GET().build(), HttpResponse.BodyHandlers.ofString());
    HttpResponse<String> text =
        client.send(
            request.POST(BodyPublishers.ofString("{}")).build(),
            HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("allow")).contains("POST");
    assertThat(text.statusCode()).isEqualTo(415);
  }

  private static Fake fake(Function<UserKey, Found<OfUser>> presences) {
    Fake fake = new Fake(_ -> new Found.Nowhere<>());
    fake.presences = presences;
    return fake;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String users(int count, String suffix) {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add(i + suffix);
    }
    return JsonMapper.shared()
        .writeValueAsString(Map.of("users", Collections.unmodifiableList(users)));
  }

  private int start(Inspected inspected) throws StartupException {
    InspectionServer server = InspectionServer.start("127.0.0.1", 0, null, inspected);
    servers.add(server);
    return server.port();
  }

  private HttpResponse<String> post(int port, String body) throws Exception {
    return send(port, BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(int port, BodyPublisher body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(port))
            .header("Content-Type", "application/json")
            .POST(body)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(int port) {
    return URI.create("http://127.0.0.1:" + port + "/v1/presence");
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
