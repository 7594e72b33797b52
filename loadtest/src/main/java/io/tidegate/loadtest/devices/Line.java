package io.tidegate.loadtest.devices;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.tidegate.loadtest.devices.rule.Ending;
import io.tidegate.loadtest.devices.wire.AnswerHead;
import io.tidegate.loadtest.devices.wire.MalformedException;
import io.tidegate.loadtest.devices.wire.Rest;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that asks one thing in HTTP and then reads, until it ends; that is told once. What
 * is read is copied into the loop's own array, and what is not whole yet is kept.
 */
abstract class Line extends ChannelInboundHandlerAdapter {
  /** For the other side's end, after ours was said. */
  private static final long CLOSING_MILLIS = 2_000;

  final DeviceLoop loop;
  private final Rest rest = new Rest();
  private @Nullable Channel channel;
  private boolean hasHead;
  private boolean over;

  Line(DeviceLoop loop) {
    this.loop = loop;
  }

  /** Begins to connect. */
  void dial(int number) {
    channel =
        loop.dialer()
            .dial(loop.eventLoop(), number, this, failure -> end(Ending.lost(word(failure))));
    if (over) {
      var _ = channel.close();
    }
  }

  /** The connection is there; what it begins with, null: nothing yet. */
  abstract @Nullable ByteBuf request();

  /** The answer has begun. */
  abstract void answered(AnswerHead head) throws MalformedException;

  /**
   * Reads what follows the answer's head.
   *
   * @return up to where; what is behind comes again with more
   */
  abstract int read(byte[] bytes, int from, int to, long nanos) throws MalformedException;

  /**
   * Takes off what is around the bytes behind the head, in place.
   *
   * @return where they end now
   */
  int unwrap(byte[] bytes, int from, int to) throws MalformedException {
    return to;
  }

  /** Everything that came at once was read. */
  void readAll(long nanos) {}

  /** The connection ended; called once, whoever ended it. */
  abstract void ended(Ending ending);

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    loop.tally().sockets.incrementAndGet();
    ByteBuf request = request();
    if (request != null) {
      write(request);
    }
  }

  final void write(ByteBuf bytes) {
    Channel open = channel;
    if (open == null || over) {
      bytes.release();
    } else {
      var _ = open.writeAndFlush(bytes, open.voidPromise());
    }
  }

  final ByteBufAllocator alloc() {
    return PooledByteBufAllocator.DEFAULT;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    long nanos = System.nanoTime();
    ByteBuf in = (ByteBuf) message;
    try {
      if (!over) {
        take(in, nanos);
      }
    } catch (MalformedException e) {
      end(Ending.lost(Words.MALFORMED));
    } finally {
      in.release();
    }
    if (!over) {
      readAll(nanos);
    }
  }

  private void take(ByteBuf in, long nanos) throws MalformedException {
    int length = in.readableBytes();
    byte[] bytes = loop.scratch(length);
    in.readBytes(bytes, 0, length);
    int from = 0;
    if (!hasHead) {
      if (!rest.isEmpty()) {
        rest.add(bytes, 0, length);
        bytes = rest.bytes();
        length = rest.length();
      }
      from = AnswerHead.end(bytes, 0, length);
      if (from < 0) {
        if (rest.isEmpty()) {
          rest.add(bytes, 0, length);
        }
        return;
      }
      hasHead = true;
      if (!rest.isEmpty()) {
        bytes = bytes.clone();
        rest.dropBefore(length);
      }
      answered(AnswerHead.read(bytes, 0, from));
    }
    if (!over) {
      body(bytes, from, unwrap(bytes, from, length), nanos);
    }
  }

  /** Another answer begins. */
  final void awaitHead() {
    hasHead = false;
  }

  private void body(byte[] bytes, int from, int to, long nanos) throws MalformedException {
    if (rest.isEmpty()) {
      int done = read(bytes, from, to, nanos);
      rest.add(bytes, done, to);
    } else {
      rest.add(bytes, from, to);
      rest.dropBefore(read(rest.bytes(), 0, rest.length(), nanos));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    loop.tally().sockets.decrementAndGet();
    end(Ending.lost(Words.CUT));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    String word = word(cause);
    if (word.equals(Words.FAULT)) {
      loop.tally().fault.compareAndSet(null, cause);
    }
    end(Ending.lost(word));
  }

  private static String word(Throwable cause) {
    return switch (cause) {
      case ConnectTimeoutException _ -> Words.TIMEOUT;
      case BindException _ -> Words.NO_ADDRESS;
      case ConnectException e when isWithoutAddress(e) -> Words.NO_ADDRESS;
      case ConnectException _ -> Words.REFUSED;
      case SSLException _ -> Words.TLS;
      case DecoderException _ -> Words.TLS;
      case IOException _ -> Words.CUT;
      default -> Words.FAULT;
    };
  }

  /** What Linux says where no port of the local address is left. */
  private static boolean isWithoutAddress(ConnectException e) {
    return String.valueOf(e.getMessage()).contains("assign requested address");
  }

  final boolean isOver() {
    return over;
  }

  /** Ends the connection, which it was told is over. */
  final void end(Ending ending) {
    if (!over) {
      finish(ending);
      Channel open = channel;
      if (open != null) {
        var _ = open.close();
      }
    }
  }

  private void finish(Ending ending) {
    over = true;
    ended(ending);
  }

  /** Ends it with a reset, as a cable that is cut looks to the other side once it speaks again. */
  final void cut(Ending ending) {
    Channel open = channel;
    if (over) {
      return;
    }
    if (open != null) {
      try {
        open.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) {
        // It is closed already.
      }
    }
    finish(ending);
    if (open != null) {
      // Without the last word of TLS.
      ChannelHandlerContext first = open.pipeline().firstContext();
      var _ = first == null ? open.close() : first.close();
    }
  }

  /** Ends it behind what was written, and behind that last word; the other side may read both. */
  final void leave(Ending ending, ByteBuf last) {
    Channel open = channel;
    if (over || open == null || !hasHead || !open.isActive()) {
      last.release();
      end(ending);
      return;
    }
    var _ = open.writeAndFlush(last, open.voidPromise());
    // Its close comes behind all that it has written.
    open.config().setAutoRead(true);
    var _ = loop.eventLoop().schedule(() -> closeNow(open), CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    finish(ending);
  }

  private static void closeNow(Channel channel) {
    var _ = channel.close();
  }

  final void setReading(boolean reading) {
    Channel open = channel;
    if (open != null && !over) {
      open.config().setAutoRead(reading);
    }
  }
}
