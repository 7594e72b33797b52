package io.tidegate.fanout.sequencer;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Message;
import io.tidegate.fanout.policy.AppliedPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sequencer knows of a user, for people.
 *
 * @param epoch as clients see it
 * @param head the highest seq released
 * @param lossFloor the highest seq that was removed before every device had it
 * @param waiting messages that have no seq yet, scheduled ones among them
 * @param released messages that have a seq and are not on every device
 * @param presence whether a device is connected; which, {@code devices} says
 * @param waits why the messages that go first wait, in the order in which they go; at most 100
 * @param nextDueMillis when the user is looked at next without an event; null for never
 */
public record UserView(
    String epoch,
    long head,
    long lossFloor,
    int waiting,
    int scheduled,
    int released,
    long payloadBytes,
    @Nullable Long nextDueMillis,
    PresenceView presence,
    PolicyView policy,
    List<WaitView> waits,
    List<DeviceView> devices) {

  /**
   * What holds for the user.
   *
   * @param version the offset at which it stands on {@code tidegate.policies}; -1: built in
   * @param settings what is set for the user, as it was set; null for nothing
   * @param fault why it is not what the settings ask for; null if it is
   */
  public record PolicyView(
      String name, long version, @Nullable String settings, @Nullable String fault) {}

  /**
   * @param session {@code slot.incarnation.n}; null while it is away
   * @param acked every message up to here is on the device
   * @param sent the highest seq sent to the session
   * @param urgency the least that it wants
   */
  public record DeviceView(
      String device,
      @Nullable String session,
      long acked,
      long sent,
      int window,
      String urgency,
      @Nullable Long lastSeenMillis) {}

  static UserView of(UserState state, AppliedPolicy policy, List<WaitView> waits) {
    return new UserView(
        ClientProtocol.epoch(state.epoch),
        state.mailbox.head(),
        state.mailbox.lossFloor,
        state.mailbox.ready() + state.mailbox.scheduled,
        state.mailbox.scheduled,
        state.mailbox.released,
        state.mailbox.payloadBytes,
        state.dueMillis == 0 || state.dueMillis == Message.NEVER ? null : state.dueMillis,
        PresenceView.of(state),
        new PolicyView(
            policy.name(),
            policy.version(),
            state.settings.isEmpty() ? null : state.settings,
            policy.fault()),
        waits,
        state.devices.stream().map(UserView::of).toList());
  }

  private static DeviceView of(Device device) {
    SessionRef session = device.session;
    return new DeviceView(
        device.name,
        session == null || !device.connected
            ? null
            : session.slot() + "." + session.incarnation() + "." + session.n(),
        device.acked,
        device.sent,
        device.connected ? device.window : 0,
        device.minimum.word(),
        device.connected ? null : device.seenMillis);
  }
}
