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
import io.tidegate.contract.http2.Field;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.http2.AnswerSink;
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

  /** Of an answer that waits for the client's window: Helidon's and ours. */
  private static final int COPIES = 2;

  private final Guard guard;
  private final Admission.Permit permit;
  private final Runnable closed;
  private final Http2Codec codec;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ReentrantLock lock = new ReentrantLock();

  /** What was to be written is, or a request has ended. */
  private final Condition progress = lock.newCondition();

  private boolean opened;

  /** No frame comes any more, so that no window grows. */
  private boolean inputEnded;

  /**
   * @param permit for answers that wait
   * @param frames and {@code streams} are called within {@link #receive}
   * @param closed is told that HTTP/2 has ended, for an error; must not block
   * @param faults is told of each error that the client is told of
   */
  Http2Channel(
      Guard guard,
      Admission.Permit permit,
      Http2FrameListener frames,
      Http2Connection.Listener streams,
      int maxHeadBytes,
      Consumer<Http2Error> faults,
      Runnable closed) {
    this.guard = guard;
    this.permit = permit;
    this.closed = closed;
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
      if (opened && !channel.isOpen() && !inputEnded) {
        closed.run();
      }
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

  /** A request has ended. */
  void signal() {
    progress.signalAll();
  }

  /** Waits, without the lock, for the end of requests or of the input. */
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
    progress.signalAll();
    connection().forEachActiveStream(streams);
  }

  /** Ends all streams. */
  void close() {
    inputEnded = true;
    progress.signalAll();
    try {
      channel.finishAndReleaseAll();
    } catch (RuntimeException e) {
      LOGGER.atDebug().setCause(e).log("the end of a connection");
    }
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

  /** Ends a stream that has not ended; no error only where the whole answer was sent. */
  void reset(int streamId, Http2Error error) {
    if (isThere(streamId)) {
      boolean cut = connection().stream(streamId).state().localSideOpen();
      Http2Error said = cut && error == Http2Error.NO_ERROR ? Http2Error.CANCEL : error;
      var _ = codec.resetStream(handler(), streamId, said.code(), channel.newPromise());
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
        boolean going = true;
        do {
          int piece = Math.min(WRITE_BYTES, last - at);
          long waiting = (long) last - at;
          ByteBuf data = Unpooled.wrappedBuffer(bytes, at, piece);
          at += piece;
          going = isThere(streamId) && data(streamId, data, end && at == last, waiting);
        } while (going && at < last);
      }
    };
  }

  /**
   * Returns once the client's window had room for it; false: there is no such client, or no room
   * for who waits.
   *
   * @param waiting bytes that wait if that does
   */
  private boolean data(int streamId, ByteBuf data, boolean end, long waiting) {
    ChannelPromise written = channel.newPromise();
    var _ = codec.encoder().writeData(handler(), streamId, data, 0, end, written);
    flush();
    if (written.isDone()) {
      return true;
    }
    if (!permit.grow(COPIES * waiting)) {
      reset(streamId, Http2Error.ENHANCE_YOUR_CALM);
      return false;
    }
    try {
      var _ = written.addListener(_ -> progress.signalAll());
      send();
      await(() -> written.isDone() || inputEnded);
      return written.isSuccess();
    } catch (IOException e) {
      LOGGER.atTrace().setCause(e).log("the client has gone");
      return false;
    } finally {
      permit.shrink(COPIES * waiting);
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
