package io.tidegate.loadtest.run;

import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.schedule.Share;
import java.util.UUID;

/**
 * What a generator does of a run.
 *
 * @param ids of the run's messages, the same for all of its generators
 */
public record Part(Share share, MessageIds ids, Others others) {
  /** All of it. */
  static Part whole(Receivers receivers) {
    return new Part(Share.whole(receivers), anyIds(), Others.NONE);
  }

  /** Of no other run. */
  static MessageIds anyIds() {
    return new MessageIds(UUID.randomUUID().toString().substring(0, 8));
  }
}
