package io.tidegate.fanout.sequencer;

import io.tidegate.fanout.mailbox.MailboxState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is known of one user but the mailbox entries. Loaded, changed, saved. */
final class UserState {
  final long epoch;
  final MailboxState mailbox = new MailboxState();
  final List<Device> devices = new ArrayList<>();

  /** One instant per limit, epoch nanoseconds. */
  long[] throttle;

  /** Where the user stands in the due index; 0 for nowhere. */
  long dueMillis;

  UserState(long epoch, int limits) {
    this.epoch = epoch;
    this.throttle = new long[limits];
  }

  @Nullable Device device(String name) {
    for (Device device : devices) {
      if (device.name.equals(name)) {
        return device;
      }
    }
    return null;
  }

  @Nullable Device device(SessionRef session) {
    for (Device device : devices) {
      if (session.equals(device.session)) {
        return device;
      }
    }
    return null;
  }

  /** Every device has every message up to here; what is released where there is no device: none. */
  long ackedByAll() {
    long acked = devices.isEmpty() ? 0 : Long.MAX_VALUE;
    for (Device device : devices) {
      acked = Math.min(acked, device.acked);
    }
    return acked;
  }

  boolean ackedByAny(long seq) {
    return devices.stream().anyMatch(d -> d.acked >= seq);
  }

  boolean hasSession() {
    return devices.stream().anyMatch(d -> d.connected);
  }
}
