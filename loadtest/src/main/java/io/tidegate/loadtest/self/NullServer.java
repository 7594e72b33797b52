package io.tidegate.loadtest.self;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.tidegate.loadtest.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * Ingest and delivery without anything between: what is handed in is accepted and pushed to its
 * user's device at once, over a WebSocket, from memory, on one thread. Times that a generator
 * measures against it are its own.
 */
public final class NullServer implements AutoCloseable {
  private static final int MOST_BODY_BYTES = 8 << 20;

  private final Sockets sockets = new Sockets("null-server", 1);
  private final EventLoop loop = sockets.loop();
  private final Mischief mischief;
  private final Channel listener;

  /** The device of each user; of the loop's thread. */
  private final Map<String, NullDevice> devices = new HashMap<>();

  /** Listens on a free port of the loopback. */
  public NullServer(Mischief mischief) {
    this.mischief = mischief;
    this.listener =
        new ServerBootstrap()
            .group(loop)
            .channel(
                Sockets.isNative() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MOST_BODY_BYTES),
                            new NullHandler(NullServer.this));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /** Of both services. */
  public URI uri() {
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  /** A device said hello. */
  void attached(String user, NullDevice device) {
    devices.put(user, device);
  }

  void gone(String user, NullDevice device) {
    devices.remove(user, device);
  }

  /** A message was handed in. */
  void handed(String user, String id, String data) {
    NullDevice device = devices.get(user);
    if (device != null) {
      mischief.handed(new Mischief.Handed(user, id), device.push(id, data));
    }
  }

  @Override
  public void close() {
    sockets.close();
  }
}
