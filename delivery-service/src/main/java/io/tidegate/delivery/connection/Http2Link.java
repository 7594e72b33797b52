package io.tidegate.delivery.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.session.FrameBudget;
import io.tidegate.delivery.session.Progress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/2. Each of its streams is served as if it were a connection of HTTP/1.1 for
 * one request, by the same handlers, so that deadlines, slow clients and sessions are its own; here
 * is what they have in common: the connection's age, its idle time, its socket and its end.
 *
 * <p>A stream that we reset is let go of when the socket has taken the reset. Until then what it
 * was sent stays, and counts here; a socket that takes nothing ends the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class Http2Link extends Registered {
  private static final Logger LOGGER = LoggerFactory.getLogger(Http2Link.class);

  private enum Phase {
    OPEN,
    /** The client was told to begin nothing more here; what it does begin is served. */
    LEAVING,
    /** And the time for what was under way is over: what it begins is refused. */
    SHUT,
    /** The end is on its way. */
    ENDING
  }

  private final Loop loop;
  private final Http2Codec codec;

  /** Set when the handler is added, before anything else can happen. */
  @SuppressWarnings("NullAway.Init")
  private ChannelHandlerContext context;

  private Phase phase = Phase.OPEN;

  /** Of a connection without a request. */
  private long deadline;

  /** When the client is told to go; once it was told, when to refuse more. */
  private long leaveAt;

  /** The last stream that the client had begun when that was looked at. */
  private int lastStream;

  /** Bytes of answers and events that the socket has taken, of all streams. */
  private long taken;

  /** Bytes of streams that are closed, which the socket has not taken. */
  private long left;

  /** Of those; null: there are none. */
  private @Nullable Progress progress;

  /** Whether they were more than may be, and are to be gone at the next look. */
  private boolean asked;

  // Of the last look: what the socket was to take next, how much of it and of all it had taken, and
  // since when it has been so.
  private int next;
  private long nextTaken;
  private long takenThen;
  private long standsSince;

  private Http2Link(Loop loop, Http2Codec codec) {
    this.loop = loop;
    this.codec = codec;
  }

  /** Makes a connection that nothing was read from one of HTTP/2. */
  static void to(ChannelPipeline pipeline, Loop loop, Readiness readiness) {
    FrameBudget budget = new FrameBudget(loop.settings().session().framesPerSecond(), loop.now());
    Http2Codec codec =
        Http2Codec.create(
            Server.MAX_LINE_CHARS + Server.MAX_HEADER_BYTES,
            error -> loop.metrics().http2Error(error.name()));
    Http2Link link = new Http2Link(loop, codec);
    // First, since the new handlers begin to speak as they come.
    pipeline.remove(HttpServerCodec.class);
    pipeline.remove(HttpHandler.class);
    pipeline
        .addLast(new FrameMeter(budget, loop::now))
        .addLast(codec)
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.config().setWriteBufferWaterMark(Server.WATER_MARK);
                    stream
                        .pipeline()
                        .addLast(new StreamCodec(link, budget, loop.metrics()))
                        .addLast(new HttpHandler(loop, readiness));
                  }
                }))
        .addLast(link);
    EventStreamHandler.noticeSilence(pipeline.channel(), loop.settings().session());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    long now = loop.now();
    long age = loop.settings().session().age();
    deadline = now + loop.settings().requestNanos();
    leaveAt = now + age - age / 4 + ThreadLocalRandom.current().nextLong(age / 2 + 1);
    loop.add(this);
    loop.metrics().http2Opened();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
    loop.metrics().http2Ended();
  }

  @Override
  void tick(long now) {
    recount();
    if (phase != Phase.ENDING && isTooSlow(now)) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(loop.settings().progress().nanos());
      cut("its connection took next to nothing in " + seconds + " s", now);
      return;
    }
    boolean used = codec.connection().numActiveStreams() > 0;
    int newest = codec.connection().remote().lastStreamCreated();
    if (used || newest != lastStream) {
      lastStream = newest;
      deadline = now + loop.settings().requestNanos();
    }
    boolean due = now - leaveAt >= 0;
    switch (phase) {
      case OPEN -> {
        if (!used && now - deadline >= 0) {
          end();
        } else if (due) {
          leave(now);
        }
      }
      case LEAVING -> {
        if (!used) {
          end();
        } else if (due) {
          phase = Phase.SHUT;
          context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
      }
      case SHUT -> {
        if (!used) {
          end();
        }
      }
      case ENDING -> context.close();
    }
  }

  /** Names the last stream that was served, and closes; who does not take it is cut at a look. */
  private void end() {
    phase = Phase.ENDING;
    context
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR))
        .addListener(ChannelFutureListener.CLOSE);
  }

  // What waits at its socket.

  /** The socket has taken so many bytes of a stream. */
  void took(int bytes) {
    taken += bytes;
  }

  /** So many bytes more, or less, are of streams that are closed, and not taken. */
  void leaves(long bytes) {
    left += bytes;
    asked &= left > 0;
    recount();
  }

  @Override
  void recount() {
    loop.waits(this, left);
  }

  private boolean isTooSlow(long now) {
    Progress.Bounds bounds = loop.settings().progress();
    if (left == 0) {
      progress = null;
    } else {
      if (progress == null) {
        progress = new Progress(bounds, taken, now);
      }
      progress.look(left, taken, now);
      if (progress.isTooSlow()) {
        return true;
      }
    }
    ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
    // Which one it is, of those that are there, without holding it.
    int head = buffer == null ? 0 : System.identityHashCode(buffer.current());
    long headTaken = buffer == null ? 0 : buffer.currentProgress();
    if (head == 0 || head != next || headTaken != nextTaken || taken != takenThen) {
      next = head;
      nextTaken = headTaken;
      takenThen = taken;
      standsSince = now;
    }
    return now - standsSince >= bounds.nanos();
  }

  /** What was closed is gone at the next look, or the connection is. */
  @Override
  void relieve(long now) {
    if (asked) {
      loop.metrics().relieved();
      cut("too much waits for all clients, and its connection does not take what it was sent", now);
    }
    asked = true;
  }

  @Override
  boolean isLeaving() {
    return asked;
  }

  private void cut(String detail, long now) {
    phase = Phase.ENDING;
    for (ConnectionHandler session : loop.handlers()) {
      if (context.channel().equals(session.context().channel().parent())) {
        session.close(CloseCode.SLOW, detail, now);
      }
    }
    context.close();
  }

  /** Behind what its streams were told in this turn. */
  @Override
  void farewell() {
    Tasks.execute(loop.thread(), () -> leave(loop.now()));
  }

  private void leave(long now) {
    if (phase == Phase.OPEN && context.channel().isActive()) {
      phase = Phase.LEAVING;
      leaveAt = now + loop.settings().requestNanos();
      Http2GoAwayFrame goAway = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      // None that is under way is lost (RFC 9113, 6.8).
      context.writeAndFlush(goAway.setExtraStreamIds(Integer.MAX_VALUE));
    }
  }

  /** What is about the connection: settings, pings, and that the client goes away. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof Http2Exception) {
      return; // The client is told, and the connection closed, where it came from.
    }
    if (!TlsEntrance.isOfTheOtherSide(cause)) {
      loop.metrics().fault();
      LOGGER.atError().setCause(cause).log("HTTP/2 connection closed after a fault of ours");
    }
    ctx.close();
  }
}
