package io.tidegate.ingest.publish;

/**
 * When what was handed to a producer that lingers goes before its linger is over. No method waits.
 */
public interface Departures {
  /** For a producer that does not linger. */
  Departures UNUSED =
      new Departures() {
        @Override
        public void now() {}

        @Override
        public void afterLull() {}
      };

  /** All that was handed to the producer until now goes. */
  void now();

  /** It goes when this was not said again for a moment. */
  void afterLull();
}
