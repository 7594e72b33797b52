package io.tidegate.loadtest.run;

import io.tidegate.contract.policy.MailboxBounds;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Profile;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether what was accepted and not shown is a loss. Where the profile or the policy lets messages
 * go, by a ttl, a collapse key or rules that drop, it cannot be told from outside which went by
 * right.
 *
 * @param lossCounts every missing one is a loss
 * @param why for people, where it does not
 * @param unchecked kinds of rules of the policy that pushes are not held against
 */
record Judgement(boolean lossCounts, String why, List<String> unchecked) {
  /**
   * @param rules what holds of the policy for what is sent
   */
  static Judgement of(Profile profile, Policy rules) {
    List<String> reasons = new ArrayList<>();
    if (profile.sending().isLive()) {
      reasons.add("ttl 0 is deliver now or never");
    } else if (profile.sending().ttlSeconds() != null) {
      reasons.add("they may have expired");
    }
    if (profile.sending().collapse()) {
      reasons.add("newer ones may have replaced them");
    }
    if (!rules.caps().isEmpty() || !rules.quietHours().isEmpty()) {
      reasons.add("caps and quiet hours may hold them for longer than the run takes");
    }
    if (rules.limits().stream().anyMatch(limit -> limit.onExceed() != OnExceed.DEFER)) {
      reasons.add("the policy drops or collapses what exceeds it");
    }
    if (!rules.mailbox().equals(MailboxBounds.DEFAULT)) {
      reasons.add("the policy bounds what waits");
    }
    if (Drain.quietNanos(profile.drain(), rules) < Drain.nextPush(rules).toNanos()) {
      reasons.add("limits may hold them for longer than is waited");
    }
    return new Judgement(reasons.isEmpty(), String.join(", ", reasons), unchecked(rules));
  }

  private static List<String> unchecked(Policy rules) {
    List<String> kinds = new ArrayList<>();
    if (!rules.caps().isEmpty()) {
      kinds.add("caps");
    }
    if (!rules.quietHours().isEmpty()) {
      kinds.add("quiet hours");
    }
    return List.copyOf(kinds);
  }
}
