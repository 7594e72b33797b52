package io.tidegate.ingest.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.tidegate.contract.http2.Field;
import io.tidegate.contract.http2.MalformedException;
import io.tidegate.contract.http2.RequestHead;
import io.tidegate.ingest.admission.Admission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/2 on one connection (RFC 9113). The connection's thread reads; each request has a thread of
 * its own, on which Helidon serves it as if it were alone on a connection of HTTP/1.1, with a guard
 * of its own ({@link Http2Exchange}).
 *
 * <p>Bounded: requests at once; what has come and is not read, of a body, of a connection, and with
 * everyone's in the admission; and with it what of an answer the client does not take. Whoever is
 * slow holds up no other request.
 */
final class Http2Session implements Upgraded {
  private static final Logger LOGGER = LoggerFactory.getLogger(Http2Session.class);

  /** Serves one request to its end, on the calling thread. */
  interface Serving {
    void serve(Http2Exchange exchange) throws InterruptedException;
  }

  private final HelidonSocket socket;
  private final Guard guard;
  private final Serving serving;
  private final Admission.Permit permit;
  private final Http2Channel channel;
  private final Http2Connection.PropertyKey exchangeKey;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final long lingerBytes;

  /** Requests that are answered, and of which more comes. */
  private final AtomicInteger lingering = new AtomicInteger();

  /** With the lock of the channel, as all that follows. */
  private int running;

  private boolean prefaceRead;
  private boolean draining;

  /**
   * @param socket the connection's
   * @param lingerBytes how much is read and dropped behind an answer that did not wait for it
   * @param faults is told of each error that the client is told of
   */
  Http2Session(
      HelidonSocket socket,
      Guard guard,
      Serving serving,
      Admission admission,
      int maxHeadBytes,
      long lingerBytes,
      Consumer<Http2Error> faults) {
    this.lingerBytes = lingerBytes;
    this.socket = socket;
    this.guard = guard;
    this.serving = serving;
    this.permit = admission.ahead();
    this.channel =
        new Http2Channel(
            guard, permit, new Frames(), new Streams(), maxHeadBytes, faults, this::closeSoon);
    this.exchangeKey = channel.connection().newKey();
  }

  @Override
  public void serve(DataReader in) {
    boolean takesAnswers = false;
    try {
      channel.locked(channel::open);
      while (channel.isOpen()) {
        BufferData buffer = in.readBuffer();
        byte[] bytes = new byte[buffer.available()];
        buffer.read(bytes);
        channel.locked(() -> receive(bytes));
      }
      guard.leaveUnread();
    } catch (DataReader.InsufficientDataAvailableException e) {
      takesAnswers = true;
    } catch (CloseConnectionException | IOException e) {
      LOGGER.atTrace().setCause(e).log("the client has gone");
    } catch (RuntimeException e) {
      LOGGER.atWarn().setCause(e).log("a connection failed");
    } finally {
      finish(takesAnswers);
    }
  }

  private void receive(byte[] bytes) {
    channel.receive(bytes);
    if (!prefaceRead && channel.isPrefaceRead()) {
      prefaceRead = true;
      guard.awaitRequests();
    }
  }

