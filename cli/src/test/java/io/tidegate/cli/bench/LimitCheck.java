package io.tidegate.cli.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Looks at every push of every user, as fan-out released it and as it came to the device.
 *
 * <p>A release above the limit is a violation, and so is a push that came before its release, which
 * would mean that the instants of the releases are not true. That pushes come to a device closer
 * together than they were released is the way's doing, and only counted.
 */
final class LimitCheck {
  private static final long TOLERANCE_MILLIS = 1_000;

  private final BurstRule rule;
  private final BurstLedger ledger;
  private final Histogram delays = new Histogram(TimeUnit.MINUTES.toMillis(20), 3);
  private long released;
  private long above;
  private long came;
  private long close;
  private long tooClose;
  private long closestMillis;

  LimitCheck(BurstRule rule, BurstLedger ledger) {
    this.rule = rule;
    this.ledger = ledger;
  }

  void compare(List<PushTimes> releases, List<BurstDevice> devices) {
    for (int user = 0; user < devices.size(); user++) {
      released(releases.get(user));
      came(devices.get(user).arrivals(), releases.get(user));
      if (devices.get(user).arrivals().messages() != releases.get(user).messages()) {
        ledger.violation("user who was shown another number of messages than was released");
      }
    }
  }

  private void released(PushTimes releases) {
    released += releases.count();
    for (int push = 0; push < releases.count(); push++) {
      if (releases.earlyMillis(push, rule) > 0) {
        above++;
        ledger.violation("push released above the limit");
      }
    }
  }

  private void came(PushTimes arrivals, PushTimes releases) {
    came += arrivals.count();
    for (int push = 0; push < arrivals.count(); push++) {
      long earlyMillis = arrivals.earlyMillis(push, rule);
      close += earlyMillis > 0 ? 1 : 0;
      tooClose += earlyMillis > TOLERANCE_MILLIS ? 1 : 0;
      closestMillis = Math.max(closestMillis, earlyMillis);
      long release = releases.millisOf(arrivals.firstSeq(push));
      long delay = arrivals.millis(push) - release;
      if (release < 0) {
        ledger.violation("push without a release");
      } else if (delay < 0) {
        ledger.violation("push before its release");
      } else {
        delays.recordValue(Math.min(delay, delays.getHighestTrackableValue()));
      }
    }
  }

  List<String> lines() {
    return List.of(
        "%,d pushes released, %,d of them above the limit".formatted(released, above),
        "%,d pushes came, %.1f messages in each; ms from release to device p50 %d p99 %d max %d"
            .formatted(
                came,
                (double) ledger.shownCount() / Math.max(1, came),
                delays.getValueAtPercentile(50),
                delays.getValueAtPercentile(99),
                delays.getMaxValue()),
        "by delays on the way %,d came closer together than the limit, by %d ms at most, %,d by over %d"
            .formatted(close, closestMillis, tooClose, TOLERANCE_MILLIS));
  }
}
