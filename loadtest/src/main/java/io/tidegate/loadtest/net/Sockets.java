package io.tidegate.loadtest.net;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Event loops, native where they can be. */
public final class Sockets implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;

  /**
   * @param name of the threads
   */
  public Sockets(String name, int threads) {
    this.group =
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io());
  }

  /** The next one. */
  public EventLoop loop() {
    return group.next();
  }

  public static Class<? extends SocketChannel> channel() {
    return isNative() ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** What loops that have {@link #channel} are made with. */
  public static IoHandlerFactory io() {
    return isNative() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  public static boolean isNative() {
    return Epoll.isAvailable();
  }

  /** That of the URL, or of its scheme. */
  public static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "https".equals(url.getScheme()) ? 443 : 80;
  }

  /** Ends all connections; nothing runs on the loops when it returns. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
