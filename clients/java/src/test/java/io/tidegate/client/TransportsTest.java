package io.tidegate.client;

import static io.tidegate.client.protocol.Transport.POLL;
import static io.tidegate.client.protocol.Transport.STREAM;
import static io.tidegate.client.protocol.Transport.WEBSOCKET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Transport;
import io.tidegate.client.rule.Bounds;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each transport over real sockets, against a worker that says what a test tells it to. */
@Timeout(60)
final class TransportsTest {
  private static final String WELCOME =
      "{'op':'welcome','epoch':'00c0ffee00c0ffee','mode':'resumed','seq':0,'head':0,"
          + "'session':'s 1'}";
  private static final String PUSH =
      "{'op':'push','prev':0,'messages':[{'seq':1,'id':'m1','data':{'text':'Grüße 🌊'}}]}";
  private static final String POLLED =
      "{'cursor':'00c0ffee00c0ffee-1','welcome':" + WELCOME + ",'frames':[" + PUSH + "]}";

  private final FakeWorker worker;
  private final BlockingQueue<State> states = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private @Nullable Tidegate begun;

  TransportsTest() throws IOException {
    worker = new FakeWorker();
  }

  @AfterEach
  void stop() throws IOException {
    if (begun != null) {
      begun.close();
    }
    worker.close();
  }

  private void start(Transport... transports) {
    start(options -> options, transports);
  }

  private void start(UnaryOperator<TidegateBuilder> more, Transport... transports) {
    begun =
        more.apply(
                Tidegate.builder(worker.uri())
                    .user("al ice&ü")
                    .transports(transports)
                    .bounds(new Bounds(20, 40, 60_000, 5_000, 1_000, 100_000))
                    .onMessage(messages::add)
                    .onState(states::add))
            .connect();
  }

  private Tidegate push() {
    return requireNonNull(begun);
  }

