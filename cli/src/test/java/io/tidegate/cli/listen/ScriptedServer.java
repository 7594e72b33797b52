package io.tidegate.cli.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.tidegate.contract.ClientProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker that says and hears what the test tells it to, connection by connection. */
final class ScriptedServer implements AutoCloseable {
  private static final int WAIT_SECONDS = 20;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
  private final Channel listening;

  ScriptedServer() throws InterruptedException {
    WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(ClientProtocol.CONNECT_PATH)
            .subprotocols(ClientProtocol.SUBPROTOCOL)
            .handleCloseFrames(false)
            // Nobody but the test says goodbye.
            .sendCloseFrame(null)
            .build();
    listening =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(8192),
                            new WebSocketServerProtocolHandler(config),
                            new Peer(channel));
                  }
                })
            .bind(InetAddress.ofLiteral("127.0.0.1"), 0)
            .sync()
            .channel();
  }

  URI uri() {
    int port = ((InetSocketAddress) listening.localAddress()).getPort();
    return URI.create("ws://127.0.0.1:" + port + ClientProtocol.CONNECT_PATH);
  }

  /** The next connection. */
  Peer next() throws InterruptedException {
    return found(peers.poll(WAIT_SECONDS, TimeUnit.SECONDS), "connection");
  }

  /** The server's end of one connection. */
  final class Peer extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Channel channel;

    private Peer(Channel channel) {
      this.channel = channel;
    }

    void say(String singleQuoted) {
      var _ = channel.writeAndFlush(new TextWebSocketFrame(singleQuoted.replace('\'', '"')));
    }

    /** The next frame with single quotes, or {@code close CODE}. */
    String hear() throws InterruptedException {
      return found(heard.poll(WAIT_SECONDS, TimeUnit.SECONDS), "frame").replace('"', '\'');
    }

    void close(int code, String reason) {
      var _ = channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
    }

    /** Ends without a close frame, as a worker that dies. */
    void die() {
      var _ = channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
        peers.add(this);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      if (frame instanceof TextWebSocketFrame text) {
        heard.add(text.text());
      } else if (frame instanceof CloseWebSocketFrame close) {
        heard.add("close " + close.statusCode());
        var _ = context.writeAndFlush(new CloseWebSocketFrame(close.statusCode(), ""));
      }
    }
  }

  private static <T> T found(@Nullable T value, String what) {
    if (value == null) {
      throw new AssertionError("no " + what);
    }
    return value;
  }

  /** Nobody is there any more. Closing again does nothing. */
  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return;
    }
    listening.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
