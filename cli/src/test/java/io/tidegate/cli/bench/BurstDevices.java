package io.tidegate.cli.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.tidegate.contract.ClientProtocol;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket for each device of a burst, all on one thread, which every {@link BurstDevice} is
 * called on. Who is disconnected comes again with its cursor within a second, unless the close code
 * forbids it, which is a violation.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, and that is seen.
final class BurstDevices implements AutoCloseable {
  /** Connections that are being opened at once. */
  private static final int OPENING = 64;

  private static final int MAX_FRAME_BYTES = 1 << 20;
  private static final long MAX_RETRY_MILLIS = 1_000;
  private static final int FIRST_NEVER_CODE = 4_500;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = (EventLoop) group.next();
  private final URI connect;
  private final BurstLedger ledger;
  private final Timeline messages;
  private final Timeline pushes;
  private final List<BurstDevice> devices = new ArrayList<>();
  private final CountDownLatch welcomed;
  private final Semaphore opening = new Semaphore(OPENING);

  /** By close code; of the loop's thread. */
  private final Map<String, Integer> disconnects = new TreeMap<>();

  private volatile boolean closing;

  /**
   * @param messages counts those that are new to their device
   * @param pushes counts frames with any of these
   */
  BurstDevices(
      URI connect, BurstLedger ledger, BurstRule rule, Timeline messages, Timeline pushes) {
    this.connect = connect;
    this.ledger = ledger;
    this.messages = messages;
    this.pushes = pushes;
    this.welcomed = new CountDownLatch(ledger.users());
    for (int user = 0; user < ledger.users(); user++) {
      devices.add(new BurstDevice(user, ledger, rule));
    }
  }

  /** Opens them all, and waits until each is welcome. */
  void open() throws InterruptedException {
    for (BurstDevice device : devices) {
      if (!opening.tryAcquire(60, TimeUnit.SECONDS)) {
        break;
      }
      loop.execute(() -> open(device, true));
    }
    if (!welcomed.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          welcomed.getCount()
              + " of "
              + devices.size()
              + " devices are not connected after a minute; closed so far, by code: "
              + disconnects());
    }
  }

  List<BurstDevice> devices() {
    return devices;
  }

  Map<String, Integer> disconnects() throws InterruptedException {
    return loop.submit(() -> new TreeMap<>(disconnects)).await().getNow();
  }

  /** Closes all connections; no device is called any more when it returns. */
  @Override
  public void close() {
    closing = true;
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void open(BurstDevice device, boolean first) {
    if (closing) {
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new HttpObjectAggregator(8_192),
                        new WebSocketClientProtocolHandler(protocol()),
                        new WebSocketFrameAggregator(MAX_FRAME_BYTES),
                        new Connection(device, first));
              }
            })
        .connect(connect.getHost(), connect.getPort())
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                closed(device, first, "cannot connect");
              }
            });
  }

  private WebSocketClientProtocolConfig protocol() {
    return WebSocketClientProtocolConfig.newBuilder()
        .webSocketUri(connect)
        .version(WebSocketVersion.V13)
        .subprotocol(ClientProtocol.SUBPROTOCOL)
        .customHeaders(EmptyHttpHeaders.INSTANCE)
        .maxFramePayloadLength(MAX_FRAME_BYTES)
        .handshakeTimeoutMillis(30_000)
        .handleCloseFrames(false)
        .build();
  }

  private void closed(BurstDevice device, boolean first, String code) {
    if (closing) {
      return;
    }
    disconnects.merge(code, 1, Integer::sum);
    loop.schedule(
        () -> open(device, first),
        ThreadLocalRandom.current().nextLong(MAX_RETRY_MILLIS),
        TimeUnit.MILLISECONDS);
  }

  /** One connection of one device. */
  private final class Connection extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final BurstDevice device;

    /** The device was never welcome yet. */
    private boolean first;

    private boolean connected;
    private String code = "1006";

    Connection(BurstDevice device, boolean first) {
      this.device = device;
      this.first = first;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      connected = true;
      context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof WebSocketClientProtocolHandler.ClientHandshakeStateEvent state
          && state == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
        context.writeAndFlush(new TextWebSocketFrame(device.hello()));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      if (frame instanceof TextWebSocketFrame text) {
        onText(context, text.text());
      } else if (frame instanceof CloseWebSocketFrame close) {
        code = Integer.toString(close.statusCode());
        if (close.statusCode() >= FIRST_NEVER_CODE) {
          ledger.violation("closed for good: " + close.statusCode() + " " + close.reasonText());
        }
        context.close();
      }
    }

    private void onText(ChannelHandlerContext context, String frame) {
      switch (device.on(frame, System.currentTimeMillis())) {
        case BurstDevice.Step.Nothing _ -> {}
        case BurstDevice.Step.Welcomed _ -> {
          if (first) {
            first = false;
            welcomed.countDown();
            opening.release();
          }
        }
        case BurstDevice.Step.Ack ack -> {
          if (ack.messages() > 0) {
            messages.add(ack.messages());
            pushes.add(1);
          }
          context.writeAndFlush(new TextWebSocketFrame(ack.frame()));
        }
        case BurstDevice.Step.Gap _ -> {
          code = "gap";
          context.close();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      // Otherwise the failed connect has told it already.
      if (connected) {
        closed(device, first, code);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      code = String.valueOf(cause.getMessage());
      context.close();
    }
  }
}
