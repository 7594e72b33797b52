package io.tidegate.ingest.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import io.tidegate.ingest.http2.AnswerSink;
import io.tidegate.ingest.http2.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's HTTP/2 without a thread and without a socket: bytes go in, and those that come of it are
 * written through the {@link Guard}. Nothing is touched without the lock, and each step under it
 * ends with what it had to say on its way to the client.
 */
final class Http2Channel {
  private static final Logger LOGGER = LoggerFactory.getLogger(Http2Channel.class);

  /** A DATA frame's; one of each stream at most waits for the client's window. */
  private static final int WRITE_BYTES = 16 * 1024;

  private final Guard guard;
  private final Http2Codec codec;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ReentrantLock lock = new ReentrantLock();

  /** A step was made. */
  private final Condition progress = lock.newCondition();

  private boolean opened;

  /** No frame comes any more, so that no window grows. */
  private boolean inputEnded;

  /**
   * @param frames and {@code streams} are called within {@link #receive}
   * @param faults is told of each error that the client is told of
   */
  Http2Channel(
      Guard guard,
      Http2FrameListener frames,
      Http2Connection.Listener streams,
      int maxHeadBytes,
      Consumer<Http2Error> faults) {
    this.guard = guard;
    this.codec = Http2Codec.create(frames, maxHeadBytes, faults);
    codec.connection().addListener(streams);
  }

  /** What is done with the lock. */
  interface Step {
    void run() throws Http2Exception;
  }

  /**
   * @throws IOException if the client has gone
   */
  void locked(Step step) throws IOException {
    lock.lock();
    try {
      step.run();
      send();
    } catch (Http2Exception e) {
      throw new IOException(e);
    } finally {
      progress.signalAll();
      lock.unlock();
    }
  }

  /** As {@link #locked}; that the client has gone makes no difference. */
  void tryLocked(Step step) {
    try {
      locked(step);
    } catch (IOException e) {
      LOGGER.atTrace().setCause(e).log("the client has gone");
    }
  }

  /** Waits for the steps of other threads, without the lock meanwhile. */
  void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      progress.awaitUninterruptibly();
    }
  }

  Http2Connection connection() {
    return codec.connection();
  }

  void open() throws Http2Exception {
    channel.config().setAllocator(new UnpooledByteBufAllocator(false));
    channel.pipeline().addLast(codec);
    opened = true;
    Http2LocalFlowController window = connection().local().flowController();
    Http2Stream all = connection().connectionStream();
    window.incrementWindowSize(
        all, Http2Codec.CONNECTION_WINDOW_BYTES - window.initialWindowSize(all));
    flush();
  }

  void receive(byte[] bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  boolean isPrefaceRead() {
    return codec.decoder().prefaceReceived();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** No more comes, and nobody who waits for the client waits any longer. */
  void endInput(Http2StreamVisitor streams) throws Http2Exception {
    inputEnded = true;
    connection().forEachActiveStream(streams);
  }

  /** Ends all streams. */
  void close() {
    inputEnded = true;
    channel.finishAndReleaseAll();
  }

  /** Takes no more requests. */
  void goAway() {
    if (opened && channel.isOpen()) {
      var _ =
          codec.goAway(
              handler(),
              connection().remote().lastStreamCreated(),
              Http2Error.NO_ERROR.code(),
              Unpooled.EMPTY_BUFFER,
              channel.newPromise());
      flush();
    }
  }

  /** Ends a stream that has not ended. */
  void reset(int streamId, Http2Error error) {
    if (isThere(streamId)) {
      var _ = codec.resetStream(handler(), streamId, error.code(), channel.newPromise());
      flush();
    }
  }

  /** So many bytes were read of a body: the client may send more. */
  void consumed(int streamId, int bytes) throws Http2Exception {
    Http2Stream stream = connection().stream(streamId);
    if (stream != null
        && channel.isOpen()
        && connection().local().flowController().consumeBytes(stream, bytes)) {
      flush();
    }
  }

  /** With the lock. What is for a stream that was reset is dropped. */
  AnswerSink sink(int streamId) {
    return new AnswerSink() {
      @Override
      public void head(int status, List<Field> fields, boolean end) {
        if (isThere(streamId)) {
          Http2Headers headers = new DefaultHttp2Headers(false, fields.size() + 1);
          headers.status(Integer.toString(status));
          fields.forEach(field -> headers.add(field.name(), field.value()));
          var _ =
              codec
                  .encoder()
                  .writeHeaders(handler(), streamId, headers, 0, end, channel.newPromise());
        }
      }

      @Override
      public void body(byte[] bytes, int offset, int length, boolean end) {
        int at = offset;
        int last = offset + length;
        do {
          int piece = Math.min(WRITE_BYTES, last - at);
          data(streamId, bytes, at, piece, end && at + piece == last);
          at += piece;
        } while (at < last && isThere(streamId));
      }
    };
  }

  /** Returns once the client's window had room for it, or there is no such client. */
  private void data(int streamId, byte[] bytes, int offset, int length, boolean end) {
    if (!isThere(streamId)) {
      return;
    }
    ChannelPromise written = channel.newPromise();
    ByteBuf data = Unpooled.wrappedBuffer(bytes, offset, length);
    var _ = codec.encoder().writeData(handler(), streamId, data, 0, end, written);
    flush();
    try {
      send();
      await(() -> written.isDone() || inputEnded);
    } catch (IOException e) {
      LOGGER.atTrace().setCause(e).log("the client has gone");
    }
  }

  private boolean isThere(int streamId) {
    return channel.isOpen() && connection().stream(streamId) != null;
  }

  void flush() {
    if (channel.isOpen()) {
      codec.flush(handler());
    }
  }

  /** Only while the channel is open. */
  private ChannelHandlerContext handler() {
    return channel.pipeline().context(codec);
  }

  /** Frames that come together leave together. */
  private void send() throws IOException {
    byte[] bytes = outbound();
    if (bytes != null) {
      try {
        guard.writeInTime(bytes);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  private byte @Nullable [] outbound() {
    ByteBuf frame = channel.readOutbound();
    if (frame == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    for (; frame != null; frame = channel.readOutbound()) {
      bytes.writeBytes(ByteBufUtil.getBytes(frame));
      frame.release();
    }
    return bytes.toByteArray();
  }
}
