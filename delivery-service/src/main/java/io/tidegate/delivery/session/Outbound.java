package io.tidegate.delivery.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much waits for all clients together, and how much may. Each event loop counts its own part,
 * which it alone writes, so that nobody contends; whoever asks adds them up.
 *
 * <p>The rule: when more waits than may, those pay for whom most waits, and never one for whom no
 * more waits than its share, which is what may wait divided by the clients that something waits
 * for. There is always one above its share then, since not all can be below an average.
 */
public final class Outbound {
  private final long most;
  private final Part[] parts;

  /**
   * @param most bytes that may wait, 1 or more
   * @param parts how many event loops
   */
  public Outbound(long most, int parts) {
    this.most = most;
    this.parts = new Part[parts];
    for (int i = 0; i < parts; i++) {
      this.parts[i] = new Part();
    }
  }

  /** What one event loop counts; only its thread may change it. */
  public static final class Part {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();

    /** For one client {@code before} bytes waited, and {@code now} do. */
    public void change(long before, long now) {
      // No more than a plain write in order: nobody else writes.
      bytes.lazySet(bytes.get() + now - before);
      int more = (now > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
      if (more != 0) {
        clients.lazySet(clients.get() + more);
      }
    }
  }

  public Part part(int index) {
    return parts[index];
  }

  /** Bytes that may wait. */
  public long most() {
    return most;
  }

  /** Bytes that wait. */
  public long waiting() {
    long sum = 0;
    for (Part part : parts) {
      sum += part.bytes.get();
    }
    return sum;
  }

  public boolean isOver() {
    return waiting() > most;
  }

  /** Bytes that may wait for any client, whatever waits for the others. */
  public long share() {
    long clients = 0;
    for (Part part : parts) {
      clients += part.clients.get();
    }
    return most / Math.max(1, clients);
  }
}
