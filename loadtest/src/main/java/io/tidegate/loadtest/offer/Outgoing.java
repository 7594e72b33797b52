package io.tidegate.loadtest.offer;

import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Audience;

/** All that says what message n is. */
public record Outgoing(
    MessageIds ids, Names names, Audience audience, Receivers.Kind kind, Sending sending) {}
