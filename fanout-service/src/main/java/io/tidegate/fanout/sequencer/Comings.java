package io.tidegate.fanout.sequencer;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows who comes and goes: what an event made of a user's sessions becomes presence. */
final class Comings {
  private final @Nullable Duration grace;

  /**
   * @param grace null: nothing is told
   */
  Comings(@Nullable Duration grace) {
    this.grace = grace;
  }

  /**
   * After an event.
   *
   * @param was whether there was a session before it
   * @param is whether there is one now
   * @return when to look again; {@link Turn#NEVER} if only an event can change anything
   */
  long follow(UserState state, boolean was, boolean is, long nowMillis, Consumer<Effect> effects) {
    if (is != was) {
      state.presence =
          is
              ? state.presence.came(nowMillis)
              : state.presence.left(lastSeen(state, false).name, nowMillis);
      effects.accept(new Effect.Online(is));
    }
    if (was && is && state.presence.equals(Presence.NONE)) {
      // Of a version that did not write it down.
      state.presence = state.presence.since(nowMillis);
    }
    if (state.presence.isSettled(is, grace)) {
      return Turn.NEVER;
    }
    String leaver = state.presence.leaver();
    Presence.Step step = state.presence.step(is, grace, nowMillis);
    state.presence = step.next();
    if (step.change() != null) {
      boolean joined = step.change() == Presence.Change.JOIN;
      String device = joined ? lastSeen(state, true).name : leaver;
      effects.accept(new Effect.Announced(change(state, joined, device)));
    }
    return state.presence.dueMillis(is, grace);
  }

  /** Whether a join is to be told that was not, as of a user who came while nothing was told. */
  boolean isOpen(UserState state) {
    return state.hasSession() && !state.presence.isSettled(true, grace);
  }

  private static PresenceChange change(UserState state, boolean joined, String device) {
    int connected = 0;
    for (Device each : state.devices) {
      connected += each.connected ? 1 : 0;
    }
    return new PresenceChange(
        joined,
        state.epoch,
        state.presence.told(),
        device,
        connected,
        state.devices.size(),
        state.presence.sinceMillis());
  }

  /** Of the devices with a session, or of those without: which of them there was a sign of last. */
  private static Device lastSeen(UserState state, boolean connected) {
    Device last = null;
    for (Device device : state.devices) {
      if (device.connected == connected && (last == null || device.seenMillis >= last.seenMillis)) {
        last = device;
      }
    }
    if (last == null) {
      throw new IllegalStateException("who came or left is no device");
    }
    return last;
  }
}
