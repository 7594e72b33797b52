package io.tidegate.delivery.webhook;

import io.tidegate.contract.webhook.EndpointKey;
import java.time.Duration;
import java.util.Set;

/** Serves the endpoints of some users, by the partitions that these lie in. */
public interface Hosting {
  /** The endpoint was put, changed, or is gone. */
  void changed(EndpointKey endpoint);

  /**
   * Those of these partitions are to be served from now on, and of no others. Waits until those of
   * others are served no more; where that takes longer than {@code patience}, requests are cut.
   */
  void assigned(Set<Integer> partitions, Duration patience);
}
