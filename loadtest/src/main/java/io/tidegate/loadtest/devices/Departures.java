package io.tidegate.loadtest.devices;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Devices that begin to connect at a steady rate, which does not slow when connections do. Of one
 * thread; nanoseconds of any clock that only goes on.
 */
final class Departures {
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final List<Device> devices;
  private final double perSecond;
  private final long began;
  private int gone;

  /**
   * @param perSecond above 0
   */
  Departures(List<Device> devices, double perSecond, long now) {
    this.devices = devices;
    this.perSecond = perSecond;
    this.began = now;
  }

  /** Asks those that are due; whether that was all. */
  boolean go(long now) {
    double due = (now - began) / SECOND * perSecond;
    while (gone < devices.size() && gone < due) {
      devices.get(gone++).come();
    }
    return gone == devices.size();
  }
}