  /** What Netty makes of the bytes that come. */
  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean endOfStream)
        throws Http2Exception {
      onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int padding,
        boolean endOfStream)
        throws Http2Exception {
      Http2Stream stream = channel.connection().stream(streamId);
      Http2Exchange known = stream.getProperty(exchangeKey);
      if (known != null) {
        end(known); // Trailers, of which none mean anything to us.
        return;
      }
      if (running >= Http2Codec.MAX_SERVED || draining) {
        throw Http2Exception.streamError(
            streamId, Http2Error.REFUSED_STREAM, "more requests than may be at once");
      }
      RequestHead head = head(streamId, headers, !endOfStream);
      Http2Exchange exchange =
          new Http2Exchange(Http2Session.this, streamId, socket, head, !endOfStream);
      stream.setProperty(exchangeKey, exchange);
      start(exchange);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
        throws Http2Exception {
      Http2Exchange exchange = channel.connection().stream(streamId).getProperty(exchangeKey);
      int length = data.readableBytes();
      int done = length + padding;
      if (exchange == null) {
        return done;
      }
      if (length > 0 && put(exchange, ByteBufUtil.getBytes(data))) {
        done = padding;
      }
      if (endOfStream) {
        end(exchange);
      }
      return done;
    }
  }

  private static RequestHead head(int streamId, Http2Headers headers, boolean bodyFollows)
      throws Http2Exception {
    List<Field> fields = new ArrayList<>(headers.size());
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      fields.add(new Field(header.getKey().toString(), header.getValue().toString()));
    }
    try {
      return RequestHead.of(fields, bodyFollows);
    } catch (MalformedException e) {
      throw malformed(streamId, e);
    }
  }

  /** False: nobody will read it. */
  private boolean put(Http2Exchange exchange, byte[] bytes) throws Http2Exception {
    if (!permit.grow(bytes.length)) {
      exchange.endForWantOfRoom();
      return false;
    }
    boolean kept = false;
    try {
      kept = exchange.put(bytes);
      return kept;
    } catch (MalformedException e) {
      throw malformed(exchange.stream(), e);
    } finally {
      if (!kept) {
        permit.shrink(bytes.length);
      }
    }
  }

  private static void end(Http2Exchange exchange) throws Http2Exception {
    try {
      exchange.end();
    } catch (MalformedException e) {
      throw malformed(exchange.stream(), e);
    }
  }

  private static Http2Exception malformed(int streamId, MalformedException e) {
    return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, e, "%s", e.getMessage());
  }

  private void start(Http2Exchange exchange) {
    running++;
    if (running == 1) {
      guard.busy(true);
    }
    Thread.ofVirtual().name("tidegate-ingest-http2").start(() -> run(exchange));
  }

  private void run(Http2Exchange exchange) {
    try {
      serving.serve(exchange);
    } catch (CloseConnectionException | UncheckedIOException e) {
      LOGGER.atTrace().setCause(e).log("a request's client has gone");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.atWarn().setCause(e).log("a request failed");
    } finally {
      channel.tryLocked(() -> ended(exchange));
    }
    leave(exchange);
  }

  private void ended(Http2Exchange exchange) {
    running--;
    if (running == 0) {
      guard.busy(false);
      channel.signal();
    }
    if (!exchange.isAnswered()) {
      channel.reset(exchange.stream(), Http2Error.INTERNAL_ERROR);
    }
    if (draining && running == 0) {
      closeSoon();
    }
  }

  /**
   * What the client still sends behind its answer nobody wants: it is dropped for a while, and then
   * the client is told. Those of a connection share what may be dropped.
   */
  private void leave(Http2Exchange exchange) {
    if (!exchange.leave()) {
      return;
    }
    int sharers = lingering.incrementAndGet();
    try {
      exchange.linger(Guard.LINGER_NANOS, lingerBytes / sharers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lingering.decrementAndGet();
    }
    channel.tryLocked(() -> channel.reset(exchange.stream(), Http2Error.NO_ERROR));
  }

  /**
   * Closes once the client has, or after a second: what it still sends, such as a window's growth,
   * would make the kernel send a reset, which can destroy what we sent last.
   */
  private void closeSoon() {
    if (closing.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .start(
              () -> {
                if (!awaitFinished()) {
                  guard.close();
                }
              });
    }
  }

  /** False: not within the time to linger. */
  private boolean awaitFinished() {
    try {
      return finished.await(Guard.LINGER_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends what is not answered in time. On another thread: the lock's owner may wait long. */
  void cancel(Http2Exchange exchange) {
    Thread.ofVirtual()
        .start(
            () -> {
              if (exchange.isAnswered()) {
                leave(exchange);
              } else {
                channel.tryLocked(() -> channel.reset(exchange.stream(), Http2Error.CANCEL));
              }
            });
  }

  /** So many bytes of a body were read, or dropped: the client may send more. */
  void consumed(int streamId, int bytes) {
    permit.shrink(bytes);
    channel.tryLocked(() -> channel.consumed(streamId, bytes));
  }

  Http2Channel channel() {
    return channel;
  }

  /** Whatever ends a stream, its request is told. */
  private final class Streams extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      Http2Exchange exchange = stream.getProperty(exchangeKey);
      if (exchange != null) {
        permit.shrink(exchange.gone());
      }
    }
  }

  /** Nothing more comes: whoever waits for a body is told. Returns once no request is served. */
  private void finish(boolean takesAnswers) {
    channel.tryLocked(
        () -> {
          channel.endInput(this::endsBody);
          if (!takesAnswers) {
            channel.close();
          }
        });
    channel.tryLocked(
        () -> {
          channel.await(() -> running == 0);
          channel.close();
        });
    finished.countDown();
  }

  private boolean endsBody(Http2Stream stream) {
    Http2Exchange exchange = stream.getProperty(exchangeKey);
    if (exchange != null && stream.state().remoteSideOpen()) {
      permit.shrink(exchange.gone());
    }
    return true;
  }

  /** The farewell of a connection that is idle, or never began. */
  @Override
  public void overdue() {
    channel.tryLocked(this::goAway);
    var _ = awaitFinished();
  }

  @Override
  public void stopping() {
    Thread.ofVirtual().start(() -> channel.tryLocked(this::goAway));
  }

  private void goAway() {
    draining = true;
    channel.goAway();
    if (running == 0) {
      closeSoon();
    }
  }

  @Override
  public void close() {
    permit.close();
  }
}
