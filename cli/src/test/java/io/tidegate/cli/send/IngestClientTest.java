package io.tidegate.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.send.IngestClient.Answer;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class IngestClientTest {
  private record Reply(int status, String body) {}

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private IngestClient client;

  private final List<RequestLine> batch =
      List.of(new RequestLine(1, "{\"id\":\"a\"}"), new RequestLine(2, "{\"id\":\"b\"}"));

  IngestClientTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    client = new IngestClient(endpoint());
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/messages");
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/v1/messages",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          Reply reply = replies.remove();
          byte[] body = reply.body().getBytes(UTF_8);
          if (reply.status() == 503) {
            exchange.getResponseHeaders().set("retry-after", "0");
          }
          exchange.sendResponseHeaders(reply.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void busyServiceShouldBeAskedAgainWithTheSameLines() throws Exception {
    // Given
    replies.add(new Reply(503, "{}"));
    replies.add(new Reply(200, "{\"id\":\"a\",\"accepted\":1}\n{\"id\":\"b\",\"accepted\":3}\n"));

    // When
    List<Answer> answers = client.send(batch);

    // Then
    assertThat(answers)
        .containsExactly(
            new Answer.Accepted(batch.get(0), json("{\"id\":\"a\",\"accepted\":1}")),
            new Answer.Accepted(batch.get(1), json("{\"id\":\"b\",\"accepted\":3}")));
    assertThat(bodies).hasSize(2).allMatch("{\"id\":\"a\"}\n{\"id\":\"b\"}\n"::equals);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id":"a","accepted":1}       | 1 user      | 1 | false
          {"id":"a","accepted":2}       | 2 users     | 2 | false
          {"id":"a","group":"room:4"}   | group room:4 | 0 | true
          {"id":"a","all":true}         | everyone    | 0 | true
          """)
  void acceptedShouldSayForWhom(String result, String whom, int users, boolean broadcast)
      throws Exception {
    // Given
    replies.add(new Reply(200, result + "\n"));

    // When
    List<Answer> answers = client.send(batch.subList(0, 1));

    // Then
    assertThat(answers.getFirst())
        .isInstanceOfSatisfying(
            Answer.Accepted.class,
            accepted -> {
              assertThat(accepted.id()).isEqualTo("a");
              assertThat(accepted.whom()).isEqualTo(whom);
              assertThat(accepted.users()).isEqualTo(users);
              assertThat(accepted.isBroadcast()).isEqualTo(broadcast);
            });
  }

  @Test
  void resultOfAnotherServiceShouldNotCountAsAccepted() throws Exception {
    // Given
    replies.add(new Reply(200, "{}\n{\"id\":\"b\"}\n"));

    // When
    List<Answer> answers = client.send(batch);

    // Then
    assertThat(answers).hasOnlyElementsOfType(Answer.Refused.class).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          503 | {"status":503,"detail":"Kafka is silent"}     | Kafka is silent (503)
          429 | {"status":429,"title":"More than the quota"}  | More than the quota (429)
          200 | {"status":503,"detail":"no room in Kafka"}    | no room in Kafka (503)
          """)
  void whatIsNeverTakenShouldBeToldWithTheLastReason(int status, String body, String reason) {
    // Given
    for (int i = 0; i < 100; i++) {
      replies.add(new Reply(status, body + "\n"));
    }

    // When // Then
    try (IngestClient hasty =
        new IngestClient(
            endpoint(), CallerKey.NONE, OutgoingTls.NONE, "argument", Duration.ofMillis(300))) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> hasty.send(batch.subList(1, 2)))
          .withMessageContaining("did not take argument 2 within")
          .withMessageEndingWith("at last: " + reason);
    }
  }

  @Test
  void whoShowsNoKeyWhereOneIsAskedForShouldBeToldHow() throws Exception {
    // Given
    replies.add(new Reply(401, "{\"status\":401,\"detail\":\"no key was shown\"}"));

    // When
    List<Answer> answers = client.send(batch.subList(0, 1));

    // Then
    assertThat(answers)
        .containsExactly(
            new Answer.Refused(batch.getFirst(), 401, "no key was shown; set TIDEGATE_KEY"));
  }

  @Test
  void portThatDoesNotSpeakHttpShouldBeToldAsOneThatMaySpeakTls() throws Exception {
    // Given: what a server says to who does not begin with a handshake.
    try (ServerSocket tls = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket socket = tls.accept()) {
                  socket.getInputStream().readNBytes(4);
                  socket.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, 80});
                } catch (IOException e) {
                  // The client went.
                }
              });
      URI uri = URI.create("http://127.0.0.1:" + tls.getLocalPort() + "/v1/messages");

      // When // Then
      try (IngestClient wrong = new IngestClient(uri)) {
        assertThatExceptionOfType(StartupException.class)
            .isThrownBy(() -> wrong.send(batch))
            .withMessageEndingWith("; perhaps it speaks TLS (https://)");
      }
    }
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void onlyLinesWithoutCapacityShouldBeSentAgain(int status) throws Exception {
    // Given
    replies.add(new Reply(200, "{\"status\":" + status + "}\n{\"id\":\"b\",\"accepted\":1}\n"));
    replies.add(new Reply(200, "{\"id\":\"a\",\"accepted\":1}\n"));

    // When
    List<Answer> answers = client.send(batch);

    // Then
    assertThat(answers).hasOnlyElementsOfType(Answer.Accepted.class).hasSize(2);
    assertThat(bodies).last().isEqualTo("{\"id\":\"a\"}\n");
  }

  @Test
  void refusedLineShouldTellTheFieldAndTheReason() throws Exception {
    // Given
    replies.add(
        new Reply(
            200,
            """
            {"id":"a","accepted":1}
            {"status":400,"field":"ttl","detail":"want 0 or more"}
            """));

    // When
    List<Answer> answers = client.send(batch);

    // Then
    assertThat(answers)
        .last()
        .isEqualTo(new Answer.Refused(batch.get(1), 400, "ttl: want 0 or more"));
  }

  @Test
  void nobodyThereShouldBeOneClearLine() {
    // Given
    server.stop(0);

    // When
    // Then
    assertThatThrownBy(() -> client.send(batch))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("no ingest service at")
        .hasMessageEndingWith("connection refused");
  }
}
