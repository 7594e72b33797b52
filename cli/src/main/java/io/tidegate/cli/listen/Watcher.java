package io.tidegate.cli.listen;

import java.time.Duration;

/** Is told what happens to a listening device; called by one thread at a time. */
public interface Watcher {
  void welcomed(Device.Step.Welcomed welcome);

  void show(Device.Step.Show show);

  /** Something after {@code seq} was removed undelivered. */
  void missed(long seq);

  void acked(long seq);

  void gap(Device.Step.Gap gap);

  void reconnecting(int code, String reason, Duration wait);

  void closedForGood(int code, String reason);
}
