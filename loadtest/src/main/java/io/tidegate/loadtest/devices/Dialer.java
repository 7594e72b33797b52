package io.tidegate.loadtest.devices;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.tidegate.loadtest.net.Sockets;
import io.tidegate.loadtest.net.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes connections to the workers. */
final class Dialer {
  private final InetSocketAddress remote;
  private final List<InetAddress> from;
  private final @Nullable Tls tls;
  private final Bootstrap bootstrap;

  /**
   * @throws IOException if the host has no address
   */
  Dialer(FleetSettings settings) throws IOException {
    FleetSettings.Target target = settings.target();
    from = settings.dialing().from();
    remote = new InetSocketAddress(InetAddress.getByName(target.url().getHost()), target.port());
    tls = Tls.of(target.url(), target.tls());
    bootstrap =
        new Bootstrap()
            .channel(Sockets.channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.dialing().timeout().toMillis())
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(512, 4_096, 65_536));
    if (Sockets.isNative() && !from.isEmpty()) {
      // Else each address has fewer ports than it can have connections.
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
  }

  /**
   * Connects.
   *
   * @param number chooses the local address, by turns
   * @param failed told if no connection comes to be; the handler is then told nothing
   * @return the connection, which may not be there yet
   */
  Channel dial(EventLoop loop, int number, ChannelHandler handler, Consumer<Throwable> failed) {
    InetSocketAddress local =
        from.isEmpty() ? null : new InetSocketAddress(from.get(number % from.size()), 0);
    var connecting =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.handler());
                    }
                    channel.pipeline().addLast(handler);
                  }
                })
            .connect(remote, local);
    var _ =
        connecting.addListener(
            done -> {
              if (!done.isSuccess()) {
                failed.accept(done.cause());
              }
            });
    return connecting.channel();
  }
}
