package io.tidegate.delivery.connection;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.tidegate.contract.StartupException;
import org.jspecify.annotations.Nullable;

/** How sockets are served. */
public enum SocketIo {
  /** {@link #EPOLL} where it is, else {@link #NIO}. */
  AUTO,
  EPOLL,
  IO_URING,
  NIO;

  /**
   * One of the others.
   *
   * @throws StartupException if it is not there on this machine
   */
  SocketIo onThisMachine() throws StartupException {
    return switch (this) {
      case AUTO -> Epoll.isAvailable() ? EPOLL : NIO;
      case EPOLL -> require(Epoll.unavailabilityCause());
      case IO_URING -> require(IoUring.unavailabilityCause());
      case NIO -> NIO;
    };
  }

  private SocketIo require(@Nullable Throwable cause) throws StartupException {
    if (cause != null) {
      throw new StartupException(
          "io: this machine has no " + this + ": " + cause.getMessage(), cause);
    }
    return this;
  }

  /** For an event loop. */
  IoHandlerFactory handler() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO, AUTO -> NioIoHandler.newFactory();
    };
  }

  Class<? extends ServerChannel> serverChannel() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      case NIO, AUTO -> NioServerSocketChannel.class;
    };
  }

  Class<? extends Channel> channel() {
    return switch (this) {
      case EPOLL -> EpollSocketChannel.class;
      case IO_URING -> IoUringSocketChannel.class;
      case NIO, AUTO -> NioSocketChannel.class;
    };
  }

  /** Has the kernel end a connection whose other side acks nothing for so long; not with NIO. */
  static void noticeSilence(Channel channel, int millis) {
    channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
    channel.config().setOption(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
  }
}
