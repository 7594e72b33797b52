package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which messages devices will never take: what they said, and what the sequencer was told of it.
 */
final class Refusals {
  /** Of one device; beyond it the oldest count as taken. */
  private static final int MOST = 64;

  private record Device(UserKey user, long epoch, String name) {}

  private record Place(UserKey user, long epoch, long seq) {}

  private final Map<Device, TreeSet<Long>> known = new HashMap<>();
  private final Set<Place> said = new HashSet<>();

  /** A client refuses it; whether that ever arrives is another matter. */
  void said(UserKey user, long epoch, long seq) {
    said.add(new Place(user, epoch, seq));
  }

  /** Of whom the sequencer heard it, and still knows. */
  boolean isBy(UserKey user, long epoch, String device, long seq) {
    TreeSet<Long> seqs = known.get(new Device(user, epoch, device));
    return seqs != null && seqs.contains(seq);
  }

  /** Whether someone refused it, of which the sequencer does not know, or not any more. */
  boolean isSaidInVain(UserKey user, long epoch, long seq, @Nullable UserRecord record) {
    return said.contains(new Place(user, epoch, seq))
        && (record == null
            || record.getDevicesList().stream()
                .noneMatch(device -> isBy(user, epoch, device.getName(), seq)));
  }

  void follow(Fact fact) {
    UserRecord before = fact.before();
    UserRecord after = fact.after();
    known
        .keySet()
        .removeIf(
            device ->
                device.user.equals(fact.user())
                    && (before == null
                        || before.getDevicesList().stream()
                            .noneMatch(there -> there.getName().equals(device.name))));
    if (before == null
        || after == null
        || !(fact.event() instanceof UserEvent.Acked ack)
        || !ack.refused()
        || ack.epoch() != before.getEpoch()) {
      return;
    }
    for (DeviceRecord device : before.getDevicesList()) {
      // Also of a session that is over: what it said before counts.
      if (device.getAcked() < ack.seq()
          && new SessionRef(device.getSlot(), device.getIncarnation(), device.getN())
              .equals(ack.session())
          && ack.seq() <= device.getSent()) {
        refuse(new Device(fact.user(), before.getEpoch(), device.getName()), ack.seq(), before);
      }
    }
  }

  private void refuse(Device device, long seq, UserRecord before) {
    TreeSet<Long> seqs = known.computeIfAbsent(device, _ -> new TreeSet<>());
    seqs.headSet(before.getFloor(), true).clear();
    seqs.add(seq);
    if (seqs.size() > MOST) {
      var _ = seqs.pollFirst();
    }
  }
}
