package io.tidegate.ingest.message;

import io.tidegate.contract.TraceContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances in which a request is accepted, that do not stand in its body.
 *
 * @param tenant whose users are meant
 * @param nowMillis epoch milliseconds; the message's time
 * @param ids gives the id of a message that names none
 * @param trace a valid W3C trace context; null for none
 */
public record Acceptance(
    String tenant, long nowMillis, Supplier<String> ids, @Nullable TraceContext trace) {}
