package io.tidegate.delivery.connection;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.tidegate.delivery.auth.Origins;
import org.jspecify.annotations.Nullable;

/**
 * What a browser is told of one request, so that a page of another origin may read the answer
 * (Fetch, 3.2).
 *
 * @param origin that may; null: none
 * @param varies whether the answer to another origin would be another
 */
record Cors(@Nullable String origin, boolean varies) {
  static final Cors NONE = new Cors(null, false);

  private static final String ANY = "*";
  private static final String HEADERS = "authorization, content-type, last-event-id";
  private static final String EXPOSED = "retry-after, www-authenticate";
  private static final int MAX_AGE_SECONDS = 600;

  /**
   * @param origin of the request; null: none
   */
  static Cors of(Origins origins, @Nullable String origin) {
    if (!origins.isSet()) {
      return NONE;
    }
    if (origins.isAny()) {
      return new Cors(ANY, false);
    }
    return new Cors(origins.admits(origin) ? origin : null, true);
  }

  void tell(HttpHeaders response) {
    if (varies) {
      response.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    }
    if (origin != null) {
      response
          .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
  }

  /** The answer to a browser that asks before it sends the request itself. */
  static FullHttpResponse preflight(HttpMethod allowed) {
    FullHttpResponse response = HttpAnswer.nothing();
    response
        .headers()
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, allowed)
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
        .setInt(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    return response;
  }
}
