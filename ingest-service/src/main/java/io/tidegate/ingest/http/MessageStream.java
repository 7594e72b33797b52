package io.tidegate.ingest.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.connection.Upgraded;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Window;
import io.tidegate.ingest.websocket.Frame;
import io.tidegate.ingest.websocket.FrameReader;
import io.tidegate.ingest.websocket.FrameWriter;
import io.tidegate.ingest.websocket.WebSocketException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One producer's WebSocket: messages come in, numbered from 1, and each is answered in its turn,
 * once Kafka has acknowledged it. The connection's thread reads and sends to Kafka; another waits
 * for Kafka and writes the answers. What is unanswered is bounded by the {@link Outbox}, what is in
 * memory by the permit.
 */
final class MessageStream implements Upgraded {
  private static final Logger LOGGER = LoggerFactory.getLogger(MessageStream.class);

  /** Received, and taken apart. */
  private static final int COPIES = 2;

  /** So many bytes of answers, about, go into one write. */
  private static final int WRITE_BYTES = 16 * 1024;

  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Is told how a stream ended. */
  interface Ended {
    /**
     * @param code null: the connection was lost
     */
    void tell(@Nullable CloseCode code, long messages, long refused, Duration took);
  }

  /** What a stream needs of its surroundings. */
  record Surroundings(
      Guard guard,
      Entrance.Entry entry,
      IngestMetrics metrics,
      Supplier<LineWork> works,
      BooleanSupplier allowed,
      Ended ended,
      Duration kafka,
      Streams all) {}

  private final Surroundings around;
  private final StreamBounds bounds;
  private final byte[] opening;
  private final Guard guard;
  private final Admission.Permit permit;
  private final Outbox outbox;
  private final Window window;
  private final CountDownLatch readToEnd = new CountDownLatch(1);
  private final long openedNanos = System.nanoTime();

  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean stuck;
  private volatile long writingSince;

  private long allowedAtNanos = System.nanoTime();
  private volatile long answered;
  private long refused;

  /**
   * @param opening the head of the answer to the request
   */
  MessageStream(Surroundings around, StreamBounds bounds, byte[] opening) {
    this.around = around;
    this.bounds = bounds;
    this.opening = opening;
    this.guard = around.guard();
    this.permit = around.entry().permit();
    this.window = around.entry().window();
    this.outbox = new Outbox(bounds.messages(), bounds.bytes());
  }

  @Override
  public void serve(DataReader in) {
    Thread writer = Thread.ofVirtual().name("tidegate-ingest-stream").start(this::answerAll);
    try {
      read(new FrameReader(new GuardedSource(in, guard, permit), bounds.messageBytes()));
    } catch (WebSocketException e) {
      outbox.close(e.code(), e.reason());
      guard.leaveUnread();
    } catch (CloseConnectionException | DataReader.InsufficientDataAvailableException e) {
      outbox.cut(null);
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("stream failed");
      outbox.close(CloseCode.INTERNAL, CloseCode.INTERNAL.reason());
    } finally {
      readToEnd.countDown();
      finish(writer);
    }
  }

  /** Everything that is taken is answered, or the client does not take the answers. */
  private void finish(Thread writer) {
    try {
      if (!writer.join(around.kafka().plus(bounds.slow()))) {
        outbox.cut(CloseCode.SLOW);
        guard.close();
        writer.join();
      }
    } catch (InterruptedException e) {
      outbox.cut(CloseCode.GOING_AWAY);
      guard.close();
      Thread.currentThread().interrupt();
    }
  }

  private void read(FrameReader frames) throws WebSocketException {
    while (true) {
      if (!frames.isInMessage()) {
        guard.awaitFrame();
      }
      Frame frame = frames.next();
      requireTaken();
      requireAllowed();
      switch (frame) {
        case Frame.Text text -> take(text);
        case Frame.Ping ping -> outbox.pong(ping.payload());
        case Frame.Pong _ -> {}
        case Frame.Close _ -> {
          outbox.close(CloseCode.NORMAL, CloseCode.NORMAL.reason());
          return;
        }
      }
    }
  }

  /**
   * @throws CloseConnectionException if the client sends, but does not take what we answer
   */
  private void requireTaken() {
    if (stuck && System.nanoTime() - writingSince > bounds.slow().toNanos()) {
      outbox.cut(CloseCode.SLOW);
      guard.close();
      throw new CloseConnectionException("too slow");
    }
  }

  private void requireAllowed() throws WebSocketException {
    long now = System.nanoTime();
    if (now - allowedAtNanos > ASK_AGAIN_NANOS) {
      if (!around.allowed().getAsBoolean()) {
        throw new WebSocketException(
            CloseCode.UNAUTHORIZED, "the key or token does not hold any more");
      }
      allowedAtNanos = now;
    }
  }

  /** Sends every line of it; those of white space are none. */
  private void take(Frame.Text text) throws WebSocketException {
    long kept = 0;
    try {
      LineWork work = around.works().get();
      byte[] bytes = text.bytes();
      for (int start = 0; start < text.length(); ) {
        int end = start;
        boolean blank = true;
        for (; end < text.length() && bytes[end] != '\n'; end++) {
          blank &= bytes[end] == ' ' || bytes[end] == '\t' || bytes[end] == '\r';
        }
        if (!blank) {
          if (outbox.isEnding()) {
            return;
          }
          if (send(work, bytes, start, end - start)) {
            kept += end - start;
          }
        }
        start = end + 1;
      }
    } finally {
      permit.shrink(COPIES * (text.length() - kept));
    }
  }

