package io.tidegate.ingest.http;

import io.tidegate.contract.CloseCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MessageStream} has to answer, in the order in which it came. One thread reads
 * messages and puts them in, one takes them out and answers; what is unanswered is bounded.
 */
final class Outbox {
  /** A message whose turn comes. Bytes are its own, which count until it is answered. */
  sealed interface Entry extends Turn {
    int bytes();

    record Sent(LineWork.Sent work, int bytes) implements Entry {}

    record Refused(Rejection rejection, int bytes) implements Entry {}
  }

  /** What is to be done next. */
  sealed interface Turn {
    record Pong(byte[] payload) implements Turn {}

    /** There was nothing to do for some time. */
    record Idle() implements Turn {}
  }

  /**
   * The end, after everything that was taken is answered.
   *
   * @param code null: the client is gone
   * @param cut whether nothing can be written any more
   */
  record End(@Nullable CloseCode code, String reason, boolean cut) implements Turn {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Entry> entries = new ArrayDeque<>();
  private final int maxMessages;
  private final int maxBytes;
  private int messages;
  private int bytes;

  /** Messages that were admitted and are being sent to Kafka. */
  private int inHand;

  private byte @Nullable [] pong;
  private @Nullable End end;

  Outbox(int maxMessages, int maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Takes one more message, to be {@link #add}ed or {@link #drop}ped; false: beyond the window. */
  boolean admit(int size) {
    lock.lock();
    try {
      if (messages == maxMessages || size > maxBytes - bytes) {
        return false;
      }
      messages++;
      bytes += size;
      inHand++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void add(Entry entry) {
    lock.lock();
    try {
      inHand--;
      entries.add(entry);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a message that was admitted, and which nobody will answer. */
  void drop(int size) {
    lock.lock();
    try {
      inHand--;
      messages--;
      bytes -= size;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Makes room. To be called before the answer is written, upon which the client may send more. */
  void answered(Entry entry) {
    lock.lock();
    try {
      messages--;
      bytes -= entry.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** Only the last of the pings that are not answered yet is (RFC 6455, 5.5.3). */
  void pong(byte[] payload) {
    lock.lock();
    try {
      pong = payload;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** No more is taken; what was taken is answered, then the connection closed. The first holds. */
  void close(CloseCode code, String reason) {
    end(new End(code, reason, false));
  }

  /**
   * Nothing can be written any more.
   *
   * @param code for the record; null: the client is gone. A code that was set before holds
   */
  void cut(@Nullable CloseCode code) {
    lock.lock();
    try {
      End before = end;
      end = before == null ? new End(code, "", true) : new End(before.code(), "", true);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void end(End wanted) {
    lock.lock();
    try {
      if (end == null) {
        end = wanted;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isEnding() {
    return end() != null;
  }

  boolean isCut() {
    End now = end();
    return now != null && now.cut();
  }

  @Nullable End end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do; at most {@code idle}. The last is an {@link End}. */
  Turn next(Duration idle) throws InterruptedException {
    long left = idle.toNanos();
    lock.lock();
    try {
      while (true) {
        if (pong != null) {
          Turn turn = new Turn.Pong(pong);
          pong = null;
          return turn;
        }
        Entry entry = entries.poll();
        if (entry != null) {
          return entry;
        }
        if (end != null && inHand == 0) {
          return end;
        }
        if (left <= 0) {
          return new Turn.Idle();
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next message, if it can be answered without waiting for Kafka. */
  @Nullable Entry poll() {
    lock.lock();
    try {
      return entries.peek() instanceof Entry.Sent sent && !sent.work().isDone()
          ? null
          : entries.poll();
    } finally {
      lock.unlock();
    }
  }
}
