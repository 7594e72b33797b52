package io.tidegate.ingest.message;

import io.tidegate.contract.Membership;

/**
 * A user who is to be in a group, or not to be, whatever was before.
 *
 * @param joins false: leaves
 */
public record MembershipChange(Membership membership, boolean joins) {}
