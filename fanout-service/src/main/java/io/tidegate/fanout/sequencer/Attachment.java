package io.tidegate.fanout.sequencer;

import io.tidegate.fanout.sequencer.Effect.Mode;
import io.tidegate.fanout.sequencer.UserEvent.Resume;
import org.jspecify.annotations.Nullable;

/**
 * Where a device continues when it connects. A resume is whole or a reset, never partial: whole
 * means that every message after the cursor either is still here or was on the device already.
 *
 * @param seq the device has every message up to here that it can still get; it gets everything
 *     retained after that it wants and that it did not pass by before
 */
record Attachment(Mode mode, long seq) {

  /**
   * @param device what is known of the device; null if it is new
   * @param resume the device's own cursor; null if it has none
   */
  static Attachment of(UserState user, @Nullable Device device, @Nullable Resume resume) {
    long known = device == null ? user.mailbox.floor : device.acked;
    if (resume == null) {
      // Without a cursor of its own the device trusts ours; one that is new has nothing to lose.
      if (device == null) {
        return new Attachment(Mode.FRESH, known);
      }
      // That it was told of a loss before is no proof that it heard.
      boolean lost = known < user.mailbox.lossFloor || device.own < device.owed;
      return new Attachment(lost ? Mode.RESET : Mode.RESUMED, known);
    }
    boolean readable = resume.epoch() == user.epoch && resume.seq() <= user.mailbox.head();
    if (!readable) {
      return new Attachment(Mode.RESET, known);
    }
    // Below its own ack a device has nothing to ask for: what it has acked may go at any moment.
    // From there to what counts as acked there is only what it did not want.
    long own = device == null ? known : device.own;
    long owed = device == null ? 0 : device.owed;
    boolean whole =
        resume.seq() >= own
            && resume.seq() >= owed
            && Math.max(resume.seq(), known) >= user.mailbox.lossFloor;
    return whole
        ? new Attachment(Mode.RESUMED, resume.seq())
        : new Attachment(Mode.RESET, Math.max(known, resume.seq()));
  }
}
