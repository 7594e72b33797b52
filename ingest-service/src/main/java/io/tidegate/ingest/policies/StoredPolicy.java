package io.tidegate.ingest.policies;

import io.tidegate.contract.policy.Policy;

/**
 * A policy as it lies on {@code tidegate.policies}.
 *
 * @param version the offset of its record: a newer one is larger
 */
public record StoredPolicy(String name, long version, Policy policy) {}
