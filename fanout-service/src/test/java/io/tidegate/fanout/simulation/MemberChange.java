package io.tidegate.fanout.simulation;

import io.tidegate.contract.Membership;

/** A record of the members topic: a user is in a group from now on, or not any more. */
record MemberChange(Membership membership, boolean joins) {}
