package io.tidegate.delivery.kafka;

/** Where the worker says of itself what the sequencers are to know. Never blocks. */
interface WorkerLog {
  /**
   * @param failed called on any thread if the record could not be written after all
   */
  boolean slotUp(String process, Runnable failed);

  boolean heartbeat(long incarnation, int connections);

  boolean drain(long incarnation);
}
