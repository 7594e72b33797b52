package io.tidegate.ingest.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.publish.KeyTable;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in whose API key allows what it asks for, and says for which tenant it is. Before
 * a byte of the body is read.
 */
final class Gatekeeper {
  private final @Nullable KeyTable keys;
  private final InstantSource clock;

  /**
   * @param keys null: everyone is let in, for the tenant {@code default}
   */
  Gatekeeper(@Nullable KeyTable keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Scope scope = Route.of(request.path().rawPath()).scope();
    if (keys != null && scope != null) {
      Access.Granted granted = require(keys, request, response, scope);
      request.context().register(new Caller(granted.tenant(), granted.keyId()));
    }
    chain.proceed();
  }

  private Access.Granted require(
      KeyTable table, RoutingRequest request, RoutingResponse response, Scope scope) {
    List<String> shown =
        request.headers().contains(HeaderNames.AUTHORIZATION)
            ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
            : List.of();
    return switch (table.check(shown, scope, clock.millis())) {
      case Access.Granted granted -> granted;
      case Access.Denied denied -> {
        if (!denied.challenge().isEmpty()) {
          response.header(HeaderNames.WWW_AUTHENTICATE, denied.challenge());
        }
        throw Rejection.of(denied.kind(), denied.reason());
      }
    };
  }
}
