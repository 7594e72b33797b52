package io.tidegate.ingest.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.publish.KeyTable;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in whose API key or token allows what it asks for, and says for which tenant it
 * is. Before a byte of the body is read.
 */
final class Gatekeeper {
  private final @Nullable KeyTable keys;
  private final InstantSource clock;
  private final Answers answers;

  /**
   * @param keys null: everyone is let in, for the tenant {@code default}
   */
  Gatekeeper(@Nullable KeyTable keys, InstantSource clock, Answers answers) {
    this.keys = keys;
    this.clock = clock;
    this.answers = answers;
  }

  /** A refusal is answered here and not thrown, so that who times the request sees its status. */
  void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      admit(request, response);
    } catch (Rejection e) {
      answers.rejection(request, response, e);
      return;
    }
    chain.proceed();
  }

  private void admit(RoutingRequest request, RoutingResponse response) {
    Route route = Route.of(request.path().rawPath());
    if (route == Route.OTHER) {
      // Helidon would decode and tidy the path, and lead one that is spelled otherwise past the
      // check to a handler.
      throw Rejection.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
    }
    Scope scope = route.scope();
    if (keys != null && scope != null) {
      Access.Granted granted = require(keys, request, response, scope);
      request.context().register(new Caller(granted.tenant(), granted.caller()));
    }
  }

  /** Whether what let a request of this route in would do so now. */
  boolean stillAdmits(ServerRequest request, Route route) {
    Scope scope = route.scope();
    return keys == null
        || scope == null
        || keys.check(shown(request), scope, clock.millis()) instanceof Access.Granted;
  }

  private static List<String> shown(ServerRequest request) {
    return request.headers().contains(HeaderNames.AUTHORIZATION)
        ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
        : List.of();
  }

  private Access.Granted require(
      KeyTable table, RoutingRequest request, RoutingResponse response, Scope scope) {
    return switch (table.check(shown(request), scope, clock.millis())) {
      case Access.Granted granted -> granted;
      case Access.Denied denied -> {
        if (denied instanceof Access.Lacking(Access.Granted who, String _, Scope _)) {
          request.context().register(new Caller(who.tenant(), who.caller())); // for the log
        }
        if (!denied.challenge().isEmpty()) {
          response.header(HeaderNames.WWW_AUTHENTICATE, denied.challenge());
        }
        throw Rejection.of(denied.kind(), denied.reason());
      }
    };
  }
}
