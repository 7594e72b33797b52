package io.tidegate.client.loop;

/** Time, chance and the order of things, so that tests can move them by hand. */
public interface Loop {
  /** Runs it soon, behind what was given before. From any thread; once it is closed, never. */
  void execute(Runnable task);

  /** Runs it on the loop after so many milliseconds. */
  Timer after(long millis, Runnable task);

  /** Milliseconds of a clock that only goes on. */
  long now();

  /** From 0 up to but not 1. */
  double random();

  /** Ends it, with what waits. */
  void close();

  /** Something that is to come. */
  interface Timer {
    /** Takes it back. */
    void cancel();
  }
}
