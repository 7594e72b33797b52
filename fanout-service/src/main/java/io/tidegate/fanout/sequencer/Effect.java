package io.tidegate.fanout.sequencer;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import java.util.List;

/** What must happen because of an event. Performed in order, committed with the state. */
public sealed interface Effect {

  /** Answers a SessionUp: the session gets everything after {@code seq}. */
  record Attach(SessionRef session, Mode mode, long epoch, long seq, long head) implements Effect {}

  /** How a session continues: from nothing, from its cursor, or with its cursor void. */
  enum Mode {
    FRESH,
    RESUMED,
    RESET
  }

  /**
   * Messages with rising seqs for one session.
   *
   * @param prev the seq this session was sent before the first of these
   */
  record Deliver(SessionRef session, long prev, List<Sequenced> messages) implements Effect {}

  /** A message and the seq it was released under. */
  record Sequenced(long seq, Message message) {}

  /** Deliver now or never. */
  record DeliverLive(SessionRef session, Message message) implements Effect {}

  /** Close the session. */
  record Kick(SessionRef session, CloseCode code) implements Effect {}

  /** Something after the session's last message was removed undelivered; go on from {@code seq}. */
  record Reset(SessionRef session, long epoch, long seq) implements Effect {}

  /** The message came before, within the dedupe horizon; its end is that of the first. */
  record Duplicate(String messageId) implements Effect {}

  /**
   * A message for a group or everyone has come to this user for the first time.
   *
   * @param kept it lies in the mailbox now, and refers to the shared message where it lies so
   */
  record Reached(boolean kept) implements Effect {}

  /** A message has come to its end. */
  record Ended(Outcome outcome) implements Effect {}

  /** The first device of the user has a session, or the last one has none any more. */
  record Online(boolean now) implements Effect {}

  /** A join or leave is to be told. */
  record Announced(PresenceChange change) implements Effect {}
}
