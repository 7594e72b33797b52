package io.tidegate.client;

import io.tidegate.client.loop.Loop;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The wait for the next attempt, which can be cut short. On the loop. */
final class Wait {
  private final Loop loop;
  private Loop.@Nullable Timer timer;
  private Runnable then = () -> {};
  private long until;
  private boolean asked;

  Wait(Loop loop) {
    this.loop = loop;
  }

  /**
   * @param delay milliseconds
   * @param asked the worker asked for it: nothing shortens it
   */
  void begin(long delay, boolean asked, Runnable then) {
    this.until = loop.now() + delay;
    this.asked = asked;
    this.then = then;
    set(delay);
  }

  /**
   * Cuts it short, if there is one.
   *
   * @param delay milliseconds, asked for where it counts
   */
  void hurry(LongSupplier delay) {
    Loop.Timer set = timer;
    if (set != null && !asked) {
      set.cancel();
      set(Math.min(until - loop.now(), delay.getAsLong()));
    }
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void set(long delay) {
    timer =
        loop.after(
            Math.max(0, delay),
            () -> {
              timer = null;
              then.run();
            });
  }
}
