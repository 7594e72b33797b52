package io.tidegate.delivery.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames of one connection that wait until its socket takes more. A client that reads slowly may
 * have {@code tolerated} bytes here for as long as it likes, more than that for {@code nanos}, and
 * more than {@code limit} never.
 */
public final class Backlog {
  /**
   * @param tolerated bytes
   * @param limit bytes
   * @param nanos how long there may be more than {@code tolerated}
   */
  public record Bounds(long tolerated, long limit, long nanos) {}

  private final Bounds bounds;
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
  private long bytes;
  private long overSince;

  public Backlog(Bounds bounds) {
    this.bounds = bounds;
  }

  public void add(byte[] frame, long nowNanos) {
    boolean wasOver = bytes > bounds.tolerated();
    frames.add(frame);
    bytes += frame.length;
    if (!wasOver) {
      overSince = nowNanos;
    }
  }

  /** The frame that has waited longest; null: none waits. */
  public byte @Nullable [] poll() {
    byte[] frame = frames.poll();
    if (frame != null) {
      bytes -= frame.length;
    }
    return frame;
  }

  public boolean isEmpty() {
    return frames.isEmpty();
  }

  /** Whether the client has used up our patience. */
  public boolean isTooSlow(long nowNanos) {
    return bytes > bounds.limit()
        || (bytes > bounds.tolerated() && nowNanos - overSince >= bounds.nanos());
  }

  public void clear() {
    frames.clear();
    bytes = 0;
  }

  public long bytes() {
    return bytes;
  }
}
