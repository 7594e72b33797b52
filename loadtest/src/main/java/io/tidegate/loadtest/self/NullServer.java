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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ingest and delivery without anything between: what is handed in is accepted and pushed at once to
 * the devices that it is for and that are connected, from memory, on one thread. Policies are kept
 * and not gone by. Times that a generator measures against it are its own.
 */
public final class NullServer implements AutoCloseable {
  private static final int MOST_BODY_BYTES = 8 << 20;

  private final Sockets sockets = new Sockets("null-server", 1);
  private final EventLoop loop = sockets.loop();
  private final Mischief mischief;
  private final Channel listener;

  /** The devices of each user. All of these are of the loop's thread. */
  private final Map<String, List<NullDevice>> devices = new HashMap<>();

  private final Map<String, Set<String>> groups = new HashMap<>();
  private final Map<String, String> policies = new HashMap<>();

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
    devices.computeIfAbsent(user, of -> new ArrayList<>()).add(device);
  }

  void gone(String user, NullDevice device) {
    devices.getOrDefault(user, new ArrayList<>()).remove(device);
  }

  void joined(String group, String user) {
    groups.computeIfAbsent(group, of -> new LinkedHashSet<>()).add(user);
  }

  void left(String group, String user) {
    groups.getOrDefault(group, new LinkedHashSet<>()).remove(user);
  }

  /** As it was put; null: there is none. */
  @Nullable String policy(String path) {
    return policies.get(path);
  }

  /**
   * @param policy null: it is taken away
   */
  void keep(String path, @Nullable String policy) {
    if (policy == null) {
      policies.remove(path);
    } else {
      policies.put(path, policy);
    }
  }

  /** A message to a user was handed in. */
  void toUser(String user, String id, String data) {
    List<NullDevice> connected = devices.get(user);
    // By number: what is pushed may end a connection.
    for (int i = 0; connected != null && i < connected.size(); i++) {
      mischief.handed(new Mischief.Handed(user, id), connected.get(i).push(id, data));
    }
  }

  void toGroup(String group, String id, String data) {
    groups.getOrDefault(group, Set.of()).forEach(member -> toUser(member, id, data));
  }

  void toAll(String id, String data) {
    devices.keySet().forEach(user -> toUser(user, id, data));
  }

  @Override
  public void close() {
    sockets.close();
  }
}
