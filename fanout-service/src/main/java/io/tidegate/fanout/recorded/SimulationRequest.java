package io.tidegate.fanout.recorded;

import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import java.time.Instant;

/**
 * What is to be simulated.
 *
 * @param key of the policy that the candidate takes the place of; one that there is not, too
 * @param from the time of the first record, inclusive
 * @param to the time of the last record, exclusive
 * @param maxMessages 1 to {@link #MOST_MESSAGES}
 */
public record SimulationRequest(
    PolicyKey key, Policy candidate, Instant from, Instant to, long maxMessages) {
  public static final long MOST_MESSAGES = 1_000_000;

  /**
   * @throws IllegalArgumentException as {@code field: reason}
   */
  public SimulationRequest {
    if (from.isBefore(Instant.EPOCH)) {
      throw new IllegalArgumentException("from: before 1970");
    }
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("from: want before to, " + to + ", got " + from);
    }
    if (maxMessages < 1 || maxMessages > MOST_MESSAGES) {
      throw new IllegalArgumentException(
          "max_messages: want 1 to " + MOST_MESSAGES + ", got " + maxMessages);
    }
  }
}
