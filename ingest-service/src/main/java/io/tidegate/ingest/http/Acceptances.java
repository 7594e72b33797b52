package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.TraceContext;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.IdSource;
import io.tidegate.ingest.message.LineIds;
import io.tidegate.ingest.message.TraceParent;
import io.tidegate.ingest.message.TraceState;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What a request that sends messages says beside its body. */
final class Acceptances {
  static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
  private static final HeaderName TRACE_STATE = HeaderNames.create("tracestate");

  private final InstantSource clock;
  private final IdSource ids;

  Acceptances(InstantSource clock) {
    this.clock = clock;
    SecureRandom random = new SecureRandom();
    this.ids = new IdSource(random.nextLong(), random.nextLong());
  }

  private static @Nullable TraceContext trace(Headers headers) {
    String parent = TraceParent.valid(headers.first(TRACE_PARENT).orElse(null));
    return parent == null || !headers.contains(TRACE_STATE)
        ? TraceContext.of(parent, null)
        : new TraceContext(parent, TraceState.valid(headers.get(TRACE_STATE).allValues()));
  }

  /**
   * @param key the Idempotency-Key, that ids follow from; null for none
   */
  Acceptance of(ServerRequest request, @Nullable String key) {
    String tenant = Caller.of(request).tenant();
    long now = clock.millis();
    return new Acceptance(
        tenant,
        now,
        key == null ? () -> ids.next(now) : new LineIds(tenant, key),
        trace(request.headers()));
  }
}
