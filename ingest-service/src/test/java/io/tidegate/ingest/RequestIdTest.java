package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a request is spoken of by, and what the access log says of it. */
class RequestIdTest {
  private static final String UUID_7 =
      "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

  private static final Pattern PAIR = Pattern.compile(" (\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.tidegate.ingest.access");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
          lines.add(line);
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private static TestIngest acking() throws Exception {
    return TestIngest.acking(UnaryOperator.identity());
  }

  private Map<String, String> values(ILoggingEvent line) {
    return PAIR.matcher(line.getFormattedMessage())
        .results()
        .collect(Collectors.toMap(pair -> pair.group(1), pair -> pair.group(2)));
  }

  /** It is written when the answer is on its way. */
  private Map<String, String> lineOf(String requestId) {
    await().until(() -> !linesOf(requestId).isEmpty());
    assertThat(linesOf(requestId)).hasSize(1);
    return linesOf(requestId).getFirst();
  }

  private List<Map<String, String>> linesOf(String requestId) {
    return lines.stream()
        .map(this::values)
        .filter(values -> values.getOrDefault("request", "").equals(requestId))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Root=1-67891233-abcdef012345678912345678", "x._~:@+=-9"})
  void wellFormedIdShouldBeTheRequests(String id) throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer answer =
          ingest.http().call("POST", "/v1/messages", TestIngest.TO_ALICE, "X-Request-Id", id);

      // Then
      assertThat(answer.is(202).header("X-Request-Id")).isEqualTo(id);
      assertThat(lineOf(id)).containsEntry("status", "202");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "a\"b", "ä", "a,b"})
  void otherIdsShouldBeReplaced(String id) throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer answer = ingest.http().call("GET", "/health/live", null, "X-Request-Id", id);

      // Then
      assertThat(answer.header("X-Request-Id")).matches(UUID_7);
    }
  }

  @Test
  void longAndRepeatedIdsShouldBeReplaced() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer longest =
          ingest.http().call("GET", "/health/live", null, "X-Request-Id", "x".repeat(128));
      TestHttp.Answer tooLong =
          ingest.http().call("GET", "/health/live", null, "X-Request-Id", "x".repeat(129));
      TestHttp.Answer twice =
          ingest.http().call("GET", "/health/live", null, "X-Request-Id", "a", "X-Request-Id", "b");

      // Then
      assertThat(longest.header("X-Request-Id")).hasSize(128);
      assertThat(tooLong.header("X-Request-Id")).matches(UUID_7);
      assertThat(twice.header("X-Request-Id")).matches(UUID_7);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /v1/messages", "GET /v1/nothing", "GET /v1/messages"})
  void problemShouldNameTheRequest(String request) throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      String[] parts = request.split(" ");

      // When
      TestHttp.Answer answer =
          ingest
              .http()
              .call(
                  parts[0], parts[1], parts[0].equals("POST") ? "{}" : null, "X-Request-Id", "r-1");

      // Then
      assertThat(answer.status()).isBetween(400, 405);
      assertThat(answer.json().get("instance").asString()).isEqualTo("urn:tidegate:request:r-1");
      assertThat(answer.header("X-Request-Id")).isEqualTo("r-1");
    }
  }

  @Test
  void whatIsRefusedBeforeARouteShouldHaveAnIdToo() throws Exception {
    try (TestIngest ingest = acking();
        TestIngest.Raw raw = ingest.raw()) {
      // When
      raw.write("GET /health/live HTTP/9.9\r\nHost: h\r\n\r\n");
      String answer = raw.readToEnd();

      // Then
      String id = answer.replaceAll("(?s).*X-Request-Id: ([^\r]+)\r.*", "$1");
      assertThat(id).matches(UUID_7);
      assertThat(answer).contains("urn:tidegate:request:" + id);
      assertThat(lineOf(id)).containsKey("problem");
    }
  }

  @Test
  void lineShouldSayWhoAndWhatAndNothingOfTheBodyOrTheKey() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config.withAuth(Auth.KEYS))) {
      // Given
      ApiKey key = ApiKey.random(new SecureRandom());
      StoredKey stored =
          StoredKey.of(key, "acme", EnumSet.of(Scope.GROUPS), "", 0, StoredKey.NEVER);
      ingest.keyring.changed(key.id().getBytes(StandardCharsets.UTF_8), stored.toBytes(), 0);

      // When
      TestHttp.Answer answer =
          ingest
              .http()
              .call(
                  "PUT",
                  "/v1/groups/hush/members/whisper",
                  null,
                  "Authorization",
                  "Bearer " + key.text(),
                  "X-Request-Id",
                  "r-2",
                  "traceparent",
                  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

      // Then
      answer.is(204);
      Map<String, String> line = lineOf("r-2");
      assertThat(line)
          .containsEntry("method", "PUT")
          .containsEntry("route", "/v1/groups/{group}/members/{user}")
          .containsEntry("status", "204")
          .containsEntry("tenant", "acme")
          .containsEntry("key", key.id())
          .containsEntry("trace", "4bf92f3577b34da6a3ce929d0e0e4736");
      assertThat(Long.parseLong(line.getOrDefault("micros", "-1"))).isPositive();
      assertThat(line.toString()).doesNotContain("hush", "whisper", key.text().substring(17));
    }
  }

  @Test
  void lineShouldSayWhoWasRefusedAsFarAsThatIsKnown() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config.withAuth(Auth.KEYS))) {
      // Given
      ApiKey key = ApiKey.random(new SecureRandom());
      StoredKey stored =
          StoredKey.of(key, "acme", EnumSet.of(Scope.GROUPS), "", 0, StoredKey.NEVER);
      ingest.keyring.changed(key.id().getBytes(StandardCharsets.UTF_8), stored.toBytes(), 0);
      String[] shown = {"Authorization", "Bearer " + key.text(), "X-Request-Id", "r-4"};

      // When
      ingest.http().call("GET", "/v1/policies", null, shown).is(403);
      ingest.http().call("GET", "/v1/policies", null, "X-Request-Id", "r-5").is(401);

      // Then
      assertThat(lineOf("r-4")).containsEntry("tenant", "acme").containsEntry("key", key.id());
      assertThat(lineOf("r-5")).containsEntry("tenant", "-").containsEntry("key", "-");
    }
  }

  @Test
  void bytesShouldBeCountedWhereTheirNumberIsNotAnnounced() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given: chunks come with their sizes, and the first may come with the head
      int size = 200_000;
      String body = TestIngest.TO_ALICE + " ".repeat(size);

      // When
      ingest.send(
          ingest
              .request("/v1/messages")
              .header("Content-Type", "application/json")
              .header("X-Request-Id", "r-3")
              .POST(
                  java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                      () ->
                          new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
              .build());

      // Then
      assertThat(Long.parseLong(lineOf("r-3").getOrDefault("bytesIn", "-1")))
          .isBetween(size - 20_000L, size + 20_000L);
    }
  }

  @Test
  void settingShouldSwitchTheLogOff() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config.withAccessLog(false));
        TestIngest.Raw raw = ingest.raw()) {
      // When
      ingest.http().get("/health/live").is(200);
      raw.write("GET /health/live HTTP/9.9\r\nHost: h\r\n\r\n");
      assertThat(raw.readToEnd()).contains("X-Request-Id");
    }

    // Then: all requests have ended
    assertThat(lines).isEmpty();
  }
}
