package io.tidegate.fanout.simulation;

import io.tidegate.contract.policy.Policy;
import org.jspecify.annotations.Nullable;

/** A record of {@code tidegate.policies}; no policy: there is none of that name any more. */
record PolicyChange(String name, @Nullable Policy policy) {}
