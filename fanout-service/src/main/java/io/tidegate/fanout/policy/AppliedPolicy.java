package io.tidegate.fanout.policy;

import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.pace.Pace;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a user, ready to be applied.
 *
 * @param name of the policy that is behind it
 * @param version the offset at which that stands on {@code tidegate.policies}; -1 for the one that
 *     this installation has built in
 * @param categories those with rules of their own
 * @param fault why it is not what the user's settings ask for; null if it is
 */
public record AppliedPolicy(
    String name,
    long version,
    Policy policy,
    Pace pace,
    Set<String> categories,
    @Nullable String fault) {

  static AppliedPolicy of(String name, long version, Policy policy, @Nullable String fault) {
    Set<String> categories =
        Stream.concat(
                policy.limits().stream().map(limit -> limit.category()),
                policy.caps().stream().map(cap -> cap.category()))
            .flatMap(Stream::ofNullable)
            .collect(Collectors.toUnmodifiableSet());
    return new AppliedPolicy(name, version, policy, Pace.of(policy), categories, fault);
  }
}
