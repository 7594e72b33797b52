package io.tidegate.ingest.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.tidegate.contract.http2.BodyLength;
import io.tidegate.contract.http2.Field;
import io.tidegate.contract.http2.MalformedException;
import io.tidegate.contract.http2.RequestHead;
import io.tidegate.ingest.http2.AnswerDecoder;
import io.tidegate.ingest.http2.AnswerSink;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request of HTTP/2 and its answer, to Helidon a connection of its own with one request of
 * HTTP/1.1: it reads what {@link Http2Session} puts in, and what it writes goes out as frames. What
 * was put in and is not read is bounded by the stream's window.
 */
final class Http2Exchange implements HelidonSocket, DataWriter {
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final int FIRST_BYTES = 1024;
  private static final int FIRST_FINAL_STATUS = 200;

  private final Http2Session session;
  private final int stream;
  private final HelidonSocket connection;
  private final BodyLength bodyLength;
  private final AnswerDecoder answer;
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile boolean answered;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private byte @Nullable [] head;
  private byte[] unread = {};
  private int length;
  private boolean ended;
  private boolean lastChunkGiven;
  private boolean gone;
  private boolean unwanted;

  /** What had come when the rest became unwanted. */
  private long wanted;

  private boolean noRoom;

  /**
   * @param connection whose stream it is
   */
  Http2Exchange(
      Http2Session session,
      int stream,
      HelidonSocket connection,
      RequestHead head,
      boolean bodyFollows) {
    this.session = session;
    this.stream = stream;
    this.connection = connection;
    this.head = head.bytes();
    this.bodyLength = new BodyLength(head.length());
    this.ended = !bodyFollows;
    this.answer = new AnswerDecoder(head.toHead(), new Sink(session.channel().sink(stream)));
  }

  /** With the answer the rest of the body has nobody who wants it. */
  private final class Sink implements AnswerSink {
    private final AnswerSink sink;

    Sink(AnswerSink sink) {
      this.sink = sink;
    }

    @Override
    public void head(int status, List<Field> fields, boolean end) {
      if (status >= FIRST_FINAL_STATUS) {
        session.consumed(stream, unwanted());
      }
      sink.head(status, fields, end);
    }

    @Override
    public void body(byte[] bytes, int offset, int length, boolean end) {
      sink.body(bytes, offset, length, end);
    }
  }

  /** Says how many bytes nobody will read. */
  private int unwanted() {
    lock.lock();
    try {
      if (!unwanted) {
        unwanted = true;
        wanted = bodyLength.received();
      }
      more.signalAll();
      return drop();
    } finally {
      lock.unlock();
    }
  }

  private int drop() {
    int dropped = length;
    length = 0;
    unread = new byte[0];
    return dropped;
  }

  int stream() {
    return stream;
  }

  /** Whether all of the answer was given. */
  boolean isAnswered() {
    return answered;
  }

  /**
   * More of the body. False: nobody reads any more.
   *
   * @throws MalformedException if it is more than the head announced
   */
  boolean put(byte[] bytes) throws MalformedException {
    lock.lock();
    try {
      bodyLength.add(bytes.length);
      if (gone || ended || unwanted) {
        more.signalAll();
        return false;
      }
      if (length + bytes.length > unread.length) {
        int larger = Math.max(Math.max(FIRST_BYTES, 2 * unread.length), length + bytes.length);
        unread = Arrays.copyOf(unread, larger);
      }
      System.arraycopy(bytes, 0, unread, length, bytes.length);
      length += bytes.length;
      more.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * All of the body has come.
   *
   * @throws MalformedException if it is less than the head announced
   */
  void end() throws MalformedException {
    lock.lock();
    try {
      bodyLength.end();
      ended = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** True once: whoever is told so sees to what still comes behind the answer. */
  boolean leave() {
    return answered && leaving.compareAndSet(false, true);
  }

  /**
   * Returns once nothing of the body comes any more, or as much as may be dropped of it has come. A
   * client that is told to stop while it sends may drop its answer.
   *
   * @param nanos wait no longer
   * @param maxBytes drop no more
   */
  void linger(long nanos, long maxBytes) throws InterruptedException {
    lock.lock();
    try {
      long most = wanted + maxBytes;
      long left = nanos;
      while (left > 0 && !ended && !gone && bodyLength.received() < most) {
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** There is no room in memory for more of the body. */
  void endForWantOfRoom() {
    lock.lock();
    try {
      noRoom = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** There is no such stream any more. Says how many bytes nobody will read. */
  int gone() {
    lock.lock();
    try {
      gone = true;
      more.signalAll();
      return drop();
    } finally {
      lock.unlock();
    }
  }

  /**
   * All that is there, framed as the head says; null at the end, after the answer, and if the
   * client has gone.
   */
  @Override
  public byte @Nullable [] get() {
    byte[] bytes;
    lock.lock();
    try {
      byte[] first = head;
      if (first != null) {
        head = null;
        return first;
      }
      while (available() == 0 && !ended && !gone && !noRoom && !unwanted) {
        more.awaitUninterruptibly();
      }
      if (unwanted) {
        return null;
      }
      if (noRoom && !gone) {
        throw new ReadLimitException(ReadLimitException.Limit.MEMORY);
      }
      int there = available();
      if (there == 0) {
        boolean finish = ended && !gone && chunked() && !lastChunkGiven;
        lastChunkGiven = true;
        return finish ? LAST_CHUNK : null;
      }
      bytes = Arrays.copyOf(unread, there);
      unread = Arrays.copyOfRange(unread, there, length);
      length -= there;
    } finally {
      lock.unlock();
    }
    session.consumed(stream, bytes.length);
    return chunked() ? asChunk(bytes) : bytes;
  }

  /** The last byte that was announced waits for the end, for there may be more than announced. */
  private int available() {
    return !ended && bodyLength.isReached() && length > 0 ? length - 1 : length;
  }

  private boolean chunked() {
    return !bodyLength.isAnnounced();
  }

  private static byte[] asChunk(byte[] bytes) {
    byte[] size = (Integer.toHexString(bytes.length) + "\r\n").getBytes(US_ASCII);
    byte[] chunk = Arrays.copyOf(size, size.length + bytes.length + 2);
    System.arraycopy(bytes, 0, chunk, size.length, bytes.length);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    return chunk;
  }

  /** What the client does not want any more is dropped. */
  @Override
  public void write(BufferData buffer) {
    byte[] bytes = new byte[buffer.available()];
    buffer.read(bytes);
    writing.lock();
    try {
      if (!answer.isComplete()) {
        session
            .channel()
            .tryLocked(
                () -> {
                  answer.write(bytes, 0, bytes.length);
                  session.channel().flush();
                });
        answered = answer.isComplete();
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void write(BufferData... buffers) {
    write(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    write(buffer);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    write(buffers);
  }

  /** Resets the stream if it has not ended. */
  @Override
  public void close() {
    session.cancel(this);
  }

  @Override
  public void idle() {
    throw new UnsupportedOperationException("for clients");
  }

  @Override
  public boolean isConnected() {
    lock.lock();
    try {
      return !gone;
    } finally {
      lock.unlock();
    }
  }

  @Override
  @SuppressWarnings("removal") // whoever still calls it is told so
  public int read(BufferData buffer) {
    throw new UnsupportedOperationException("use get");
  }

  @Override
  public PeerInfo remotePeer() {
    return connection.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return connection.localPeer();
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public String socketId() {
    return connection.socketId();
  }

  @Override
  public String childSocketId() {
    return connection.childSocketId();
  }
}
