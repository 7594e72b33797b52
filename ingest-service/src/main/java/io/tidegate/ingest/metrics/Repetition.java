package io.tidegate.ingest.metrics;

import java.util.Locale;

/** What became of a request whose Idempotency-Key was known. */
public enum Repetition {
  /** It was answered as before. */
  REPLAYED,
  /** Another with the key was being served. */
  IN_FLIGHT,
  /** It was another request. */
  OTHER;

  /** The metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
