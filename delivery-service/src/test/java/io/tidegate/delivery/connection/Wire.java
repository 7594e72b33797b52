package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.Outbound;
import io.tidegate.delivery.session.Progress;
import io.tidegate.delivery.session.SessionLimits;
import io.tidegate.testhttp2.TestHttp2;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One event loop and one connection without a socket: the test is the client and the clock. */
final class Wire {
  /** All lines but the empty one. */
  static final String REQUEST =
      String.join(
          "\r\n",
          "GET /v1/connect HTTP/1.1",
          "Host: x",
          "Upgrade: websocket",
          "Connection: keep-alive, Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");

  static final String HELLO = "{\"op\":\"hello\",\"user\":\"alice\",\"device\":\"phone\"}";

  /** A WebSocket's frame. */
  static final byte[] WELCOME = {(byte) 0x81, 2, '{', '}'};

  /** Give or take a quarter. */
  static final int MAX_AGE_SECONDS = 4_000;

  /** That may wait for all clients. */
  static final long TOTAL_BYTES = 1_000_000;

  private static final int TEXT = 0x81;

  final AtomicLong now = new AtomicLong(TimeUnit.SECONDS.toNanos(1_000));
  final RecordingLog log = new RecordingLog();
  final DeliveryMetrics metrics = new DeliveryMetrics();

  /** How many bytes the client still takes. */
  private long room = Long.MAX_VALUE;

