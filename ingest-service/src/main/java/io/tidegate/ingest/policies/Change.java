package io.tidegate.ingest.policies;

import io.tidegate.contract.policy.InvalidPolicyException;
import org.jspecify.annotations.Nullable;

/** What came of asking for a change. All but the first two changed nothing. */
public sealed interface Change {
  /**
   * Kafka has it, with acks=all.
   *
   * @param version the offset of its record
   * @param created whether there was nothing before
   * @param shown whether this instance has read it back; if not, it will
   */
  record Durable(long version, boolean created, boolean shown) implements Change {}

  /**
   * It is not known whether Kafka has it. To ask again is safe.
   *
   * @param cause a {@link io.tidegate.ingest.publish.CrowdedException} if it was not sent at all
   */
  record Unknown(Throwable cause) implements Change {}

  /** There is nothing to delete. */
  record Absent() implements Change {}

  /**
   * @param current what is there instead; null: nothing
   */
  record Mismatch(@Nullable StoredPolicy current) implements Change {}

  /** The tenant has {@link PolicyStore#MAX_POLICIES}. */
  record Full() implements Change {}

  /** The user's settings name a policy that there is not. */
  record NoSuchPolicy(String name) implements Change {}

  /** The user's overrides do not fit the policy. */
  record Misfit(InvalidPolicyException why) implements Change {}

  /** The policies are not read yet, or earlier changes take too long. */
  record NotNow(String reason) implements Change {}
}
