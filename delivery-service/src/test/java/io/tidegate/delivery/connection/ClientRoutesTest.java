package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.Revocations;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Acks by requests, tokens of requests, and pages of other origins. */
final class ClientRoutesTest {
  private static final String ACK = "{\"session\":\"9.88.5.0000000000000007\",\"seq\":42}";

  private static String post(String target, String body, String... headers) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=utf-8\r\n"
        + String.join("", headers)
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Nested
  final class Acks {
    private final Wire wire = new Wire(10);

    @AfterEach
    void buffersShouldBeReleased() {
      assertThat(wire.finish()).isTrue();
    }

    @Test
    void ackOfASessionThatIsElsewhereShouldBeWrittenForWhoAsks() {
      // When
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));
      String before = wire.read();
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();

      // Then: with its session and epoch, at once.
      assertThat(before).isEmpty();
      assertThat(wire.log.records).containsExactly("acks default/alice=42");
      assertThat(wire.log.batches.getFirst().getAcks(0).getSession().getSlot()).isEqualTo(9);
      assertThat(wire.log.batches.getFirst().getAcks(0).getSession().getIncarnation())
          .isEqualTo(88);
      assertThat(wire.log.batches.getFirst().getAcks(0).getSession().getN()).isEqualTo(5);
      assertThat(wire.log.batches.getFirst().getAcks(0).getEpoch()).isEqualTo(7);
      assertThat(wire.log.batches.getFirst().getAcks(0).getDevice()).isEqualTo("tab");
      assertThat(wire.read()).startsWith("HTTP/1.1 204 ").doesNotContain("content-length");
      assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void requestBehindAnAckShouldWaitForIt() {
      // Given
      wire.send(post("/v1/acks?user=alice&device=tab", ACK) + "GET /health/live HTTP/1.1\r\n\r\n");
      String before = wire.read();

      // When
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();

      // Then
      assertThat(before).isEmpty();
      assertThat(wire.read()).containsSubsequence("HTTP/1.1 204 ", "HTTP/1.1 200 ");
      assertThat(wire.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void ackInPiecesShouldBeHeard() {
      // When
      String whole = post("/v1/acks?user=alice&device=tab", ACK);
      wire.send(whole.substring(0, whole.length() - 20));
      wire.send(whole.substring(whole.length() - 20));

      // Then
      assertThat(wire.log.records).containsExactly("acks default/alice=42");
    }

    @Test
    void ackThatKafkaDidNotTakeShouldBe503() {
      // Given
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));

      // When
      wire.log.acks.getFirst().accept(false);
      wire.channel.runPendingTasks();
      String failed = wire.read();
      wire.log.full = true;
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));

      // Then
      assertThat(failed).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
      assertThat(wire.read()).startsWith("HTTP/1.1 503 ");
      assertThat(wire.metrics.scrape())
          .contains("tidegate_delivery_requests_refused_total{reason=\"not_written\"} 2.0");
    }

    @Test
    void answerShouldBeWaitedForAsLongAsTheWorkerTriesToWrite() {
      // Given
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));

      // When
      wire.pass(25);
      wire.log.acks.getFirst().accept(false);
      wire.channel.runPendingTasks();

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void drainShouldWaitForWhoWaitsForAnAnswer() {
      // Given
      CompletableFuture<Void> end = new CompletableFuture<>();
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));

      // When
      new Departure(wire.loop, 1_000, end).begin(Duration.ZERO, Duration.ZERO);
      wire.wait(100);
      boolean early = end.isDone();
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();
      wire.wait(100);

      // Then
      assertThat(early).isFalse();
      assertThat(end).isCompleted();
    }

    @Test
    void requestWithoutOneHostShouldBeRefused() {
      // When
      wire.send("GET /v1/poll?user=alice HTTP/1.1\r\n\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 400 ").contains("host: want one");
    }

    @Test
    void clientThatWaitsToBeAskedForItsBodyShouldBe() {
      // When
      String whole = post("/v1/acks?user=alice&device=tab", ACK, "Expect: 100-continue\r\n");
      wire.send(whole.substring(0, whole.indexOf("\r\n\r\n") + 4));
      String asked = wire.read();
      wire.send(ACK);
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();

      // Then
      assertThat(asked).startsWith("HTTP/1.1 100 Continue\r\n");
      assertThat(wire.read()).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void answerToAClientThatHasGoneShouldBeNone() {
      // Given
      wire.send(post("/v1/acks?user=alice&device=tab", ACK));
      wire.cut();

      // When
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();

      // Then
      assertThat(wire.read()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "/v1/acks?user=alice | {} | 400 | session: missing",
          "/v1/acks?user=alice | {\"session\":\"x\",\"seq\":1} | 400 | session: want the session of"
              + " a welcome",
          "/v1/acks | {\"session\":\"9.88.5.0000000000000007\",\"seq\":42} | 400 | user: missing",
          "/v1/acks?user= | {\"session\":\"9.88.5.0000000000000007\",\"seq\":42} | 400 | user: must"
              + " not be empty"
        })
    void badAckShouldBeAProblem(String target, String body, int status, String detail) {
      // When
      wire.send(post(target, body));

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 " + status + " ").contains(detail);
      assertThat(wire.log.records).isEmpty();
    }

    @Test
    void ackShouldBeJsonAndSmallAndPosted() {
      // When
      wire.send(
          post("/v1/acks?user=alice&device=tab", ACK).replace("application/json", "text/plain"));
      String type = wire.read();
      wire.send("GET /v1/acks?user=alice HTTP/1.1\r\nHost: x\r\n\r\n");
      String method = wire.read();
      wire.send(post("/v1/acks?user=alice&device=tab", " ".repeat(1_025)));

      // Then
      assertThat(type).startsWith("HTTP/1.1 415 ");
      assertThat(method).startsWith("HTTP/1.1 405 ").contains("allow: POST");
      assertThat(wire.read()).startsWith("HTTP/1.1 413 ");
      assertThat(wire.log.records).isEmpty();
    }
  }

  @Nested
  final class Tokens {
    private static final long EPOCH = 1_800_000_000_000L;

    private final SigningKeys keys = SigningKeys.generate(EPOCH);
    private final Revocations revocations = new Revocations();
    private boolean complete = true;
    private final Wire wire =
        new Wire(
            10,
            new Door.Guarded(
                new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE),
                () -> PublicKeys.parse(keys.publicJson()),
                () -> {},
                revocations,
                () -> complete,
                () -> EPOCH));

    @AfterEach
    void buffersShouldBeReleased() {
      assertThat(wire.finish()).isTrue();
    }

    private String token(int seconds) {
      return keys.issue(new UserKey("acme", "alice"), null, Duration.ofSeconds(seconds), EPOCH)
          .text();
    }

    private void revokeAlice() {
      Revocation all =
          Revocation.ofUser(new UserKey("acme", "alice"), EPOCH, EPOCH + 1_000_000_000);
      revocations.changed(all.key().getBytes(UTF_8), all.toBytes(), 0);
      wire.loop.recheck().ask();
      wire.channel.runPendingTasks();
    }

    @Test
    void openStreamShouldEndWithACloseEventWhenItsTokenIsRevoked() {
      // Given
      wire.ask("access_token=" + token(60));
      wire.welcome();
      wire.read();

      // When
      revokeAlice();

      // Then
      assertThat(wire.read())
          .contains("event: close\n")
          .contains("\"code\":4505")
          .contains("token: revoked");
      assertThat(wire.log.records).contains("down acme/alice default 17.1");
      assertThat(wire.channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "stream, true,  401, token: revoked",
      "poll,   true,  401, token: revoked",
      "stream, false, 503, token: whether it was revoked is not known yet",
      "poll,   false, 503, token: whether it was revoked is not known yet"
    })
    void revokedTokenShouldBeRefusedByStatus(String path, boolean read, int status, String detail) {
      // Given
      complete = read;
      revokeAlice();

      // When
      wire.send(
          "GET /v1/"
              + path
              + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + token(60)
              + "\r\n\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 " + status + " ").contains(detail);
      assertThat(wire.log.records).isEmpty();
    }

    @Test
    void ackWithARevokedTokenShouldBeRefused() {
      // Given
      revokeAlice();

      // When
      wire.send(post("/v1/acks?access_token=" + token(60), ACK));

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 401 ").contains("token: revoked");
      assertThat(wire.log.records).isEmpty();
    }

    @Test
    void waitingPollShouldBeAnsweredWhenItsTokenIsRevoked() {
      // Given
      wire.send(
          "GET /v1/poll HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token(60) + "\r\n\r\n");
      wire.welcome();

      // When
      revokeAlice();

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 401 ").contains("token: revoked");
    }

    @Test
    void streamShouldBeForUserAndTenantOfItsToken() {
      // When
      wire.ask("device=a", "Authorization: Bearer " + token(60) + "\r\n");

      // Then
      assertThat(wire.log.records).containsExactly("up acme/alice a 17.1");
    }

    @Test
    void tokenOfAParameterShouldDo() {
      // When
      wire.ask("access_token=" + token(60));

      // Then
      assertThat(wire.log.records).containsExactly("up acme/alice default 17.1");
    }

    @Test
    void ackShouldBeForTheUserOfItsTokenAlone() {
      // When
      String bearer = "Authorization: Bearer " + token(60) + "\r\n";
      wire.send(post("/v1/acks", ACK, bearer));

      // Then
      assertThat(wire.log.records).containsExactly("acks acme/alice=42");

      // When
      wire.log.acks.getFirst().accept(true);
      wire.channel.runPendingTasks();
      wire.read();
      wire.send(post("/v1/acks?user=bob", ACK, bearer));

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 403 ");
      assertThat(wire.log.records).hasSize(1);
    }

    @Test
    void requestWithoutATokenShouldBe401() {
      // When
      wire.ask("user=alice");

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 401 ")
          .contains("www-authenticate: Bearer realm=\"tidegate\"")
          .contains("token: missing");
      assertThat(wire.metrics.scrape())
          .contains("tidegate_delivery_tokens_refused_total{reason=\"missing\"} 1.0")
          .contains("tidegate_delivery_requests_refused_total{reason=\"unauthorized\"} 1.0");
    }

    @Test
    void tokenOfAnotherUserShouldBe403() {
      // When
      wire.ask("user=bob", "Authorization: Bearer " + token(60) + "\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 403 ").contains("of another user");
      assertThat(wire.metrics.scrape())
          .contains("tidegate_delivery_requests_refused_total{reason=\"forbidden\"} 1.0");
    }

    @Test
    void tokenWhoseKeyIsNotKnownYetShouldBe503() {
      // When
      String other =
          SigningKeys.generate(EPOCH)
              .issue(new UserKey("acme", "alice"), null, Duration.ofSeconds(60), EPOCH)
              .text();
      wire.ask("", "Authorization: Bearer " + other + "\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
    }

    @Test
    void streamShouldEndWithItsToken() {
      // Given
      wire.ask("", "Authorization: Bearer " + token(10) + "\r\n");
      wire.welcome();
      wire.read();

      // When
      wire.pass(42);

      // Then
      assertThat(wire.read()).contains("\"code\":4507");
      assertThat(wire.channel.isOpen()).isFalse();
    }
  }

  @Nested
  final class Pages {
    private static final String GOOD = "Origin: https://app.example\r\n";
    private static final String BAD = "Origin: https://evil.example\r\n";

    private final Wire wire =
        new Wire(10, new Door.Open(), Origins.parse("https://app.example,https://b.example"));

    @AfterEach
    void buffersShouldBeReleased() {
      assertThat(wire.finish()).isTrue();
    }

    @Test
    void pageOnTheListShouldBeShownItsStream() {
      // When
      wire.ask("user=alice", GOOD);
      wire.welcome();

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 200 ")
          .contains("access-control-allow-origin: https://app.example\r\n")
          .contains("vary: origin\r\n");
    }

    @Test
    void pageOnTheListShouldBeShownRefusalsToo() {
      // When
      wire.ask("user=", GOOD);

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 400 ")
          .contains("access-control-allow-origin: https://app.example\r\n")
          .contains("access-control-expose-headers: retry-after, www-authenticate\r\n");
    }

    @Test
    void pageOnTheListShouldBeShownWhatIsRefusedBeforeItIsLookedAt() {
      // When
      wire.send(post("/v1/acks?user=alice&device=tab", " ".repeat(1_025), GOOD));

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 413 ")
          .contains("access-control-allow-origin: https://app.example\r\n");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/v1/stream?user=alice",
          "/v1/poll?user=alice",
          "/v1/acks?user=alice&device=tab",
          "/v1/connect"
        })
    void pageOfAnotherOriginShouldBeRefusedAndCounted(String target) {
      // When
      wire.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + BAD + "\r\n");

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 403 ")
          .contains("not for pages of this origin")
          .doesNotContain("access-control-allow-origin");
      assertThat(wire.log.records).isEmpty();
      assertThat(wire.metrics.scrape())
          .contains("tidegate_delivery_requests_refused_total{reason=\"origin\"} 1.0");
    }

    @Test
    void webSocketOfAPageShouldBeOnTheListAndAnyOtherClientNeedNot() {
      // When
      wire.send(Wire.REQUEST + BAD + "\r\n");
      String bad = wire.read();
      wire.send(Wire.REQUEST + "\r\n");

      // Then
      assertThat(bad).startsWith("HTTP/1.1 403 ");
      assertThat(wire.read()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void webSocketOfAPageOnTheListShouldBeTaken() {
      // When
      wire.send(Wire.REQUEST + GOOD + "\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @CsvSource({"/v1/stream, GET", "/v1/poll, GET", "/v1/acks, POST"})
    void browserThatAsksFirstShouldBeToldWhatItMay(String path, String method) {
      // When
      wire.send("OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\n" + GOOD + "\r\n");

      // Then
      assertThat(wire.read())
          .startsWith("HTTP/1.1 204 ")
          .contains("access-control-allow-origin: https://app.example\r\n")
          .contains("access-control-allow-methods: " + method + "\r\n")
          .contains("access-control-allow-headers: authorization, content-type, last-event-id\r\n")
          .contains("access-control-max-age: 600\r\n");
      assertThat(wire.channel.isOpen()).isTrue();
    }

    @Test
    void answerToOneRequestShouldSayNothingOfTheOriginOfAnother() {
      // Given
      wire.ask("user=", GOOD);
      wire.read();

      // When
      wire.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 200 ").doesNotContain("access-control");
    }
  }

  @Nested
  final class WithoutAList {
    private final Wire wire = new Wire(10);

    @AfterEach
    void buffersShouldBeReleased() {
      assertThat(wire.finish()).isTrue();
    }

    @Test
    void pageShouldBeServedAndItsBrowserNotToldToShowIt() {
      // When
      wire.ask("user=alice", "Origin: https://evil.example\r\n");
      wire.welcome();

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 200 ").doesNotContain("access-control");
    }

    @Test
    void browserThatAsksFirstShouldBeToldNothing() {
      // When
      wire.send("OPTIONS /v1/acks HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n");

      // Then
      assertThat(wire.read()).startsWith("HTTP/1.1 405 ").doesNotContain("access-control");
    }
  }

  @Test
  void anyOriginShouldBeToldWithoutAName() {
    // Given
    Wire wire = new Wire(10, new Door.Open(), Origins.parse("*"));

    // When
    wire.ask("user=alice", "Origin: https://x.example\r\n");
    wire.welcome();

    // Then
    assertThat(wire.read()).contains("access-control-allow-origin: *\r\n").doesNotContain("vary: ");
    assertThat(wire.finish()).isTrue();
  }
}
