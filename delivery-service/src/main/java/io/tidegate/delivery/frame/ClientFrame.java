package io.tidegate.delivery.frame;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.delivery.pace.Pace;
import org.jspecify.annotations.Nullable;

/** What a client says. */
public sealed interface ClientFrame {

  /**
   * The first frame of a connection, before it is known whether it may say so.
   *
   * @param user who it claims to be, 1 to {@link UserKey#MAX_USER_BYTES} bytes; null: the token
   *     says
   * @param device 1 to {@link io.tidegate.contract.ClientProtocol#MAX_DEVICE_CHARS} characters;
   *     null: the token says, or else {@link io.tidegate.contract.ClientProtocol#DEFAULT_DEVICE}
   * @param token null: none was shown
   * @param wishes the rest
   */
  record Greeting(
      @Nullable String user, @Nullable String device, @Nullable String token, Wishes wishes)
      implements ClientFrame {}

  /**
   * What a device asks for.
   *
   * @param window as in {@link Hello}, as are the others
   */
  record Wishes(int window, @Nullable Resume resume, Urgency urgency, Pace pace) {
    /** At any pace. */
    public Wishes(int window, @Nullable Resume resume, Urgency urgency) {
      this(window, resume, urgency, Pace.NONE);
    }

    public Hello of(UserKey user, String device) {
      return new Hello(user, device, window, resume, urgency, pace);
    }
  }

  /** Another token for the session that stands; null: it is missing. */
  record Renewal(@Nullable String token) implements ClientFrame {}

  /**
   * A hello of a device that may say so.
   *
   * @param device 1 to {@link io.tidegate.contract.ClientProtocol#MAX_DEVICE_CHARS} characters
   * @param window at most so many messages unacked in flight, 1 to {@link
   *     io.tidegate.contract.ClientProtocol#MAX_WINDOW}
   * @param resume the last message that the device has stored; null: it keeps no cursor
   * @param urgency the least that the device wants
   * @param pace the fastest that the device wants
   */
  record Hello(
      UserKey user,
      String device,
      int window,
      @Nullable Resume resume,
      Urgency urgency,
      Pace pace) {
    /** At any pace. */
    public Hello(
        UserKey user, String device, int window, @Nullable Resume resume, Urgency urgency) {
      this(user, device, window, resume, urgency, Pace.NONE);
    }

    /** The same with another window. */
    public Hello withWindow(int other) {
      return new Hello(user, device, other, resume, urgency, pace);
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
