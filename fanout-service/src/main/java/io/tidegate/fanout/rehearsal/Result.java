package io.tidegate.fanout.rehearsal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one policy made of the messages. Each is in exactly one of {@code atOnce}, {@code delayed},
 * {@code collapsed}, {@code dropped}, {@code expired} and {@code waiting}.
 *
 * @param delivered those that went, {@code atOnce} and {@code delayed} together
 * @param atOnce within {@link Delays#AT_ONCE} of when they could have gone
 * @param waiting neither gone nor ended when the rehearsal ended
 * @param pushes what users would have perceived: each has one or more messages
 * @param faults users whose settings do not fit the policy, so that they have it without them
 * @param endings why messages ended that were not delivered, the most frequent first
 * @param busiest the user with the most pushes; null where there were none
 */
public record Result(
    long delivered,
    long atOnce,
    long delayed,
    long collapsed,
    long dropped,
    long expired,
    long waiting,
    long pushes,
    long faults,
    Delays delay,
    List<Ending> endings,
    @Nullable Busiest busiest) {

  /**
   * @param outcome the word of {@link io.tidegate.contract.Outcome.Kind}
   * @param reason the word of {@link io.tidegate.contract.Outcome.Reason}
   * @param rule of the policy; null where none decided it
   */
  public record Ending(String outcome, String reason, @Nullable String rule, long messages) {}

  public record Busiest(String user, long pushes, long messages) {}
}
