package io.tidegate.delivery.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.EndpointMetrics;
import io.tidegate.delivery.outgoing.Outgoing;
import io.tidegate.delivery.session.DeparturePlan;
import io.tidegate.delivery.session.Outbound;
import io.tidegate.delivery.session.SessionLog;
import io.tidegate.delivery.slot.Load;
import io.tidegate.delivery.slot.SlotHost;
import io.tidegate.delivery.webhook.EndpointLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket and the event loops behind it.
 *
 * <p>The socket settings are for many connections with little to say: small buffers, so that
 * clients which do not read cost little.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
public final class Server implements SlotHost, AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int SEND_BUFFER_BYTES = 16 * 1024;
  private static final int RECEIVE_BYTES = 1024;
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

  /** The longest token, with room for the rest, in the line or in a header. */
  static final int MAX_LINE_CHARS = TokenVerifier.MAX_CHARS + 4096;

  static final int MAX_HEADER_BYTES = TokenVerifier.MAX_CHARS + 8192;
  private static final int MAX_CHUNK_BYTES = 8192;

  /** Connections to endpoints: without a request, and in all. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  private static final Duration KEPT_AT_MOST = Duration.ofMinutes(5);
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private static final Duration QUICK = Duration.ofSeconds(1);

  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final Admission admission;
  private final List<Loop> loops;
  private final Channel listening;
  private final Fullness fullness;
  private final Health.Source health;
  private final Class<? extends Channel> channel;

  /** What the last heartbeat said. */
  private volatile Load last = new Load(0, 0, 0, false);

  private Server(
      EventLoopGroup acceptor,
      EventLoopGroup workers,
      Admission admission,
      List<Loop> loops,
      Channel listening,
      Fullness fullness,
      Health.Source health,
      Class<? extends Channel> channel) {
    this.acceptor = acceptor;
    this.workers = workers;
    this.admission = admission;
    this.loops = loops;
    this.listening = listening;
    this.fullness = fullness;
    this.health = health;
    this.channel = channel;
  }

  /**
   * Listens. Until {@link #open} there is an HTTP 503 instead of a session.
   *
   * @param tls null: plain HTTP and WebSockets
   * @param partitions of the topic of acks
   * @param door who may say what in a hello
   */
  public static Server start(
      ServerSettings settings,
      @Nullable WatchedTls tls,
      int partitions,
      SessionLog log,
      Door door,
      Health.Source health,
      DeliveryMetrics metrics)
      throws StartupException {
    SocketIo io = settings.io().onThisMachine();
    EventLoopGroup acceptor = group("tidegate-delivery-accept", 1, io);
    EventLoopGroup workers;
    try {
      workers = group("tidegate-delivery-loop", settings.loops(), io);
    } catch (StartupException e) {
      shutdown(QUICK, acceptor);
      throw e;
    }
    Admission admission = new Admission(settings.maxSessions(), settings.perAddress());
    Outbound outbound = new Outbound(settings.totalBytes(), settings.loops());
    Fullness fullness = new Fullness();
    Map<EventExecutor, Loop> byThread = new HashMap<>();
    List<Loop> loops = new ArrayList<>();
    for (EventExecutor thread : workers) {
      Loop loop =
          new Loop(
              (EventLoop) thread,
              loops.size(),
              partitions,
              settings,
              admission,
              outbound,
              log,
              door,
              metrics,
              System::nanoTime,
              System::currentTimeMillis);
      loop.startTimer();
      loops.add(loop);
      byThread.put(thread, loop);
    }
    TlsEntrance entrance = tls == null ? null : new TlsEntrance(tls, settings.http2(), metrics);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(io.serverChannel())
            .handler(new Counting(metrics))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(RECEIVE_BYTES).maxMessagesPerRead(1))
            .childHandler(
                new Initializer(
                    byThread, admission, new Readiness(health, admission, fullness), entrance))
            .bind(new InetSocketAddress(settings.host(), settings.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      shutdown(QUICK, acceptor, workers);
      throw new StartupException(
          "port: cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    Acceptor accepting =
        new Acceptor(bound.channel(), loops, admission, fullness, metrics, System::nanoTime);
    accepting.start();
    Server server =
        new Server(
            acceptor,
            workers,
            admission,
            List.copyOf(loops),
            bound.channel(),
            fullness,
            health,
            io.channel());
    metrics.gauge(
        "arrivals.waiting",
        "Clients that wait for their turn to begin",
        () -> loops.stream().mapToInt(loop -> loop.doorway().waiting()).sum());
    metrics.gauge(
        "accept.paused",
        "1 while nothing is accepted, because all event loops are behind",
        () -> accepting.isPaused() ? 1 : 0);
    metrics.gauge("sockets", "Open sockets, those of sessions among them", admission::sockets);
    metrics.gauge("outbound.bytes", "Bytes that wait for clients to take them", outbound::waiting);
    metrics.gauge(
        "held.messages",
        "Messages that are held back, by the pace of their clients",
        () -> loops.stream().mapToInt(loop -> loop.pacers().held()).sum());
    metrics.gauge("outbound.limit.bytes", "Bytes that may wait for them", outbound::most);
    metrics.gauge("sessions", "Open sessions", admission::sessions);
    metrics.gauge(
        "unwritable.ratio",
        "Share of attached connections whose socket takes no more, as of the last heartbeat",
        () -> server.last.unwritablePermille() / 1_000.0);
    metrics.gauge(
        "loop.delay.seconds",
        "How late an event loop came to its timer, at the worst before the last heartbeat",
        () -> server.last.loopDelayMillis() / 1_000.0);
    return server;
  }

  /** Counts what is accepted, on the thread that does. */
  private static final class Counting extends ChannelInboundHandlerAdapter {
    private final DeliveryMetrics metrics;

    Counting(DeliveryMetrics metrics) {
      this.metrics = metrics;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      metrics.socketAccepted();
      ctx.fireChannelRead(accepted);
    }
  }

  /** Gives each connection the HTTP pipeline and the loop of its thread. */
  private static final class Initializer extends ChannelInitializer<SocketChannel> {
    private final Map<EventExecutor, Loop> loops;
    private final Admission admission;
    private final Readiness readiness;
    private final @Nullable TlsEntrance tls;

    Initializer(
        Map<EventExecutor, Loop> loops,
        Admission admission,
        Readiness readiness,
        @Nullable TlsEntrance tls) {
      this.loops = Map.copyOf(loops);
      this.admission = admission;
      this.readiness = readiness;
      this.tls = tls;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      Loop loop = loops.get(channel.eventLoop());
      if (loop == null) {
        throw new IllegalStateException("a connection on a thread that is no event loop of ours");
      }
      InetAddress from = channel.remoteAddress().getAddress();
      Admission.Coming coming = admission.enterSocket(from);
      if (coming != Admission.Coming.IN) {
        loop.metrics().socketRefused(coming == Admission.Coming.CROWDED);
        channel.close();
        return;
      }
      channel.closeFuture().addListener(closed -> admission.leaveSocket(from));
      if (tls != null && !tls.enter(channel)) {
        channel.close();
        return;
      }
      addHttp(channel.pipeline(), loop, readiness);
    }
  }

  /** Serves HTTP on a connection, whichever the client begins to speak. */
  static void addHttp(ChannelPipeline pipeline, Loop loop, Readiness readiness) {
    if (loop.settings().http2()) {
      pipeline.addLast(new Preface(loop, readiness));
    }
    pipeline
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE_CHARS)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setMaxChunkSize(MAX_CHUNK_BYTES)))
        .addLast(new HttpHandler(loop, readiness));
  }

  /**
   * Serves endpoints beside clients, once it is told which.
   *
   * @param partitions that users are spread over
   * @param tls whom it trusts
   */
  public Hooks hooks(
      Endpoints endpoints,
      int partitions,
      HookSettings hookSettings,
      SSLContext tls,
      EndpointLog log,
      EndpointMetrics metrics) {
    Outgoing outgoing =
        new Outgoing(
            new Outgoing.Settings(
                channel,
                hookSettings.rules().webhookNetworks(),
                tls,
                hookSettings.connect(),
                hookSettings.timeout(),
                KEPT.toNanos(),
                KEPT_AT_MOST.toNanos(),
                MAX_ANSWER_BYTES));
    List<HookLoop> hookLoops = new ArrayList<>();
    HookSettings share = hookSettings.share(loops.size());
    for (Loop loop : loops) {
      HookLoop hooks =
          new HookLoop(
              loop, share, outgoing, log, metrics, () -> ThreadLocalRandom.current().nextDouble());
      var _ = Tasks.execute(loop.thread(), () -> loop.host(hooks));
      hookLoops.add(hooks);
    }
    return new Hooks(endpoints, partitions, hookSettings, hookLoops, outgoing, metrics);
  }

  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /**
   * A way for one reader's commands to the loops.
   *
   * @param batchesPerLoop at most so many wait at a loop
   */
  public InboxSink handover(int batchesPerLoop) {
    return new Handover(loops, batchesPerLoop);
  }

  @Override
  public void open(long incarnation) {
    loops.forEach(loop -> Tasks.execute(loop.thread(), () -> loop.open(incarnation)));
  }

  @Override
  public void fence(String detail) {
    loops.forEach(loop -> Tasks.execute(loop.thread(), () -> loop.fence(detail)));
  }

  /** Tokens were revoked: closes the sessions by such ones, within moments. On any thread. */
  public void recheck() {
    loops.forEach(loop -> loop.recheck().ask());
  }

  public int sessions() {
    return admission.sessions();
  }

  /** Runs that on the thread of one of the loops, for tests. */
  void execute(int loop, Runnable task) {
    Tasks.execute(loops.get(loop).thread(), task);
  }

  @Override
  public Load load() {
    long now = System.nanoTime();
    long attached = 0;
    long clogged = 0;
    long delay = 0;
    for (Loop loop : loops) {
      attached += loop.strain().attached();
      clogged += loop.strain().clogged();
      delay = Math.max(delay, loop.strain().takeDelayMillis(now));
    }
    // The two are not read at one moment, so the share is kept within what it can be.
    long permille = attached == 0 ? 0 : Math.min(1_000, clogged * 1_000 / attached);
    last =
        new Load(
            admission.sessions(),
            (int) permille,
            Math.toIntExact(delay),
            fullness.isFull() || !health.ready().isUp());
    return last;
  }

  /**
   * Stops accepting, says goaway to every session, then closes them all at an even pace.
   *
   * @param plan over which time the closes are spread, and when who was closed comes again
   * @param limit after which to return, whatever is still open
   * @return whether every session has ended
   */
  public boolean drain(DeparturePlan plan, Duration limit) throws InterruptedException {
    listening.close();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Loop loop : loops) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      Departure departure = new Departure(loop, plan.closing().toMillis(), end);
      if (Tasks.execute(
          loop.thread(), () -> departure.begin(plan.retryLeast(), plan.retryMost()))) {
        ends.add(end);
      }
    }
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails an end", e);
    }
  }

  @Override
  public void close() {
    close(QUICK);
  }

  /**
   * Cuts every connection and ends the threads; sessions that were open are told down.
   *
   * @param limit for the threads to end; they get no more connections in any case
   */
  public void close(Duration limit) {
    listening.close();
    shutdown(limit, acceptor, workers);
  }

  private static void shutdown(Duration limit, EventLoopGroup... groups) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (EventLoopGroup group : groups) {
      group.shutdownGracefully(0, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    for (EventLoopGroup group : groups) {
      long left = Math.max(0, deadline - System.nanoTime());
      group.terminationFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * @throws StartupException if the kernel does not give what it takes
   */
  private static EventLoopGroup group(String name, int threads, SocketIo io)
      throws StartupException {
    try {
      return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name), io.handler());
    } catch (RuntimeException e) {
      throw new StartupException("io: no event loops with " + io + ": " + e.getMessage(), e);
    }
  }
}
