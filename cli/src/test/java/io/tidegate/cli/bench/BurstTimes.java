package io.tidegate.cli.bench;

/**
 * What happened in each second of a burst.
 *
 * @param offered messages sent to ingest for the first time
 * @param accepted messages whose answer said so
 * @param pushed messages that a device has for the first time
 * @param pushes frames with any of these
 */
record BurstTimes(Timeline offered, Timeline accepted, Timeline pushed, Timeline pushes) {
  static BurstTimes create() {
    return new BurstTimes(new Timeline(), new Timeline(), new Timeline(), new Timeline());
  }

  void begin(long nanos) {
    offered.begin(nanos);
    accepted.begin(nanos);
    pushed.begin(nanos);
    pushes.begin(nanos);
  }

  int seconds() {
    return Math.max(accepted.seconds(), pushed.seconds());
  }
}
