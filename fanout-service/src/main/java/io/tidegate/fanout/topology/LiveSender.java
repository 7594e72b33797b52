package io.tidegate.fanout.topology;

/**
 * Hands messages of ttl 0 to a worker at once, outside the transaction: they are delivered now or
 * never, so they wait for no commit. May be used by many threads and never throws for a fault of
 * Kafka's.
 */
@FunctionalInterface
public interface LiveSender {
  /**
   * @param value what the worker reads
   */
  void send(int slot, byte[] value, long nowMillis);
}
