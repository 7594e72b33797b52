package io.tidegate.fanout.sequencer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.mailbox.ReadyQueue;
import io.tidegate.fanout.pace.Pace;
import io.tidegate.fanout.pace.PaceState;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.GapRecord;
import io.tidegate.fanout.state.PaceRecord;
import io.tidegate.fanout.state.QueueRecord;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import org.jspecify.annotations.Nullable;

/** User states to and from the store. */
final class UserStates {
  private UserStates() {}

  static @Nullable UserState load(SortedBytes store, UserKey user) {
    byte[] bytes = store.get(Keys.user(user));
    return bytes == null ? null : parse(bytes);
  }

  /**
   * Forgets what says nothing any more, so that the state is as it is when it is loaded again.
   *
   * @param pace by whose rules what still counts is kept
   * @return how many bytes it takes
   */
  static int save(SortedBytes store, UserKey user, UserState state, Pace pace, long nowMillis) {
    state.mailbox.settle();
    byte[] bytes = toBytes(state, pace.record(state.pace, nowMillis));
    store.put(Keys.user(user), bytes);
    return bytes.length;
  }

  /** Whether there is a message that only a policy or a window may hold. */
  static boolean hasReady(byte[] bytes) {
    return record(bytes).getQueuesCount() > 0;
  }

  private static UserRecord record(byte[] bytes) {
    try {
      return UserRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a user of the store is not readable", e);
    }
  }

  private static UserState parse(byte[] bytes) {
    UserRecord r = record(bytes);
    UserState state = new UserState(r.getEpoch());
    if (r.hasPace()) {
      state.pace = PaceState.of(r.getPace());
    }
    state.settings = r.getSettings();
    state.dueMillis = r.getDueMillis();
    state.presence = new Presence(r.getPresenceMillis(), r.getPresenceTold(), r.getLeaver());
    MailboxState mailbox = state.mailbox;
    mailbox.nextSeq = r.getNextSeq();
    mailbox.floor = r.getFloor();
    mailbox.lossFloor = r.getLossFloor();
    mailbox.releasedFrom = r.getReleasedFrom();
    mailbox.nextArrival = r.getNextArrival();
    mailbox.separated = r.getSeparated();
    for (QueueRecord q : r.getQueuesList()) {
      String category = q.getCategory();
      ReadyQueue queue =
          mailbox.queues.restore(
              q.getId(), Urgency.at(q.getUrgency()), category.isEmpty() ? null : category);
      queue.head = q.getHead();
      queue.tail = q.getTail();
      queue.count = q.getCount();
      queue.unsorted = q.getUnsorted() - 1;
    }
    mailbox.scheduled = r.getScheduled();
    mailbox.released = r.getReleased();
    mailbox.payloadBytes = r.getPayloadBytes();
    mailbox.scheduledMillis = orNever(r.getScheduledMillis());
    mailbox.expiryMillis = orNever(r.getExpiryMillis());
    mailbox.ageMillis = orNever(r.getAgeMillis());
    for (DeviceRecord d : r.getDevicesList()) {
      state.devices.add(device(d));
    }
    return state;
  }

  private static Device device(DeviceRecord d) {
    Device device = new Device(d.getName());
    device.acked = d.getAcked();
    device.own = d.getAcked() - d.getPassed();
    device.sent = d.getSent();
    device.cursor = Math.max(d.getSent(), d.getCursor());
    device.credited = d.getCredited();
    device.told = d.getTold();
    device.mark = d.getMark();
    device.sinceMark = d.getSinceMark();
    device.owed = d.getOwed();
    device.minimum = Urgency.at(d.getMinUrgency());
    device.minimumSince = d.getMinimumSince();
    device.minimumBefore = Urgency.at(d.getMinUrgencyBefore());
    d.getGapsList().forEach(gap -> device.gaps.add(gap.getFrom(), gap.getTo()));
    device.refused.addAll(d.getRefusedList());
    device.seenMillis = d.getSeenMillis();
    device.window = d.getWindow();
    device.connected = d.getConnected();
    device.saidMillis = d.getSaidMillis();
    if (d.getN() > 0) {
      device.session = new SessionRef(d.getSlot(), d.getIncarnation(), d.getN());
    }
    return device;
  }

  private static byte[] toBytes(UserState state, PaceRecord pace) {
    MailboxState mailbox = state.mailbox;
    UserRecord.Builder r =
        UserRecord.newBuilder()
            .setEpoch(state.epoch)
            .setNextSeq(mailbox.nextSeq)
            .setFloor(mailbox.floor)
            .setLossFloor(mailbox.lossFloor)
            .setReleasedFrom(mailbox.releasedFrom)
            .setNextArrival(mailbox.nextArrival)
            .setScheduled(mailbox.scheduled)
            .setReleased(mailbox.released)
            .setPayloadBytes(mailbox.payloadBytes)
            .setScheduledMillis(orZero(mailbox.scheduledMillis))
            .setExpiryMillis(orZero(mailbox.expiryMillis))
            .setAgeMillis(orZero(mailbox.ageMillis))
            .setDueMillis(state.dueMillis)
            .setSettings(state.settings)
            .setPresenceMillis(state.presence.sinceMillis())
            .setPresenceTold(state.presence.told())
            .setLeaver(state.presence.leaver())
            .setSeparated(mailbox.separated);
    for (ReadyQueue queue : mailbox.queues.all()) {
      if (queue.count > 0) {
        String category = queue.category;
        r.addQueues(
            QueueRecord.newBuilder()
                .setUrgency(queue.urgency.position())
                .setId(queue.id)
                .setCategory(category == null ? "" : category)
                .setHead(queue.head)
                .setTail(queue.tail)
                .setCount(queue.count)
                .setUnsorted(queue.unsorted + 1));
      }
    }
    if (!pace.equals(PaceRecord.getDefaultInstance())) {
      r.setPace(pace);
    }
    for (Device device : state.devices) {
      r.addDevices(record(device));
    }
    return r.build().toByteArray();
  }

  private static DeviceRecord record(Device device) {
    DeviceRecord.Builder d =
        DeviceRecord.newBuilder()
            .setName(device.name)
            .setAcked(device.acked)
            .setPassed(device.acked - device.own)
            .setSent(device.sent)
            .setCursor(device.cursor == device.sent ? 0 : device.cursor)
            .setCredited(device.credited)
            .setTold(device.told)
            .setMark(device.mark)
            .setSinceMark(device.sinceMark)
            .setOwed(device.owed)
            .setMinUrgency(device.minimum.position())
            .setMinimumSince(device.minimumSince)
            .setMinUrgencyBefore(device.minimumBefore.position())
            .setWindow(device.window)
            .setConnected(device.connected)
            .setSeenMillis(device.seenMillis)
            .setSaidMillis(device.saidMillis)
            .addAllRefused(device.refused);
    for (Gaps.Gap gap : device.gaps.all()) {
      d.addGaps(GapRecord.newBuilder().setFrom(gap.from()).setTo(gap.to()));
    }
    SessionRef session = device.session;
    if (session != null) {
      d.setSlot(session.slot()).setIncarnation(session.incarnation()).setN(session.n());
    }
    return d.build();
  }

  private static long orNever(long millis) {
    return millis == 0 ? Message.NEVER : millis;
  }

  private static long orZero(long millis) {
    return millis == Message.NEVER ? 0 : millis;
  }
}
