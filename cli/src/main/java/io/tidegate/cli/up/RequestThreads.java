package io.tidegate.cli.up;

/**
 * How many processors the threads that answer requests may keep busy at once in {@code up}, where
 * broker and all services are one process.
 *
 * <p>They are virtual threads, so the JVM would give them every processor. A burst of requests then
 * had more threads that wanted to run than fan-out has, which is one: it got a quarter of a
 * processor, and what was accepted reached nobody for most of a minute. With half of the processors
 * the accepting waits for the delivering instead. With one, a request that has much to compute or
 * to read from a store on disk holds up the others for so long.
 */
final class RequestThreads {
  /** The JVM reads it when the first virtual thread begins. */
  static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";

  private RequestThreads() {}

  /** Half of the processors, and at least one. */
  static int of(int processors) {
    return Math.max(1, processors / 2);
  }

  /** Leaves what was set. To be called before there is a virtual thread. */
  static void limit() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(
          PROPERTY, Integer.toString(of(Runtime.getRuntime().availableProcessors())));
    }
  }
}
