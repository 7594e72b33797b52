package io.tidegate.loadtest.offer;

/**
 * What becomes of messages at the door. Instants are nanoseconds since the begin of the load. From
 * threads of the door.
 */
public interface OfferEvents {
  /**
   * A message is about to be handed in, for the first time or again.
   *
   * @param waited it was due when no connection was free, so that the service and not the generator
   *     had it wait
   */
  void sent(long message, long nanos, boolean waited);

  /** It is durable, as the service says. */
  void accepted(long message, long nanos);

  /**
   * An answer that is no acceptance, or none.
   *
   * @param answer an HTTP status, {@code timeout}, {@code broken} or, of Kafka, the name of its
   *     error
   * @param again it will be handed in again
   */
  void refused(long message, String answer, boolean again);
}
