package io.tidegate.ingest.admission;

/**
 * A part of what may be in flight, with bounds of its own, such as a tenant's. What is free is
 * looked at a moment before, so that where many come at once a share may be passed by a few; the
 * bound of all never is.
 */
public interface Share {
  /**
   * Takes a request's place; false, and nothing taken, if that is more than its part.
   *
   * @param free how many requests more may be in flight
   */
  boolean enter(int free);

  /** Gives back the place that was taken. */
  void leave();

  /**
   * Takes {@code more} bytes; false, and nothing taken, if there is no room for them.
   *
   * @param free how many bytes more may be in flight
   */
  boolean grow(long more, long free);

  /** Gives back {@code less} bytes that were taken. */
  void shrink(long less);
}
