package io.tidegate.fanout.simulation;

import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.PaceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Makes the real sequencer behave like a wrong one, by changing what goes in or comes out. */
final class Mutations {
  private Mutations() {}

  static UserEvent event(Mutant mutant, UserEvent event, @Nullable UserRecord user) {
    if (user == null) {
      return event;
    }
    return switch (event) {
      case UserEvent.Acked ack when mutant == Mutant.ACK_WITHOUT_EPOCH ->
          new UserEvent.Acked(
              ack.session(), user.getEpoch(), ack.seq(), ack.device(), ack.refused());
      case UserEvent.SessionDown down when mutant == Mutant.SESSION_DOWN_BY_USER ->
          user.getDevicesList().stream()
              .filter(DeviceRecord::getConnected)
              .findFirst()
              .map(d -> new SessionRef(d.getSlot(), d.getIncarnation(), d.getN()))
              .map(UserEvent.SessionDown::new)
              .orElse(down);
      default -> event;
    };
  }

  static Effect effect(Mutant mutant, UserEvent event, Effect effect) {
    if (mutant == Mutant.PARTIAL_RESUME
        && effect instanceof Effect.Attach attach
        && event instanceof UserEvent.SessionUp up
        && up.resume() != null
        && up.resume().epoch() == attach.epoch()) {
      return new Effect.Attach(
          attach.session(), Effect.Mode.RESUMED, attach.epoch(), attach.seq(), attach.head());
    }
    return effect;
  }

  static Policy policy(Mutant mutant, Policy policy) {
    return switch (mutant) {
      case QUIET_HOURS_IN_UTC -> policy.withTimezone(ZoneOffset.UTC);
      case BATCH_BOUND_IGNORED ->
          new Policy(
              policy.limits(),
              policy.caps(),
              new Batch(policy.batch().window(), policy.batch().mode(), 256, 262_144),
              policy.bypass(),
              policy.quietHours(),
              policy.timezone(),
              policy.smoothing(),
              policy.mailbox(),
              policy.broadcastRate());
      default -> policy;
    };
  }

  /**
   * What is stored under a key.
   *
   * @param before what was
   */
  static byte[] state(
      Mutant mutant, UserEvent event, byte @Nullable [] before, byte[] key, byte[] value) {
    if (key[0] != StoreReader.USER) {
      return value;
    }
    PaceRecord old =
        before == null ? PaceRecord.getDefaultInstance() : StoreReader.parseUser(before).getPace();
    return switch (mutant) {
      case PACE_NOT_PERSISTED -> withPace(value, old);
      case LIMITS_PER_DEVICE ->
          event instanceof UserEvent.SessionUp
              ? withPace(value, PaceRecord.getDefaultInstance())
              : value;
      case REFUSALS_NOT_PERSISTED -> {
        UserRecord.Builder user = StoreReader.parseUser(value).toBuilder();
        user.getDevicesBuilderList().forEach(DeviceRecord.Builder::clearRefused);
        yield user.build().toByteArray();
      }
      case LIMIT_NOT_COUNTED -> {
        PaceRecord.Builder pace = StoreReader.parseUser(value).getPace().toBuilder();
        for (int i = 0; i < pace.getClocksCount(); i++) {
          if (pace.getClocks(i).getRule().endsWith("0")) {
            pace.removeClocks(i);
            break;
          }
        }
        yield withPace(value, pace.build());
      }
      default -> value;
    };
  }

  private static byte[] withPace(byte[] user, PaceRecord pace) {
    UserRecord.Builder record = StoreReader.parseUser(user).toBuilder();
    if (pace.equals(PaceRecord.getDefaultInstance())) {
      record.clearPace();
    } else {
      record.setPace(pace);
    }
    return record.build().toByteArray();
  }
}
