package io.tidegate.delivery.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes at the end of frames that many clients are sent, in memory once for each way to say them.
 */
public final class Tail {
  private static final int END_OF_FRAME = "]}".length();

  static final Tail NONE = new Tail(new byte[0]);

  private final byte[] bytes;

  /** Made by the first who needs it; two may make the same. */
  private volatile @Nullable Tail ofEvent;

  private volatile @Nullable Tail ofCloudEvent;

  /** The same, compressed. */
  private volatile @Nullable Tail deflated;

  public Tail(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  /** The same as the end of a CloudEvent: without what ends the list and the frame. */
  Tail ofCloudEvent() {
    Tail made = ofCloudEvent;
    if (made == null) {
      made = new Tail(Arrays.copyOf(bytes, bytes.length - END_OF_FRAME));
      ofCloudEvent = made;
    }
    return made;
  }

  Tail deflated(Deflate deflate) {
    Tail made = deflated;
    if (made == null) {
      made = new Tail(deflate.pack(bytes, 0, bytes.length));
      deflated = made;
    }
    return made;
  }

  /** The same as the end of a Server-Sent Event. */
  Tail ofEvent() {
    Tail made = ofEvent;
    if (made == null) {
      made = new Tail(EventFrame.tail(bytes));
      ofEvent = made;
    }
    return made;
  }
}
