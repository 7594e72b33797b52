package io.tidegate.cli.send;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A bar on a terminal's stderr: how far a long input is. Where there is no terminal: nothing. */
final class Progress {
  private static final long SHOW_AFTER_NANOS = 1_000_000_000L;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final int WIDTH = 30;

  private final PrintWriter err;
  private final boolean visible;
  private final long totalBytes;
  private final LongSupplier nanoTime;
  private final long began;
  private long drawnAt;
  private boolean drawn;

  /**
   * @param totalBytes of the input; 0 if nobody knows
   */
  Progress(PrintWriter err, boolean visible, long totalBytes, LongSupplier nanoTime) {
    this.err = err;
    this.visible = visible;
    this.totalBytes = totalBytes;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.drawnAt = began;
  }

  void at(long bytes, long messages) {
    long now = nanoTime.getAsLong();
    if (!visible || now - began < SHOW_AFTER_NANOS || now - drawnAt < REDRAW_NANOS) {
      return;
    }
    drawnAt = now;
    drawn = true;
    err.print("\r" + text(bytes, messages, (now - began) / 1e9) + "\u001b[K");
    err.flush();
  }

  /** Leaves the line empty. */
  void end() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  String text(long bytes, long messages, double seconds) {
    String rate = String.format(Locale.ROOT, "%,d messages, %,.0f/s", messages, messages / seconds);
    if (totalBytes <= 0) {
      return rate;
    }
    double part = Math.min(1, (double) bytes / totalBytes);
    int filled = (int) Math.round(part * WIDTH);
    String bar = "#".repeat(filled) + "-".repeat(WIDTH - filled);
    long left = part <= 0 ? 0 : Math.round(seconds / part - seconds);
    return String.format(Locale.ROOT, "[%s] %3.0f%%  %s, %d s left", bar, 100 * part, rate, left);
  }
}
