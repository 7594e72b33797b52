package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Posts of single messages at a steady rate that does not slow when the service does: each is timed
 * from the instant that it was due, so that a stall counts for every one behind it. As many
 * connections as may be needed, each of which waits for its answer.
 */
final class SteadyPosts {
  private static final int CONNECTIONS = 256;
  private static final int ANSWER_MILLIS = 30_000;

  private final int port;
  private final double perSecond;
  private final String text;
  private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  SteadyPosts(int port, double perSecond, String text) {
    this.port = port;
    this.perSecond = perSecond;
    this.text = text;
  }

  /** The latencies of all requests after the first fifth of the time. */
  Histogram run(int seconds) throws Exception {
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    AtomicLong broken = new AtomicLong();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      post(start, seconds);
                    } catch (IOException | RuntimeException e) {
                      broken.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (broken.get() + refused.get() > 0) {
      throw new IllegalStateException(
          broken + " connections broke, " + refused + " requests were refused");
    }
    return micros;
  }

  private void post(long start, int seconds) throws IOException {
    long total = (long) (perSecond * seconds);
    long counted = total / 5;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (long n = next.getAndIncrement(); n < total; n = next.getAndIncrement()) {
        long due = start + (long) (n * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        String body =
            "{\"to\":{\"user\":\"u" + n % 1000 + "\"},\"data\":{\"text\":\"" + text + "\"}}";
        String request =
            "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        if (status(in) != 202) {
          refused.incrementAndGet();
        }
        if (n >= counted) {
          micros.recordValue((System.nanoTime() - due) / 1000);
        }
      }
    }
  }

  /** Reads an answer whose length is announced. */
  private static int status(InputStream in) throws IOException {
    String first = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    return Integer.parseInt(first.substring(9, 12));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
