package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one poll while it is gathered: {@code {"cursor":…,"welcome":{…},"frames":[…]}}. Not
 * thread-safe.
 */
public final class PollAnswer {
  private final String welcome;
  private final long epoch;
  private long seq;

  /** With commas between; null: nothing came yet, as is the case for most of the time. */
  private @Nullable ByteArrayOutputStream frames;

  /**
   * @param seq where the session begins
   * @param welcome a WebSocket's
   */
  public PollAnswer(long epoch, long seq, Frame welcome) {
    this.epoch = epoch;
    this.seq = seq;
    ByteArrayOutputStream text = new ByteArrayOutputStream(welcome.length());
    json(welcome, text);
    this.welcome = text.toString(US_ASCII);
  }

  /** A frame of a WebSocket that does not move the cursor. */
  public void add(Frame frame) {
    if (frames == null) {
      frames = new ByteArrayOutputStream(frame.length());
    } else {
      frames.write(',');
    }
    json(frame, frames);
  }

  /** A frame of a WebSocket that moves the cursor. */
  public void add(Frame frame, long movedTo) {
    add(frame);
    seq = movedTo;
  }

  private static void json(Frame frame, ByteArrayOutputStream to) {
    int from = WireFrame.textAt(frame.own());
    to.write(frame.own(), from, frame.own().length - from);
    to.writeBytes(frame.tail().bytes());
  }

  public boolean isEmpty() {
    return frames == null;
  }

  /** Bytes of the frames so far. */
  public int size() {
    return frames == null ? 0 : frames.size();
  }

  public byte[] toBytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(size() + welcome.length() + 80);
    String head =
        "{\"cursor\":\""
            + CursorText.of(epoch, seq)
            + "\",\"welcome\":"
            + welcome
            + ",\"frames\":[";
    whole.writeBytes(head.getBytes(US_ASCII));
    if (frames != null) {
      whole.writeBytes(frames.toByteArray());
    }
    whole.writeBytes("]}".getBytes(US_ASCII));
    return whole.toByteArray();
  }
}
