package io.tidegate.delivery.kafka;

import io.tidegate.contract.DeadLetter;
import io.tidegate.delivery.slot.Load;

/**
 * Where the worker says of itself what the sequencers are to know, and what it could not read.
 * Never blocks. False: no room, nothing was left.
 */
interface WorkerLog {
  /**
   * @param failed called on any thread if the record could not be written after all
   */
  boolean slotUp(String process, Runnable failed);

  boolean heartbeat(long incarnation, Load load);

  boolean drain(long incarnation);

  /**
   * @param failed called on any thread if the letter could not be written after all
   */
  boolean deadLetter(DeadLetter letter, Runnable failed);
}