  /** Whether it is on its way to Kafka, so that its bytes are kept until it is answered. */
  private boolean send(LineWork work, byte[] bytes, int offset, int length)
      throws WebSocketException {
    if (window.isClosed()) {
      outbox.close(CloseCode.OVERLOADED, kafkaDoesNotKeepUp());
      return false;
    }
    if (!outbox.admit(length)) {
      throw new WebSocketException(
          CloseCode.BEYOND_WINDOW,
          "more than %d messages or %d bytes unanswered"
              .formatted(bounds.messages(), bounds.bytes()));
    }
    Outbox.Entry entry = null;
    window.patience(around.kafka());
    try {
      work.begin(1);
      entry = new Outbox.Entry.Sent(work.send(bytes, offset, length, window), length);
    } catch (InvalidMessageException e) {
      entry = new Outbox.Entry.Refused(Rejection.of(e), length);
    } catch (Rejection rejection) {
      entry = new Outbox.Entry.Refused(rejection, length);
    } finally {
      if (entry == null) {
        outbox.drop(length);
      } else {
        outbox.add(entry);
      }
    }
    return entry instanceof Outbox.Entry.Sent;
  }

  private String kafkaDoesNotKeepUp() {
    return "Kafka does not keep up; come again in " + around.entry().comebackSeconds() + " s";
  }

  /** 0: it would be refused at any time. */
  private long comebackSeconds(Rejection rejection) {
    return rejection.kind() == Problem.Kind.TEMPORARY_REDUCED_CAPACITY
        ? around.entry().comebackSeconds()
        : rejection.retryAfterSeconds();
  }

  /** The other thread. */
  private void answerAll() {
    FrameWriter frames = new FrameWriter();
    write(opening);
    write(frames.text(Json.ready(bounds)).take());
    try {
      for (Outbox.Turn turn = outbox.next(bounds.ping()); ; turn = outbox.next(bounds.ping())) {
        switch (turn) {
          case Outbox.Entry entry -> answer(entry, frames);
          case Outbox.Turn.Pong(byte[] payload) -> write(frames.pong(payload).take());
          case Outbox.Turn.Idle _ -> write(frames.ping().take());
          case Outbox.End end -> {
            if (end.code() != null && !end.cut()) {
              write(frames.close(end.code(), end.reason()).take());
              awaitClose();
            }
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      guard.close();
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("stream failed");
      outbox.cut(CloseCode.INTERNAL);
      guard.close();
    }
  }

  /** For the client's own close; else the reader would wait for it for longer. */
  private void awaitClose() throws InterruptedException {
    if (!readToEnd.await(bounds.farewell().toMillis(), TimeUnit.MILLISECONDS)) {
      guard.close();
    }
  }

  /** Answers this one and all behind it that can be without waiting. */
  private void answer(Outbox.Entry first, FrameWriter frames) {
    long acked = 0;
    long last = answered + bounds.messages();
    for (Outbox.Entry entry = first;
        entry != null;
        entry = answered < last && frames.size() < WRITE_BYTES ? outbox.poll() : null) {
      Outbox.Entry.Refused refusal =
          switch (entry) {
            case Outbox.Entry.Sent sent -> settle(sent);
            case Outbox.Entry.Refused known -> known;
          };
      outbox.answered(entry);
      long number = answered + 1;
      answered = number;
      if (refusal == null) {
        acked = number;
        continue;
      }
      if (acked > 0) {
        frames.text(Json.ack(acked));
        acked = 0;
      }
      refused++;
      Rejection rejection = refusal.rejection();
      around.metrics().rejected(rejection.kind());
      frames.text(Json.refused(number, rejection.problem(), comebackSeconds(rejection)));
    }
    if (acked > 0) {
      frames.text(Json.ack(acked));
    }
    write(frames.take());
  }

  /** Null: all of it is durable. */
  private Outbox.Entry.@Nullable Refused settle(Outbox.Entry.Sent sent) {
    try {
      sent.work().await();
      return null;
    } catch (Rejection e) {
      if (window.isClosed()) {
        outbox.close(CloseCode.OVERLOADED, kafkaDoesNotKeepUp());
      }
      return new Outbox.Entry.Refused(e, sent.bytes());
    } finally {
      permit.shrink((long) COPIES * sent.bytes());
    }
  }

  /** Nothing, once the client is gone: what it sent is waited for and counted all the same. */
  private void write(byte[] bytes) {
    if (outbox.isCut()) {
      return;
    }
    writing.lock();
    try {
      writingSince = System.nanoTime();
      stuck = true;
      guard.write(bytes);
    } catch (UncheckedIOException e) {
      outbox.cut(null);
    } finally {
      stuck = false;
      writing.unlock();
    }
  }

  /** Answers what was taken, and closes. */
  void drain(String reason) {
    outbox.close(CloseCode.GOING_AWAY, reason);
  }

  @Override
  public void overdue() {
    CloseCode code = CloseCode.PING_TIMEOUT;
    outbox.cut(code);
    if (writing.tryLock()) {
      try {
        guard.write(new FrameWriter().close(code, "nothing came in time").take());
      } catch (UncheckedIOException e) {
        // Gone already.
      } finally {
        writing.unlock();
      }
    }
  }

  @Override
  public void close() {
    around.entry().close();
    around.all().remove(this);
    Outbox.End end = outbox.end();
    CloseCode code = end == null ? null : end.code();
    around.metrics().streamEnded(code);
    around.ended().tell(code, answered, refused, Duration.ofNanos(System.nanoTime() - openedNanos));
  }
}
