package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.contract.webhook.WebhookKey;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.outgoing.Outgoing;
import io.tidegate.delivery.session.Outbound;
import io.tidegate.delivery.webhook.Backoff;
import io.tidegate.delivery.webhook.Courier;
import io.tidegate.delivery.webhook.EndpointLog;
import io.tidegate.delivery.webhook.Gate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endpoints on an event loop with real sockets; the test is the sequencer. */
final class HookTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final Set<Integer> ALL = Set.of(0, 1, 2, 3);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop thread = group.next();

  /** To be looked at on the loop's thread. */
  private final RecordingLog log = new RecordingLog();

  private final List<EndpointStatus> statuses = new CopyOnWriteArrayList<>();
  private final List<Consumer<Boolean>> letters = new CopyOnWriteArrayList<>();
  private final List<String> posted = new CopyOnWriteArrayList<>();
  private final CountDownLatch answers = new CountDownLatch(1);
  private final DeliveryMetrics metrics = new DeliveryMetrics();
  private final Loop loop =
      new Loop(
          thread,
          0,
          4,
          Wire.settings(10, 10, Origins.NONE, 0, 1_000_000, SocketIo.NIO),
          new Admission(10, 0),
          new Outbound(1_000_000, 1),
          log,
          new Door.Open(),
          metrics,
          System::nanoTime,
          System::currentTimeMillis);
  private volatile int status = 204;
  private int refusals = 5;
  private HttpServer server = unbound();
  private Outgoing outgoing = outgoing();

  private static HttpServer unbound() {
    try {
      return HttpServer.create();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Outgoing outgoing() {
    try {
      return new Outgoing(
          new Outgoing.Settings(
              NioSocketChannel.class,
              Networks.parse(Networks.LOOPBACK),
              SSLContext.getDefault(),
              SECOND,
              10 * SECOND,
              SECOND,
              60 * SECOND,
              1024));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            boolean _ = answers.await(20, TimeUnit.SECONDS);
            exchange.sendResponseHeaders(status, -1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    on(() -> loop.open(17));
  }

  @AfterEach
  void stop() {
    answers.countDown();
    server.stop(0);
    outgoing.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }

  private void on(Runnable task) throws Exception {
    thread.submit(task).get(5, TimeUnit.SECONDS);
  }

  private List<String> records() {
    try {
      return thread.submit(() -> new ArrayList<>(log.records)).get(5, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private HookLoop hooks(int perHost, long bytes) throws Exception {
    HookLoop hooks =
        new HookLoop(
            loop,
            new HookSettings(
                WebhookRules.DEFAULT.withLoopback(),
                WebhookKey.generate(),
                10,
                16,
                bytes,
                new Gate.Bounds(perHost, perHost, 5, new Backoff(SECOND, SECOND)),
                new Courier.Rules(
                    new Backoff(SECOND, SECOND), refusals, refusals == 1 ? 0 : SECOND),
                SECOND,
                10 * SECOND),
            outgoing,
            new EndpointLog() {
              @Override
              public boolean status(Endpoints.Known endpoint, EndpointStatus gone) {
                return statuses.add(gone);
              }

              @Override
              public boolean deadLetter(
                  Endpoints.Known endpoint, String detail, byte[] body, Consumer<Boolean> done) {
                letters.add(done);
                return true;
              }
            },
            metrics.endpoints(),
            () -> 0.0);
    on(() -> loop.host(hooks));
    return hooks;
  }

  private static EndpointKey key(String user) {
    return new EndpointKey(new UserKey("default", user), "crm");
  }

  private void serve(HookLoop hooks, String user) throws Exception {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + user;
    Endpoint endpoint =
        new Endpoint(url, 1, ByteString.copyFrom(new byte[Endpoint.SALT_BYTES]), 1, 0);
    on(
        () ->
            hooks.serve(
                new Endpoints.Known(key(user), endpoint, 42, null), EndpointUrl.parse(url, true)));
  }

  private void obey(long n, String user, InboxCommand command) throws Exception {
    on(() -> loop.obey(List.of(new Addressed(17, n, "default/" + user, command))));
  }

  /** Attaches the session and sends it a message. */
  private void push(long n, String user) throws Exception {
    obey(n, user, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    obey(n, user, message(user, 1));
  }

  private static InboxCommand.Push message(String user, long seq) {
    Pushed message =
        Pushed.newBuilder()
            .setSeq(seq)
            .setId("m-" + user)
            .setSource("/test")
            .setType("t")
            .setUrgency(2)
            .setPayload(ByteString.copyFromUtf8("1"))
            .build();
    byte[] frame = new FrameWriter().push(Deliver.newBuilder().addMessages(message).build());
    return new InboxCommand.Push(seq - 1, seq, 1, Frame.of(frame));
  }

  private static long bytes(InboxCommand.Push push) {
    return PushFrames.parts(push.frame()).getFirst().length();
  }

  private boolean wasPosted(String user) {
    return posted.stream().anyMatch(body -> body.contains("\"m-" + user + "\""));
  }

  @Test
  void whoLeavesWhileHeWaitsShouldNotCostOthersTheirTurn() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    for (String user : List.of("a", "b", "c")) {
      serve(hooks, user);
    }
    push(1, "a");
    push(2, "b");
    push(3, "c");
    await().until(() -> wasPosted("a"));

    // When
    on(() -> hooks.drop(key("b"), () -> {}));
    answers.countDown();

    // Then
    await().until(() -> wasPosted("c"));
    assertThat(wasPosted("b")).isFalse();
    await()
        .untilAsserted(
            () -> assertThat(String.join(" ", records())).contains("default/a=1", "default/c=1"));
  }

  @Test
  void fencedSessionShouldComeAgainOnceTheWorkerHasItsSlot() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    assertThat(records()).containsExactly("up default/a webhook:crm 17.1");

    // When
    on(() -> loop.fence("cut off"));
    on(() -> loop.open(18));

    // Then
    await()
        .untilAsserted(
            () ->
                assertThat(records())
                    .containsExactly(
                        "up default/a webhook:crm 17.1",
                        "down default/a webhook:crm 17.1",
                        "up default/a webhook:crm 18.2"));
  }

  @Test
  void messageThatIsLargerThanAllMayHoldShouldBePostedAllTheSame() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 10);
    serve(hooks, "a");
    answers.countDown();

    // When
    push(1, "a");

    // Then
    await().until(() -> records().contains("acks default/a=1"));
    assertThat(records()).noneMatch(r -> r.startsWith("down"));
  }

  @Test
  void whoHoldsMostShouldPayWhereTooMuchWaits() throws Exception {
    // Given one that waits for its answer with much behind it, and one with less
    HookLoop hooks = hooks(1, 5 * bytes(message("a", 1)));
    serve(hooks, "a");
    serve(hooks, "c");
    serve(hooks, "b");
    push(1, "a");
    obey(1, "a", message("a", 2));
    obey(1, "a", message("a", 3));
    push(2, "c");
    obey(2, "c", message("c", 2));
    assertThat(records()).noneMatch(r -> r.startsWith("down"));

    // When
    push(3, "b");

    // Then
    assertThat(records())
        .contains("down default/a webhook:crm 17.1")
        .noneMatch(r -> r.startsWith("down default/b") || r.startsWith("down default/c"));
    assertThat(metrics.scrape()).contains("tidegate_delivery_endpoint_sessions_crowded_total 1.0");
    answers.countDown();
    await().until(() -> records().contains("acks default/b=1"));
  }

  @Test
  void requestThatCannotBeMadeShouldLeaveNothingBehind() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    serve(hooks, "b");
    answers.countDown();
    obey(1, "a", new InboxCommand.Attach(7, 0, Wire.WELCOME));

    // When there is no message in it
    obey(1, "a", new InboxCommand.Live(Frame.of(new byte[] {'x'})));

    // Then
    assertThat(records()).contains("down default/a webhook:crm 17.1");
    push(2, "b");
    await().until(() -> records().contains("acks default/b=1"));
  }

  @Test
  void refusedMessageShouldBeGivenUpOnlyOnceItsEvidenceAndThenItsRefusalAreWritten()
      throws Exception {
    // Given
    status = 400;
    refusals = 1;
    answers.countDown();
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    push(1, "a");
    await().until(() -> letters.size() == 1);

    // When the dead letter is not written, it is tried again
    letters.get(0).accept(false);
    await().until(() -> letters.size() == 2);
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));

    // When the refusal is not, likewise
    letters.get(1).accept(true);
    await().until(() -> records().stream().anyMatch(r -> r.startsWith("acks")));
    on(() -> log.acks.get(0).accept(false));
    await().until(() -> letters.size() == 3);

    // Then
    letters.get(2).accept(true);
    await().until(() -> thread.submit(() -> log.batches.size() == 2).get());
    on(() -> log.acks.get(1).accept(true));
    assertThat(thread.submit(() -> List.copyOf(log.batches)).get())
        .allSatisfy(batch -> assertThat(batch.getAcks(0).getRefused()).isTrue());
    assertThat(posted).hasSize(3);
  }

  private Hooks serving(HookLoop hooks, Endpoints endpoints) {
    return new Hooks(
        endpoints,
        4,
        hooks.settings(),
        List.of(hooks),
        outgoing,
        new DeliveryMetrics().endpoints());
  }

  private void put(Hooks serving, Endpoints endpoints, UserKey user, long offset) {
    serving.changed(
        endpoints.changed(
            new EndpointKey(user, "crm").toBytes(),
            new Endpoint(
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/" + user.user(),
                    offset,
                    ByteString.copyFrom(new byte[Endpoint.SALT_BYTES]),
                    1,
                    0)
                .toBytes(),
            offset));
  }

  @Test
  void endpointThatChangesTwiceShouldNotBeginBeforeItsRequestHasEnded() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    serving.assigned(ALL, Duration.ofSeconds(1));
    UserKey user = new UserKey("default", "a");
    put(serving, endpoints, user, 1);
    await().until(() -> records().contains("up default/a webhook:crm 17.1"));
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    put(serving, endpoints, user, 2);
    put(serving, endpoints, user, 3);

    // Then
    assertThat(records()).noneMatch(r -> r.endsWith("17.2"));
    answers.countDown();
    await().until(() -> records().contains("up default/a webhook:crm 17.2"));
    assertThat(records()).noneMatch(r -> r.endsWith("17.3"));
  }

  @Test
  void stopThatIsInAHurryShouldCutWhatIsUnderWay() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    serving.assigned(ALL, Duration.ofSeconds(1));
    put(serving, endpoints, new UserKey("default", "a"), 1);
    await().until(() -> records().contains("up default/a webhook:crm 17.1"));
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    long begun = System.nanoTime();
    serving.assigned(Set.of(), Duration.ofMillis(200));

    // Then
    assertThat(records()).endsWith("down default/a webhook:crm 17.1");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void tenantWithTooManyEndpointsShouldNotTakeTheRoomOfAnother() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    for (int i = 0; i < 12; i++) {
      put(serving, endpoints, new UserKey("big", "u" + i), i);
    }
    put(serving, endpoints, new UserKey("small", "u"), 12);

    // When
    serving.assigned(ALL, Duration.ofSeconds(1));

    // Then
    await().until(() -> records().size() == 10);
    assertThat(records()).anyMatch(r -> r.startsWith("up small/u "));
  }

  @Test
  void goneShouldBeKeptAndEndTheSessionWithoutAnAck() throws Exception {
    // Given
    status = 410;
    answers.countDown();
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");

    // When
    push(1, "a");

    // Then
    await().until(() -> records().contains("down default/a webhook:crm 17.1"));
    assertThat(statuses).extracting(EndpointStatus::offset).containsExactly(42L);
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));
  }

  @Test
  void sessionThatIsKickedWhileARequestIsUnderWayShouldNotBeginAnother() throws Exception {
    // Given
    HookLoop hooks = hooks(5, 1_000_000);
    serve(hooks, "a");
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    obey(1, "a", new InboxCommand.Kick(CloseCode.FENCED.code()));
    await().until(() -> records().contains("up default/a webhook:crm 17.2"));
    push(2, "a");

    // Then
    assertThat(posted).hasSize(1);
    answers.countDown();
    await().until(() -> posted.size() == 2);
    await().until(() -> records().stream().anyMatch(r -> r.startsWith("acks")));
  }
}
