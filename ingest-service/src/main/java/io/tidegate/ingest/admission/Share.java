package io.tidegate.ingest.admission;

/** A part of the bytes that may be in flight, with a bound of its own, such as a tenant's. */
public interface Share {
  /** Takes {@code more} bytes; false, and nothing taken, if there is no room for them. */
  boolean grow(long more);

  /** Gives back {@code less} bytes that were taken. */
  void shrink(long less);
}
