package io.tidegate.delivery.frame;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import org.jspecify.annotations.Nullable;

/** What a client says. */
public sealed interface ClientFrame {

  /**
   * The first frame of a connection.
   *
   * @param device 1 to {@link io.tidegate.contract.ClientProtocol#MAX_DEVICE_CHARS} characters
   * @param window at most so many messages unacked in flight, 1 to {@link
   *     io.tidegate.contract.ClientProtocol#MAX_WINDOW}
   * @param resume the last message that the device has stored; null: it keeps no cursor
   * @param urgency the least that the device wants
   */
  record Hello(UserKey user, String device, int window, @Nullable Resume resume, Urgency urgency)
      implements ClientFrame {

    /** The same with another window. */
    public Hello withWindow(int other) {
      return new Hello(user, device, other, resume, urgency);
    }
  }

  /**
   * Every message up to and including {@code seq} is stored.
   *
   * @param seq 0 or more
   */
  record Ack(long seq) implements ClientFrame {}

  /**
   * A device's cursor.
   *
   * @param seq 0 or more
   */
  record Resume(long epoch, long seq) {}
}
