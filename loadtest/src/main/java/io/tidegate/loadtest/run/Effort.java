package io.tidegate.loadtest.run;

import java.time.Duration;

/** The processor time of this process while it offers load: no more than that counts as its own. */
final class Effort {
  private final Duration before = cpu();
  private double cpuSeconds;
  private int seconds = 1;

  /** Again and again, as long as load is offered. */
  void look(long nowNanos) {
    int second = (int) (Math.max(0, nowNanos) / 1_000_000_000);
    if (second >= seconds || cpuSeconds == 0) {
      seconds = Math.max(1, second);
      cpuSeconds = cpu().minus(before).toNanos() / 1e9;
    }
  }

  double cpuSeconds() {
    return cpuSeconds;
  }

  /** For which that is, at least 1. */
  int seconds() {
    return seconds;
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
