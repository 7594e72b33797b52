package io.tidegate.loadtest.offer;

/**
 * What becomes of messages at the door. Instants are nanoseconds since the begin of the load. From
 * threads of the door.
 */
public interface OfferEvents {
  long HELD_UP = -1;

  /**
   * What is handed in from now on is of another request than what was before. Those of one request
   * have their order by it, and so have all that are handed in where none is ever said to begin.
   */
  void requestBegins();

  /**
   * A message is about to be handed in, for the first time or again.
   *
   * @param late how long it left after it was to leave, nanoseconds; {@link #HELD_UP} where it was
   *     the service that had it wait, and not the generator
   */
  void sent(long message, long nanos, long late);

  /** It is durable, as the service says. */
  void accepted(long message, long nanos);

  /**
   * An answer that is no acceptance, or none.
   *
   * @param answer an HTTP status, {@code 200: } and that of a line, {@code timeout}, {@code
   *     broken}, {@code not sent} or, of Kafka, the name of its error
   * @param again it will be handed in again
   */
  void refused(long message, String answer, boolean again);

  /**
   * The event loop that hands in looked at its clock, as it is to every few milliseconds.
   *
   * @param late by how much it was later than that, nanoseconds
   */
  void ticked(long nanos, long late);
}
