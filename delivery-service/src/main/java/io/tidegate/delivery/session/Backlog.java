package io.tidegate.delivery.session;

import io.tidegate.delivery.frame.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames of one connection that wait until its socket takes more. Full once there are more than so
 * many bytes, and full for good: a frame that was left out is missed by all that follow.
 */
public final class Backlog {
  private final long limit;
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private long bytes;
  private boolean full;

  /**
   * @param limit bytes
   */
  public Backlog(long limit) {
    this.limit = limit;
  }

  /** Also the frame that fills it. */
  public void add(Frame frame) {
    frames.add(frame);
    bytes += frame.length();
    full |= bytes > limit;
  }

  /** The frame that has waited longest; null: none waits. */
  public @Nullable Frame poll() {
    Frame frame = frames.poll();
    if (frame != null) {
      bytes -= frame.length();
    }
    return frame;
  }

  public boolean isEmpty() {
    return frames.isEmpty();
  }

  /** Whether there were too many bytes at some time. */
  public boolean isFull() {
    return full;
  }

  public long bytes() {
    return bytes;
  }
}