  /** Takes no more than there is room for, and frames in parts, as a socket does. */
  final EmbeddedChannel channel =
      new EmbeddedChannel() {
        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
          while (room > 0 && in.current() instanceof ByteBuf next) {
            int taken = (int) Math.min(room, next.readableBytes());
            outboundMessages().add(Unpooled.copiedBuffer(next.slice(next.readerIndex(), taken)));
            room -= taken;
            in.removeBytes(taken);
          }
        }
      };

  final Outbound outbound = new Outbound(TOTAL_BYTES, 2);
  final Loop loop;
  int flushes;
  boolean healthy = true;

  private final List<ByteBuf> sent = new ArrayList<>();

  Wire(int maxSessions) {
    this(maxSessions, new Door.Open());
  }

  Wire(int maxSessions, Door door) {
    this(maxSessions, door, Origins.NONE);
  }

  Wire(int maxSessions, Door door, Origins origins) {
    this(maxSessions, door, origins, 1_000_000);
  }

  Wire(int maxSessions, Door door, Origins origins, int arrivalsPerSecond) {
    Admission admission = new Admission(maxSessions, 0);
    loop =
        new Loop(
            channel.eventLoop(),
            0,
            4,
            settings(maxSessions, 10, origins, 0, arrivalsPerSecond, SocketIo.AUTO),
            admission,
            outbound,
            log,
            door,
            metrics,
            now::get,
            () -> TimeUnit.NANOSECONDS.toMillis(now.get()));
    loop.open(17);
    channel.freezeTime();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(16 * 1024, 32 * 1024));
    channel
        .pipeline()
        .addLast(
            new ChannelDuplexHandler() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof Runnable turn) {
                  turn.run();
                } else {
                  ctx.fireChannelRead(message);
                }
              }

              @Override
              public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
              }
            });
    Server.addHttp(channel.pipeline(), loop, new Readiness(health(), admission, new Fullness()));
  }

  static ServerSettings settings(int maxSessions, int requestSeconds, Origins origins) {
    return settings(maxSessions, requestSeconds, origins, 0, 1_000_000, SocketIo.AUTO);
  }

  static ServerSettings settings(
      int maxSessions,
      int requestSeconds,
      Origins origins,
      int perAddress,
      int arrivalsPerSecond,
      SocketIo io) {
    return new ServerSettings(
        "127.0.0.1",
        0,
        io,
        3,
        1,
        maxSessions,
        perAddress,
        arrivalsPerSecond,
        16 * 1024,
        6,
        true,
        TimeUnit.SECONDS.toNanos(requestSeconds),
        TimeUnit.MILLISECONDS.toNanos(50),
        new SessionLimits(
            TimeUnit.SECONDS.toNanos(10),
            TimeUnit.SECONDS.toNanos(10),
            TimeUnit.SECONDS.toNanos(25),
            TimeUnit.SECONDS.toNanos(20),
            TimeUnit.SECONDS.toNanos(MAX_AGE_SECONDS),
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.SECONDS.toNanos(2),
            1000,
            256),
        origins,
        60_000,
        0,
        200_000,
        TOTAL_BYTES,
        new Progress.Bounds(100_000, 32 * 1024, TimeUnit.SECONDS.toNanos(10)));
  }

  private Health.Source health() {
    return new Health.Source() {
      @Override
      public Health live() {
        return new Health(List.of(new Health.Check("threads", true, "running")));
      }

      @Override
      public Health ready() {
        return new Health(List.of(new Health.Check("slot", healthy, "held \"3\"")));
      }
    };
  }

  /** Sends bytes as the client. */
  void send(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes).retain();
    sent.add(buffer);
    channel.writeInbound(buffer);
    channel.runPendingTasks();
  }

  void send(String bytes) {
    send(bytes.getBytes(UTF_8));
  }

  void upgrade() {
    send(REQUEST + "\r\n");
    read();
  }

  /** Upgrades, says hello, and is welcomed at seq 0. */
  void attach() {
    upgrade();
    text(HELLO);
    obey(1, new InboxCommand.Attach(7, 0, new byte[] {'W'}));
    read();
  }

  /** Asks for a stream of alice's, as a browser does. */
  void ask(String parameters, String... headers) {
    send(
        "GET /v1/stream?"
            + parameters
            + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
            + String.join("", headers)
            + "\r\n");
  }

  /** Asks for a stream, and is welcomed at seq 0. */
  void stream(String parameters) {
    ask("user=alice&device=phone" + parameters);
    welcome();
    read();
  }

  /** A WebSocket's frame, with a head of four or ten bytes. */
  static byte[] frame(String json) {
    byte[] utf8 = json.getBytes(UTF_8);
    int head = utf8.length <= 0xffff ? 4 : 10;
    byte[] frame = new byte[head + utf8.length];
    frame[1] = (byte) (head == 4 ? 126 : 127);
    System.arraycopy(utf8, 0, frame, head, utf8.length);
    return frame;
  }

  void welcome() {
    obey(1, new InboxCommand.Attach(7, 0, WELCOME));
  }

  void text(String json) {
    frame(TEXT, json.getBytes(UTF_8));
  }

  void frame(int head, byte[] payload) {
    send(masked(head, payload));
  }

  static byte[] masked(int head, byte[] payload) {
    byte[] mask = {1, 2, 3, 4};
    int header = payload.length <= 125 ? 2 : 4;
    byte[] wire = new byte[header + 4 + payload.length];
    wire[0] = (byte) head;
    if (header == 2) {
      wire[1] = (byte) (0x80 | payload.length);
    } else {
      wire[1] = (byte) (0x80 | 126);
      wire[2] = (byte) (payload.length >> 8);
      wire[3] = (byte) payload.length;
    }
    System.arraycopy(mask, 0, wire, header, 4);
    for (int i = 0; i < payload.length; i++) {
      wire[header + 4 + i] = (byte) (payload[i] ^ mask[i % 4]);
    }
    return wire;
  }

  /** Does all of it in one turn of the event loop. */
  void turn(Runnable turn) {
    // As a message, because an embedded channel runs its tasks after every write otherwise.
    channel.writeInbound(turn);
    channel.runPendingTasks();
  }

  /** An inbox batch of one command for session {@code n} of the incarnation that is open. */
  void obey(long n, InboxCommand command) {
    turn(() -> loop.obey(List.of(new Addressed(17, n, "default/alice", command))));
  }

  /** The client stops reading. */
  void stall() {
    room = 0;
  }

  /** The client reads so many bytes. */
  void letPass(long bytes) {
    room = bytes;
    channel.unsafe().flush();
    channel.runPendingTasks();
  }

  /** The client reads what has been written so far, and no more. */
  void letPassWritten() {
    AtomicLong written = new AtomicLong();
    try {
      channel
          .unsafe()
          .outboundBuffer()
          .forEachFlushedMessage(
              message -> {
                written.addAndGet(((ByteBuf) message).readableBytes());
                return true;
              });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    letPass(written.get());
  }

  /** How much waits for the client to read it. */
  long pendingBytes() {
    return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
  }

  /** A client of HTTP/2 that has begun; its first stream is 3, since 1 is an upgrade's here. */
  TestHttp2 http2() throws IOException {
    return TestHttp2.open(
        new Inflow(),
        new OutputStream() {
          @Override
          public void write(int next) {
            send(new byte[] {(byte) next});
          }

          @Override
          public void write(byte[] some) {
            send(some);
          }
        });
  }

  /** What has reached the client so far; more may follow its end. */
  private final class Inflow extends InputStream {
    private byte[] all = {};
    private int at;
    private int marked;

    @Override
    public int read() {
      if (at == all.length) {
        byte[] more = readBytes();
        all = Arrays.copyOf(all, at + more.length);
        System.arraycopy(more, 0, all, at, more.length);
      }
      return at == all.length ? -1 : all[at++] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int most) {
      if (read() < 0) {
        return -1;
      }
      at--;
      int count = Math.min(most, all.length - at);
      System.arraycopy(all, at, into, from, count);
      at += count;
      return count;
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public void mark(int most) {
      marked = at;
    }

    @Override
    public void reset() {
      at = marked;
    }
  }

  /** Moves all clocks, a second at a time, and ticks. */
  void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now.addAndGet(TimeUnit.SECONDS.toNanos(1));
      for (int slice = 0; slice < 10; slice++) {
        loop.tick();
      }
      channel.runPendingTasks();
    }
  }

  /** Runs timers that are due within so many milliseconds. */
  void wait(int millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** Everything that has reached the client since the last call. */
  byte[] readBytes() {
    ByteBuf all = Unpooled.buffer();
    ByteBuf part;
    while ((part = channel.readOutbound()) != null) {
      all.writeBytes(part);
      part.release();
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  String read() {
    return new String(readBytes(), UTF_8);
  }

  /** The close frame that has reached the client last: {@code code reason}. */
  String readClose() {
    byte[] bytes = readBytes();
    for (int i = 0; i + 3 < bytes.length; i++) {
      boolean close = bytes[i] == (byte) 0x88 && bytes[i + 1] == bytes.length - i - 2;
      if (close) {
        int code = ((bytes[i + 2] & 0xff) << 8) | (bytes[i + 3] & 0xff);
        Charset utf8 = UTF_8;
        return code + " " + new String(bytes, i + 4, bytes.length - i - 4, utf8);
      }
    }
    return "no close in " + new String(bytes, UTF_8);
  }

  /** The network breaks. */
  void cut() {
    channel.close().syncUninterruptibly();
    channel.runPendingTasks();
  }

  /** Ends everything; whether every buffer of the client's was let go. */
  boolean finish() {
    channel.finishAndReleaseAll();
    metrics.close();
    return sent.stream().allMatch(buffer -> buffer.refCnt() == 1);
  }
}
