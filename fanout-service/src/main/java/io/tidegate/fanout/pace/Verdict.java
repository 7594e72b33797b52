package io.tidegate.fanout.pace;

import io.tidegate.contract.Message;
import io.tidegate.contract.policy.OnExceed;

/** Whether a message may go in a push. */
public sealed interface Verdict {
  Go GO = new Go();
  Full FULL = new Full();

  /** It goes. */
  record Go() implements Verdict {}

  /** The push holds as much as it may; the message is to be tried in another one. */
  record Full() implements Verdict {}

  /**
   * It waits.
   *
   * @param rule the name of the limit or cap that holds it longest, else the label of the cause
   * @param untilMillis the first instant at which the verdict would be another if nothing else
   *     happened, epoch milliseconds; {@link Message#NEVER} if the policy never lets it go
   */
  record Wait(String rule, Cause cause, long untilMillis) implements Verdict {}

  /**
   * It could go now but for a rule that does not let what exceeds it wait: it is to be dropped, or
   * to wait in place of the one that waits already.
   *
   * @param rule the name of the limit or cap
   * @param onExceed {@link OnExceed#DROP} or {@link OnExceed#COLLAPSE}
   * @param untilMillis when it could go if it did wait, as with {@link Wait}
   */
  record Exceeded(String rule, OnExceed onExceed, long untilMillis) implements Verdict {}
}