  private Message message() throws InterruptedException {
    Message message = messages.poll(20, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return requireNonNull(message);
  }

  private <T extends State> T await(Class<T> kind) throws InterruptedException {
    while (true) {
      State state = states.poll(20, TimeUnit.SECONDS);
      assertThat(state).as(kind.getSimpleName()).isNotNull();
      if (kind.isInstance(state)) {
        return kind.cast(state);
      }
    }
  }

  @Test
  void webSocketShouldSayHelloHandOnAndAckAndLeaveInGoodOrder() throws Exception {
    // Given
    start(options -> options.token("t.1").window(1), WEBSOCKET);
    FakeWorker.Peer peer = worker.next();
    assertThat(peer.head).startsWith("GET /v1/connect HTTP/1.1\r\n");
    assertThat(peer.header("sec-websocket-protocol")).isEqualTo("tidegate.v1");
    peer.upgrade();
    assertThat(peer.hear()).isEqualTo("{'op':'hello','user':'al ice&ü','token':'t.1','window':1}");

    // When
    peer.say(WELCOME);
    assertThat(peer.hear()).isEqualTo("{'op':'token','token':'t.1'}");
    peer.frame(0x89, new byte[0]);
    assertThat(peer.hear()).isEqualTo("pong");
    peer.say(PUSH);

    // Then
    assertThat(message().text()).isEqualTo("{\"text\":\"Grüße 🌊\"}");
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':1}");
    var closing = push().closeAsync();
    assertThat(peer.hear()).isEqualTo("close 1000");
    peer.close(1000, "");
    assertThat(closing.toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo(new State.Closed("close", 0));
  }

  @Test
  void framesShouldBeReadOnlyAsFastAsTheyAreHandled() throws Exception {
    // Given
    CompletableFuture<Void> handler = new CompletableFuture<>();
    start(options -> options.window(1).onMessageAsync(message -> handler), WEBSOCKET);
    FakeWorker.Peer peer = worker.next();
    peer.upgrade();
    peer.hear();
    peer.say(WELCOME);
    peer.say("{'op':'push','prev':0,'messages':[{'seq':1}]}");
    // What is beyond the first waits in the queue, and fills it.
    peer.say("{'op':'push','prev':1,'messages':[{'seq':2},{'seq':3}]}");

    // When: more than the window comes, which would be a fault if it were read
    peer.say("{'op':'push','prev':3,'messages':[{'seq':4}]}");
    peer.say("{'op':'push','prev':4,'messages':[{'seq':5}]}");
    peer.frame(0x89, new byte[0]);
    await(State.Open.class);
    handler.complete(null);

    // Then
    String heard = peer.hear();
    while (!heard.equals("{'op':'ack','seq':5}")) {
      heard = peer.hear();
    }
    assertThat(states).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{'op':'push','prev':0,'messages':[]}"})
  void webSocketThatSaysWhatIsNotForNowShouldBeLeftAndOpenedAgain(String frame) throws Exception {
    start(WEBSOCKET);
    FakeWorker.Peer peer = worker.next();
    peer.upgrade();
    peer.hear();

    peer.say(frame);

    worker.next().upgrade();
  }

  @Test
  void webSocketWhoseFrameIsTooLongShouldBeLeft() throws Exception {
    start(WEBSOCKET);
    FakeWorker.Peer peer = worker.next();
    peer.upgrade();
    peer.hear();

    peer.say("x".repeat(100_001));

    assertThat(await(State.Waiting.class).reason()).isEqualTo("a frame is too long");
  }

  @Test
  void closeCodesShouldBeKeptTo() throws Exception {
    start(WEBSOCKET);
    FakeWorker.Peer first = worker.next();
    first.upgrade();
    first.hear();
    first.say(WELCOME);
    first.close(4000, "fenced");
    State.Waiting waiting = await(State.Waiting.class);
    assertThat(waiting.code()).isEqualTo(4000);

    FakeWorker.Peer second = worker.next();
    second.upgrade();
    second.hear();
    second.close(4506, "too many devices");

    assertThat(await(State.Closed.class)).isEqualTo(new State.Closed("too many devices", 4506));
    push().closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void upgradeThatIsRefusedByAWorkerShouldBeWaitedForAsItAsks() throws Exception {
    start(WEBSOCKET, STREAM);
    worker.next().problem(503, "draining", "retry-after: 2");

    State.Waiting waiting = await(State.Waiting.class);

    assertThat(waiting.code()).isEqualTo(503);
    assertThat(waiting.delay()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(4_040));
  }

  @Test
  void whereNoWebSocketGetsThroughItShouldBeAStreamAndOnceOneDoesAWebSocketAgain()
      throws Exception {
    // Given
    start(WEBSOCKET, STREAM, POLL);
    worker.next().answer("403 Forbidden", "text/html", "no");
    FakeWorker.Peer stream = worker.next("GET /v1/stream");
    assertThat(stream.head).startsWith("GET /v1/stream?user=al+ice%26%C3%BC&window=256 HTTP/1.1");
    stream.stream();
    stream.event(WELCOME);
    assertThat(await(State.Open.class)).isEqualTo(new State.Open(STREAM, Mode.RESUMED, 0));

    // When
    FakeWorker.Peer probe = worker.next();
    assertThat(probe.head).startsWith("GET /v1/connect");
    probe.upgrade();
    assertThat(probe.hear()).isEqualTo("close 1000");
    FakeWorker.Peer socket = worker.next();
    socket.upgrade();
    assertThat(socket.hear()).startsWith("{'op':'hello'");
    socket.say(WELCOME);

    // Then
    assertThat(await(State.Open.class).transport()).isEqualTo(WEBSOCKET);
    assertThat(stream.isGone()).isTrue();
  }

  @Test
  void streamShouldBeReadInPiecesAndAckedByARequestUntilThatIsTaken() throws Exception {
    // Given
    start(options -> options.device("tab").token("t.1").window(1), STREAM);
    FakeWorker.Peer stream = worker.next();
    assertThat(stream.header("authorization")).isEqualTo("Bearer t.1");
    assertThat(stream.header("accept")).isEqualTo("text/event-stream");
    assertThat(stream.header("upgrade")).isNull();
    stream.stream();
    stream.write(":\n\nretry: 10\n\n");
    stream.event(WELCOME);

    // When
    byte[] event = ("data: " + PUSH.replace('\'', '"') + "\n\n").getBytes(UTF_8);
    for (byte each : event) {
      stream.write(new byte[] {each});
    }

    // Then
    assertThat(message().text()).isEqualTo("{\"text\":\"Grüße 🌊\"}");
    FakeWorker.Peer ack = worker.next();
    assertThat(ack.head).startsWith("POST /v1/acks?user=al+ice%26%C3%BC&device=tab");
    assertThat(ack.body).isEqualTo("{\"session\":\"s 1\",\"seq\":1}");
    assertThat(ack.header("authorization")).isEqualTo("Bearer t.1");
    ack.problem(503, "Kafka does not answer");
    ack.readRequest();
    assertThat(ack.body).isEqualTo("{\"session\":\"s 1\",\"seq\":1}");
    ack.write("HTTP/1.1 204 No Content\r\n\r\n");
    stream.event("{'op':'close','code':4500,'reason':'elsewhere','reconnect':'never'}");
    assertThat(await(State.Closed.class)).isEqualTo(new State.Closed("elsewhere", 4500));
    assertThat(stream.isGone()).isTrue();
  }

  @Test
  void streamThatBreaksShouldBeResumedWithItsCursor() throws Exception {
    start(STREAM);
    FakeWorker.Peer stream = worker.next();
    stream.stream();
    stream.event(WELCOME);
    stream.event(PUSH);
    message();
    FakeWorker.Peer ack = worker.next();
    assertThat(ack.body).endsWith("\"seq\":1}");

    stream.write("data: {\"op\":\"pu");
    stream.close();

    assertThat(worker.next().head).contains("&cursor=00c0ffee00c0ffee-1 ");
  }

  @Test
  void refusalsShouldBeToldInTheWorkersWords() throws Exception {
    start(STREAM);
    worker.next().problem(400, "device: want 1 to 128 characters");
    assertThat(await(State.Closed.class))
        .isEqualTo(new State.Closed("device: want 1 to 128 characters", 400));
  }

  @Test
  void pollShouldAckByTheCursorOfTheNextOnceEverythingIsHandled() throws Exception {
    // Given
    CompletableFuture<Void> handler = new CompletableFuture<>();
    start(
        options ->
            options.onMessageAsync(
                message -> {
                  messages.add(message);
                  return handler;
                }),
        POLL);
    FakeWorker.Peer first = worker.next();
    assertThat(first.head).startsWith("GET /v1/poll?").contains("&wait=0 ");

    // When
    first.answer("200 OK", "application/json", POLLED);
    message();
    handler.complete(null);
    first.readRequest();

    // Then
    assertThat(first.head).contains("&cursor=00c0ffee00c0ffee-1&wait=25 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{'frames':7}", "{'frames':[{'op':'push'}]}"})
  void answerThatIsNoneShouldBeAskedForAgain(String body) throws Exception {
    start(POLL);
    FakeWorker.Peer peer = worker.next();
    peer.answer("200 OK", "application/json", body);
    assertThat(await(State.Waiting.class).code()).isZero();
    peer.readRequest();
    peer.answer("200 OK", "application/json", POLLED);
    message();
  }

  @Test
  void answerThatIsTooLongShouldBeGivenUp() throws Exception {
    start(POLL);
    FakeWorker.Peer peer = worker.next();
    peer.answer("200 OK", "application/json", " ".repeat(100_001) + POLLED);
    assertThat(await(State.Waiting.class).reason()).isEqualTo("an answer is too long");
  }

  @Test
  void answerThatIsTruncatedShouldBeAskedForAgain() throws Exception {
    start(POLL);
    try (FakeWorker.Peer peer = worker.next()) {
      peer.write(
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{");
    }
    await(State.Waiting.class);
    worker.next().answer("200 OK", "application/json", POLLED);
    message();
  }

  @Test
  void closeInAHandlerShouldNotWaitForItself() throws Exception {
    start(options -> options.onMessage(message -> push().close()), WEBSOCKET);
    FakeWorker.Peer peer = worker.next();
    peer.upgrade();
    peer.hear();
    peer.say(WELCOME);
    peer.say(PUSH);
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':1}");
    assertThat(peer.hear()).isEqualTo("close 1000");
    assertThat(push().closed().toCompletableFuture().get(20, TimeUnit.SECONDS).reason())
        .isEqualTo("close");
  }
}
