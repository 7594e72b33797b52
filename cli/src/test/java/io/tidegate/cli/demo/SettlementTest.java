package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettlementTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(30);

  private record Reply(int status, String body) {}

  private static final Reply ONE_WAITS = new Reply(200, "{\"waiting\":1,\"released\":0}");

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Reply last = ONE_WAITS;
  private final Account account = new Account();
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpServer server;

  SettlementTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/v1/users/",
        exchange -> {
          requests.incrementAndGet();
          Reply next = replies.poll();
          Reply reply = next == null ? last : next;
          byte[] body = reply.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(reply.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    account.offered.add(3);
    account.accepted.add(3);
    account.ended(Outcome.Kind.DELIVERED);
    account.ended(Outcome.Kind.EXPIRED);
    account.pushed.add(1);
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503})
  void fanoutInARebalanceShouldBeAskedAgain(int status) throws Exception {
    // Given
    replies.add(new Reply(status, "{}"));
    replies.add(new Reply(status, "{}"));

    // When
    long waiting = settlement(LONG).await(() -> {});

    // Then
    assertThat(waiting).isEqualTo(1);
    assertThat(requests).hasValue(3);
  }

  @Test
  void fanoutThatStaysInARebalanceShouldBeOneClearLine() {
    // Given
    last = new Reply(503, "{\"detail\":\"the user is between two instances\"}\n");

    // When / Then
    assertThatThrownBy(() -> settlement(SHORT).await(() -> {}))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "fan-out does not say what the mailboxes hold: answered 503:"
                + " {\"detail\":\"the user is between two instances\"}");
  }

  @Test
  void fanoutThatIsGoneShouldBeOneClearLine() {
    // Given
    server.stop(0);

    // When / Then
    assertThatThrownBy(() -> settlement(SHORT).await(() -> {}))
        .isInstanceOf(StartupException.class)
        .hasMessage("fan-out does not say what the mailboxes hold: connection refused");
  }

  @Test
  void faultOfFanoutShouldBeToldAtOnce() {
    // Given
    last = new Reply(500, "{\"detail\":\"see the log\"}");

    // When / Then
    assertThatThrownBy(() -> settlement(LONG).await(() -> {}))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("answered 500: {\"detail\":\"see the log\"}");
    assertThat(requests).hasValue(1);
  }

  @Test
  void whatIsMissingShouldBeGivenUpWhenNothingMoves() throws Exception {
    // Given
    last = new Reply(404, "{}");
    Settlement settlement = settlement(SHORT);

    // When
    long waiting = settlement.await(() -> {});

    // Then
    assertThat(waiting).isZero();
    assertThat(settlement.isSettled(waiting)).isFalse();
  }

  @Test
  void shownMoreOftenThanDeliveredShouldNotBeSettled() throws Exception {
    // Given
    account.pushed.increment();
    Settlement settlement = settlement(SHORT);

    // When
    long waiting = settlement.await(() -> {});

    // Then
    assertThat(settlement.isSettled(waiting)).isFalse();
  }

  private Settlement settlement(Duration patience) {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new Settlement(account, new MailboxReader(http, uri), List.of("run/ann"), patience);
  }
}
