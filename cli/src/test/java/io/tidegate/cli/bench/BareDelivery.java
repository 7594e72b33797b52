package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.inbox.InboxDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The least that pushes: Netty with a worker's settings, which answers any request with an upgrade
 * and any hello with a welcome, and writes the bytes of a worker's frames without a protocol.
 * Arguments and the order {@code turn} as of {@link BenchWorker}.
 */
final class BareDelivery implements PushSender, AutoCloseable {
  private static final int LOOPS = 2;
  private static final int BATCHES = 4;

  private static final byte[] UPGRADED =
      String.join(
              "\r\n",
              "HTTP/1.1 101 Switching Protocols",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
              "",
              "")
          .getBytes(US_ASCII);

  private static final byte[] WELCOME =
      new FrameWriter()
          .welcome(
              SessionId.getDefaultInstance(),
              Attach.newBuilder()
                  .setEpoch(BenchSequencer.EPOCH)
                  .setMode(Attach.Mode.FRESH)
                  .setSeq(BenchSequencer.BASE)
                  .build());

  private final MultiThreadIoEventLoopGroup acceptor = group(1);
  private final MultiThreadIoEventLoopGroup workers = group(LOOPS);
  private final Channel listening;
  private final AtomicReferenceArray<Client> clients;
  private final Map<EventExecutor, Lane> lanes = new HashMap<>();
  private final byte[] frame;
  private final int time;

  /** Flushed after the last of those for one client. */
  private record Write(ChannelHandlerContext to, byte[] frame, boolean last) {}

  /** An event loop, and what is to be handed to it. */
  private static final class Lane {
    final EventExecutor thread;
    final Semaphore room = new Semaphore(BATCHES);
    List<Write> batch = new ArrayList<>();

    Lane(EventExecutor thread) {
      this.thread = thread;
    }

    void hand() throws InterruptedException {
      if (batch.isEmpty()) {
        return;
      }
      List<Write> writes = batch;
      batch = new ArrayList<>();
      room.acquire();
      thread.execute(
          () -> {
            for (Write write : writes) {
              var _ = write.to.write(Unpooled.wrappedBuffer(write.frame), write.to.voidPromise());
              if (write.last) {
                write.to.flush();
              }
            }
            room.release();
          });
    }
  }

  BareDelivery(int connections, int dataBytes) throws Exception {
    clients = new AtomicReferenceArray<>(connections);
    frame = frame(dataBytes);
    time = InboxTemplate.find(frame, "\"t\":\"".getBytes(US_ASCII), 0) + 5;
    workers.forEach(thread -> lanes.put(thread, new Lane(thread)));
    listening =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, 16 * 1024)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(16 * 1024, 32 * 1024))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(1024).maxMessagesPerRead(1))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new Client(requireNonNull(lanes.get(channel.eventLoop()))));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  private static MultiThreadIoEventLoopGroup group(int threads) {
    return new MultiThreadIoEventLoopGroup(threads, EpollIoHandler.newFactory());
  }

  /** The bytes of a worker's frame with one message. */
  static byte[] frame(int dataBytes) throws Exception {
    InboxTemplate one = InboxTemplate.one(BenchSequencer.INCARNATION, dataBytes);
    one.target(0, 1, 1, BenchSequencer.BASE, BenchSequencer.BASE + 1);
    InboxCommand command = new InboxDecoder(0).decode(one.bytes()).getFirst().command();
    return command.told().own();
  }

  /** Upgrades without reading what for, then finds the user's number in the hello. */
  private final class Client extends ChannelInboundHandlerAdapter {
    private final Lane lane;
    private boolean upgraded;

    /** Set when the handler is added. */
    @SuppressWarnings("NullAway.Init")
    private ChannelHandlerContext context;

    Client(Lane lane) {
      this.lane = lane;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      String text = bytes.toString(US_ASCII);
      bytes.release();
      int user = text.indexOf("\"user\":\"u");
      if (!upgraded) {
        upgraded = true;
        var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(UPGRADED));
      } else if (user >= 0) {
        int number = Integer.parseInt(text, user + 9, user + 17, 10);
        clients.set(number, this);
        var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(WELCOME));
      }
    }
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public int connections() {
    return clients.length();
  }

  @Override
  public void all() {
    byte[] shared = copy();
    for (int i = 0; i < clients.length(); i++) {
      write(i, shared, true);
    }
  }

  @Override
  public void push(int connection, int count) {
    for (int i = 1; i <= count; i++) {
      write(connection, copy(), i == count);
    }
  }

  private byte[] copy() {
    byte[] copy = frame.clone();
    InboxTemplate.digits(copy, time, InboxTemplate.TIME_DIGITS, System.nanoTime());
    return copy;
  }

  private void write(int connection, byte[] bytes, boolean last) {
    Client client = clients.get(connection);
    client.lane.batch.add(new Write(client.context, bytes, last));
  }

  @Override
  public void hand() throws InterruptedException {
    for (Lane lane : lanes.values()) {
      lane.hand();
    }
  }

  @Override
  public void close() {
    var _ = listening.close();
    acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    workers.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  public static void main(String[] args) throws Exception {
    Received received = Received.in(Path.of(args[2]));
    try (BareDelivery bare =
        new BareDelivery(Integer.parseInt(args[0]), Integer.parseInt(args[1]))) {
      System.out.println("bare on port " + bare.port());
      BenchOrders.obey(
          words ->
              PushTurn.run(
                      PushKind.valueOf(words[1]),
                      Duration.ofMillis(Long.parseLong(words[2])),
                      bare,
                      received)
                  .text());
    }
  }
}
