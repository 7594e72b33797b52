package io.tidegate.fanout.sequencer;

import io.tidegate.contract.UserKey;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The states of the users whose events came last, as they are in the store: what comes for a user
 * soon after, such as the ack of what was just sent, finds the state without reading it. For one
 * store, whose users nobody else writes.
 */
final class KeptStates {
  /** Of small states; one takes about three times its bytes in the store. */
  static final int MOST_USERS = 1_024;

  /** A larger state is read anew each time. */
  static final int MOST_BYTES = 1_024;

  private final SequencedMap<UserKey, UserState> states = new LinkedHashMap<>();

  /** The state, which is then not kept any more until it is put back; null if it is not. */
  @Nullable UserState take(UserKey user) {
    return states.remove(user);
  }

  /** The state is in the store as it is here. */
  void keep(UserKey user, UserState state) {
    states.put(user, state);
    if (states.size() > MOST_USERS) {
      states.pollFirstEntry();
    }
  }
}
