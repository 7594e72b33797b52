package io.tidegate.fanout.sequencer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user is connected now, for people and applications.
 *
 * @param sinceMillis while connected: since when there was always a device, epoch milliseconds
 * @param lastSeenMillis while not: when the last device left. Both are null where it was before
 *     presence was kept
 */
public record PresenceView(
    boolean connected, @Nullable Long sinceMillis, @Nullable Long lastSeenMillis) {

  /**
   * With the devices that are connected.
   *
   * @param devices their names
   */
  public record OfUser(PresenceView presence, List<String> devices) {
    /** Of whom nothing is known. */
    public static final OfUser UNKNOWN = new OfUser(new PresenceView(false, null, null), List.of());
  }

  static PresenceView of(UserState state) {
    boolean connected = state.hasSession();
    long since = state.presence.sinceMillis();
    return new PresenceView(
        connected,
        connected && since != 0 ? (Long) since : null,
        connected || since == 0 ? null : (Long) since);
  }

  static OfUser withDevices(UserState state) {
    return new OfUser(
        of(state), state.devices.stream().filter(d -> d.connected).map(d -> d.name).toList());
  }
}
