package io.tidegate.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How a long-running command ends: at SIGTERM or ctrl-C it closes what runs and the process exits
 * with 0, in any case within a bound.
 */
public final class ProcessEnd {
  /** From the signal to the end of the process, where nothing that it runs needs longer. */
  public static final Duration BOUND = Duration.ofSeconds(9);

  private static final int NOT_IN_TIME = 70;
  private static final AtomicBoolean EXITING = new AtomicBoolean();

  private static volatile boolean bounded = true;

  private ProcessEnd() {}

  /** Lets {@link #exit} take as long as the JVM wants. */
  public static void takeYourTime() {
    bounded = false;
  }

  /** Ends the process by itself; hooks do not see it as a signal. */
  static void exit(int status) {
    EXITING.set(true);
    if (bounded) {
      haltAfter(BOUND, status);
    }
    System.exit(status);
  }

  /** {@link #onSignal(Runnable, Duration)} within {@link #BOUND}. */
  public static void onSignal(Runnable close) {
    onSignal(close, BOUND);
  }

  /**
   * Runs {@code close} at the next signal and exits with 0, or with 70 when it did not end within
   * the bound. Since the JVM would report a signal as 143, the hook ends the process itself when it
   * is done.
   */
  public static void onSignal(Runnable close, Duration bound) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("tidegate-stop")
                .unstarted(
                    () -> {
                      if (EXITING.get()) {
                        return;
                      }
                      haltAfter(bound, NOT_IN_TIME);
                      close.run();
                      Logs.stop();
                      System.out.flush();
                      Runtime.getRuntime().halt(0);
                    }));
  }

  /** Blocks until the process ends. */
  public static void awaitSignal() {
    CountDownLatch never = new CountDownLatch(1);
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void haltAfter(Duration bound, int status) {
    Thread.ofPlatform()
        .daemon()
        .name("tidegate-halt")
        .start(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(bound.toNanos());
              } catch (InterruptedException e) {
                return;
              }
              System.err.println("tidegate: did not stop within " + bound.toSeconds() + " s");
              Runtime.getRuntime().halt(status);
            });
  }
}
