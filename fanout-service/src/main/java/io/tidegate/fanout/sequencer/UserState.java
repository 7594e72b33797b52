package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Urgency;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.pace.PaceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is known of one user but the mailbox entries. Loaded, changed, saved. */
final class UserState {
  final long epoch;
  final MailboxState mailbox = new MailboxState();
  final List<Device> devices = new ArrayList<>();

  /** What was sent as far as the policy still counts it. */
  PaceState pace = new PaceState();

  /** The JSON of what is set for the user; empty for nothing. */
  String settings = "";

  Presence presence = Presence.NONE;

  /** Where the user stands in the due index; 0 for nowhere. */
  long dueMillis;

  UserState(long epoch) {
    this.epoch = epoch;
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

  /**
   * Every device has every message up to here, or does not want it; what is released where there is
   * no device: none.
   */
  long ackedByAll() {
    long acked = devices.isEmpty() ? 0 : Long.MAX_VALUE;
    for (Device device : devices) {
      acked = Math.min(acked, device.acked);
    }
    return acked;
  }

  /** Whether a device has that message. */
  boolean onAny(long seq, Urgency urgency) {
    for (Device device : devices) {
      if (device.has(seq, urgency)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a device will never take that message. */
  boolean isRefused(long seq) {
    for (Device device : devices) {
      if (device.refused.contains(seq)) {
        return true;
      }
    }
    return false;
  }

  /** Whether no session is to get that message or is being sent it. */
  boolean isForNoSession(long seq) {
    for (Device device : devices) {
      if (device.connected && device.acked < seq) {
        return false;
      }
    }
    return true;
  }

  boolean hasSession() {
    for (Device device : devices) {
      if (device.connected) {
        return true;
      }
    }
    return false;
  }

  /** Devices with a session of a slot that has a later incarnation. */
  List<Device> sessionsBefore(Map<Integer, Long> incarnations) {
    List<Device> over = new ArrayList<>();
    for (Device device : devices) {
      SessionRef session = device.session;
      if (device.connected
          && session != null
          && session.incarnation() < incarnations.getOrDefault(session.slot(), -1L)) {
        over.add(device);
      }
    }
    return over;
  }
}
