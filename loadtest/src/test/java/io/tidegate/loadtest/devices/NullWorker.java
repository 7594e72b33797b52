package io.tidegate.loadtest.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.tidegate.loadtest.net.Sockets;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What costs a fleet's other side the least: one thread that answers any request with an upgrade
 * and any hello with a welcome, and pushes frames that are made already to one connection after the
 * other at a steady rate, whatever comes back. Prints its port; obeys lines {@code RATE MESSAGES},
 * and says each second how many it has pushed.
 */
final class NullWorker {
  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");

  /** All seqs have as many digits. */
  private static final long FIRST_SEQ = 1_000_000_000;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, Sockets.io());
  private final EventLoop loop = (EventLoop) group.next();
  private final List<Client> clients = new ArrayList<>();
  private @Nullable Template template;
  private double perSecond;
  private long began;
  private long pushed;
  private int next;

  /** A frame whose seqs can be set. */
  static final class Template {
    private final byte[] bytes;
    private final List<Integer> places = new ArrayList<>();

    Template(int messages, int dataBytes) {
      StringBuilder text = new StringBuilder("{\"op\":\"push\",\"prev\":");
      places.add(text.length());
      text.append(FIRST_SEQ).append(",\"messages\":[");
      for (int i = 0; i < messages; i++) {
        text.append(i == 0 ? "{\"seq\":" : ",{\"seq\":");
        places.add(text.length());
        text.append(FIRST_SEQ + i + 1)
            .append(",\"id\":\"01a22214-a5d6-7393-b1c7-fc6283f6123d\",\"source\":\"/v1/messages\"")
            .append(",\"type\":\"io.tidegate.message\",\"time\":\"2026-11-28T12:15:08.246Z\"")
            .append(",\"urgency\":\"normal\",\"data\":{\"text\":\"")
            .append("x".repeat(Math.max(0, dataBytes - 11)))
            .append("\"}}");
      }
      byte[] payload = text.append("]}").toString().getBytes(US_ASCII);
      bytes = ScriptedWorker.Peer.frame(0x81, payload);
      places.replaceAll(place -> place + bytes.length - payload.length);
    }

    int messages() {
      return places.size() - 1;
    }

    /** The frame's text alone. */
    byte[] payload() {
      return Arrays.copyOfRange(bytes, bytes.length < 130 ? 2 : 4, bytes.length);
    }

    byte[] behind(long prev) {
      byte[] frame = bytes.clone();
      for (int i = 0; i < places.size(); i++) {
        long seq = prev + i;
        for (int at = places.get(i) + 9; at >= places.get(i); at--) {
          frame[at] = (byte) ('0' + seq % 10);
          seq /= 10;
        }
      }
      return frame;
    }
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private boolean upgraded;
    private boolean welcome;
    private long seq = FIRST_SEQ;

    Client(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      ByteBuf bytes = (ByteBuf) message;
      if (welcome) {
        bytes.release();
        return;
      }
      String text = bytes.toString(US_ASCII);
      bytes.release();
      if (!upgraded) {
        upgraded = true;
        Matcher key = KEY.matcher(text);
        boolean _ = key.find();
        byte[] hash =
            MessageDigest.getInstance("SHA-1")
                .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));
        write(
            ("HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: "
                    + Base64.getEncoder().encodeToString(hash)
                    + "\r\n\r\n")
                .getBytes(US_ASCII));
      } else {
        welcome = true;
        clients.add(this);
        String frame = ScriptedWorker.welcome("fresh", FIRST_SEQ).replace('\'', '"');
        write(ScriptedWorker.Peer.frame(0x81, frame.getBytes(US_ASCII)));
      }
    }

    void write(byte[] bytes) {
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      clients.remove(this);
    }
  }

  private void run() throws Exception {
    Channel listening =
        new ServerBootstrap()
            .group(group)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4_096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Client(channel));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
    var _ = loop.scheduleAtFixedRate(this::push, 1, 1, TimeUnit.MILLISECONDS);
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line; (line = orders.readLine()) != null; ) {
      String[] words = line.split(" ");
      var done =
          loop.submit(
              () -> {
                perSecond = Double.parseDouble(words[0]);
                template = new Template(Integer.parseInt(words[1]), 200);
                began = System.nanoTime();
                pushed = 0;
              });
      done.sync();
    }
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private void push() {
    Template frames = template;
    if (frames == null || clients.isEmpty()) {
      return;
    }
    double due = (System.nanoTime() - began) / 1e9 * perSecond;
    // What it cannot do it does not catch up in one turn.
    for (int i = 0; i < 2_000 && pushed < due; i++) {
      Client client = clients.get(next++ % clients.size());
      client.write(frames.behind(client.seq));
      client.seq += frames.messages();
      pushed++;
    }
  }

  private NullWorker() {}

  public static void main(String[] args) throws Exception {
    new NullWorker().run();
  }
}
