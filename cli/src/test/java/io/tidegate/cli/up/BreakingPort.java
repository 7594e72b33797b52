package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A port that passes everything on to another, and breaks what goes through it: it cuts, stalls,
 * and truncates what comes back, as it is told.
 */
final class BreakingPort implements AutoCloseable {
  /** Passes everything on. */
  static final Plan WHOLE = new Plan(Integer.MAX_VALUE, "");

  private final ServerSocket listening;
  private final int target;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger truncated = new AtomicInteger();
  private volatile Function<String, Plan> plans = _ -> WHOLE;
  private volatile long stalledUntil = System.nanoTime();

  /**
   * What happens to a connection.
   *
   * @param bytes that come back before it ends in the middle
   * @param answer in place of the other port's; empty: it is asked
   */
  record Plan(int bytes, String answer) {}

  private record Pair(Socket near, Socket far) {
    void cut() {
      try {
        // No word, not even of the end.
        near.setSoLinger(true, 0);
        near.close();
        far.close();
      } catch (IOException e) {
        // It is cut already.
      }
    }
  }

  BreakingPort(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** Says for each new connection, by its request line, what happens to it. */
  void plan(Function<String, Plan> next) {
    plans = next;
  }

  /** How many were cut in the middle of what came back. */
  int truncated() {
    return truncated.get();
  }

  void cut() {
    pairs.forEach(Pair::cut);
  }

  /** For so long nothing comes back. */
  void stall(long millis) {
    stalledUntil = System.nanoTime() + millis * 1_000_000;
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        Thread.ofVirtual().start(() -> serve(near));
      }
    } catch (IOException e) {
      // The port is closed.
    }
  }

  private void serve(Socket near) {
    try (near;
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Pair pair = new Pair(near, far);
      pairs.add(pair);
      try {
        byte[] head = new byte[8_192];
        int count = near.getInputStream().read(head);
        if (count < 0) {
          return;
        }
        String line = new String(head, 0, count, ISO_8859_1).lines().findFirst().orElse("");
        Plan plan = plans.apply(line);
        if (!plan.answer().isEmpty()) {
          near.getOutputStream().write(plan.answer().getBytes(ISO_8859_1));
          return;
        }
        far.getOutputStream().write(head, 0, count);
        Thread there = Thread.ofVirtual().start(() -> pass(near, far));
        passBack(far, near, plan.bytes());
        pair.cut();
        there.join();
      } finally {
        pairs.remove(pair);
      }
    } catch (IOException e) {
      // One side went.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side went, which the other is told by the end of its own.
    }
  }

  private void passBack(Socket from, Socket to, int most) throws IOException, InterruptedException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[8_192];
    int left = most;
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      long stall = stalledUntil - System.nanoTime();
      if (stall > 0) {
        Thread.sleep(stall / 1_000_000, (int) (stall % 1_000_000));
      }
      out.write(Arrays.copyOf(bytes, Math.min(count, left)));
      left -= count;
      if (left <= 0) {
        truncated.incrementAndGet();
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
