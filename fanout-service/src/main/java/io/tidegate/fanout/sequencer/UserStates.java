package io.tidegate.fanout.sequencer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.mailbox.ReadyQueue;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.QueueRecord;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** User states to and from the store. */
final class UserStates {
  private final int limits;

  /**
   * @param limits how many limits the throttle has now; a user stored under another number begins
   *     them anew
   */
  UserStates(int limits) {
    this.limits = limits;
  }

  @Nullable UserState load(SortedBytes store, UserKey user) {
    byte[] bytes = store.get(Keys.user(user));
    return bytes == null ? null : parse(bytes);
  }

  void save(SortedBytes store, UserKey user, UserState state) {
    store.put(Keys.user(user), toBytes(state));
  }

  private UserState parse(byte[] bytes) {
    UserRecord r;
    try {
      r = UserRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a user of the store is not readable", e);
    }
    UserState state = new UserState(r.getEpoch(), limits);
    if (r.getThrottleCount() == limits) {
      Arrays.setAll(state.throttle, r::getThrottle);
    }
    state.dueMillis = r.getDueMillis();
    MailboxState mailbox = state.mailbox;
    mailbox.nextSeq = r.getNextSeq();
    mailbox.floor = r.getFloor();
    mailbox.lossFloor = r.getLossFloor();
    mailbox.releasedFrom = r.getReleasedFrom();
    mailbox.nextArrival = r.getNextArrival();
    for (QueueRecord q : r.getQueuesList()) {
      ReadyQueue queue = mailbox.queues.get(q.getUrgency());
      queue.head = q.getHead();
      queue.tail = q.getTail();
      queue.count = q.getCount();
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
    device.sent = d.getSent();
    device.credited = d.getCredited();
    device.told = d.getTold();
    device.seenMillis = d.getSeenMillis();
    device.window = d.getWindow();
    device.connected = d.getConnected();
    device.saidMillis = d.getSaidMillis();
    if (d.getN() > 0) {
      device.session = new SessionRef(d.getSlot(), d.getIncarnation(), d.getN());
    }
    return device;
  }

  private static byte[] toBytes(UserState state) {
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
            .setDueMillis(state.dueMillis);
    for (int urgency = 0; urgency < mailbox.queues.size(); urgency++) {
      ReadyQueue queue = mailbox.queues.get(urgency);
      if (queue.count > 0) {
        r.addQueues(
            QueueRecord.newBuilder()
                .setUrgency(urgency)
                .setHead(queue.head)
                .setTail(queue.tail)
                .setCount(queue.count));
      }
    }
    for (long instant : state.throttle) {
      r.addThrottle(instant);
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
            .setSent(device.sent)
            .setCredited(device.credited)
            .setTold(device.told)
            .setWindow(device.window)
            .setConnected(device.connected)
            .setSeenMillis(device.seenMillis)
            .setSaidMillis(device.saidMillis);
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
