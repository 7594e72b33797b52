package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can happen to one user. */
public sealed interface UserEvent {

  /** A message for the user was read from {@code tidegate.messages}. */
  record Arrived(Message message) implements UserEvent {}

  /**
   * A message for a group or everyone has come to this user; that it has come already is no
   * duplicate, since it may come in more than one way.
   *
   * @param shared its id where it lies once for many, and a reference is this user's to keep or
   *     not; else 0
   */
  record GroupArrived(Message message, long shared) implements UserEvent {}

  /**
   * A device connected.
   *
   * @param urgency the least that the device wants
   * @param saidMillis when the worker said so, by its own clock
   */
  record SessionUp(
      SessionRef session,
      String device,
      int window,
      @Nullable Resume resume,
      Urgency urgency,
      long saidMillis)
      implements UserEvent {}

  /** A connection ended. */
  record SessionDown(SessionRef session) implements UserEvent {}

  /** A worker was told of a session that it does not hold. */
  record SessionUnknown(SessionRef session) implements UserEvent {}

  /**
   * Workers have taken slots anew: sessions of earlier incarnations are over, whatever became of
   * their workers.
   *
   * @param incarnations by slot, as far as they are known
   */
  record SlotsTaken(Map<Integer, Long> incarnations) implements UserEvent {}

  /**
   * A device has every message up to {@code seq}.
   *
   * @param device whose ack alone it can be; null: whichever has the session
   * @param refused whether it has that one message not, and will never take it
   */
  record Acked(SessionRef session, long epoch, long seq, @Nullable String device, boolean refused)
      implements UserEvent {
    /** Said by whoever has the session. */
    public Acked(SessionRef session, long epoch, long seq) {
      this(session, epoch, seq, null, false);
    }
  }

  /** The time that the user asked to be woken at has come, or may have. */
  record Due() implements UserEvent {}

  /**
   * What is set for the user.
   *
   * @param json of {@link io.tidegate.contract.policy.UserSettings}; empty for nothing
   */
  record SettingsChanged(String json) implements UserEvent {}

  /** The last message that a device has stored. */
  record Resume(long epoch, long seq) {}
}
