package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Endpoints on an event loop with real sockets; the test is the sequencer. */
abstract class HookFixture {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final EventLoop thread = group.next();

  /** To be looked at on the loop's thread. */
  final RecordingLog log = new RecordingLog();

  final List<EndpointStatus> statuses = new CopyOnWriteArrayList<>();
  final List<Consumer<Boolean>> letters = new CopyOnWriteArrayList<>();
  final List<String> posted = new CopyOnWriteArrayList<>();
  final CountDownLatch answers = new CountDownLatch(1);
  final DeliveryMetrics metrics = new DeliveryMetrics();
  final Loop loop =
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
  volatile int status = 204;
  int refusals = 5;
  int failures = 5;
  HttpServer server = unbound();
  Outgoing outgoing = outgoing();

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

  void on(Runnable task) throws Exception {
    thread.submit(task).get(5, TimeUnit.SECONDS);
  }

  List<String> records() {
    try {
      return thread.submit(() -> new ArrayList<>(log.records)).get(5, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  HookLoop hooks(int perHost, long bytes) throws Exception {
    HookLoop hooks =
        new HookLoop(
            loop,
            new HookSettings(
                WebhookRules.DEFAULT.withLoopback(),
                WebhookKey.generate(),
                10,
                16,
                bytes,
                new Gate.Bounds(perHost, perHost, failures, new Backoff(SECOND, SECOND)),
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

  static EndpointKey key(String user) {
    return new EndpointKey(new UserKey("default", user), "crm");
  }

  void serve(HookLoop hooks, String user) throws Exception {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + user;
    Endpoint endpoint =
        new Endpoint(url, 1, ByteString.copyFrom(new byte[Endpoint.SALT_BYTES]), 1, 0);
    on(
        () ->
            hooks.serve(
                new Endpoints.Known(key(user), endpoint, 42, null), EndpointUrl.parse(url, true)));
  }

  void obey(long n, String user, InboxCommand command) throws Exception {
    on(() -> loop.obey(List.of(new Addressed(17, n, "default/" + user, command))));
  }

  /** Attaches the session and sends it a message. */
  void push(long n, String user) throws Exception {
    obey(n, user, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    obey(n, user, message(user, 1));
  }

  static Pushed pushed(String name) {
    return Pushed.newBuilder()
        .setId("m-" + name)
        .setSource("/test")
        .setType("t")
        .setUrgency(2)
        .setPayload(ByteString.copyFromUtf8("1"))
        .build();
  }

  static InboxCommand.Push message(String user, long seq) {
    Pushed message = pushed(user).toBuilder().setSeq(seq).build();
    byte[] frame = new FrameWriter().push(Deliver.newBuilder().addMessages(message).build());
    return new InboxCommand.Push(seq - 1, seq, 1, Frame.of(frame));
  }

  static long bytes(InboxCommand.Push push) {
    return PushFrames.parts(push.frame()).getFirst().length();
  }

  boolean wasPosted(String user) {
    return posted.stream().anyMatch(body -> body.contains("\"m-" + user + "\""));
  }
}
