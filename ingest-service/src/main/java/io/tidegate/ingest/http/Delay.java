package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.ingest.lag.Eta;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Tells who prefers {@code respond-async} (RFC 7240, 4.1) how long a message will probably wait for
 * fan-out, where that is known.
 */
final class Delay {
  private static final String RESPOND_ASYNC = "respond-async";
  private static final HeaderName PREFER = HeaderNames.create("Prefer");
  static final HeaderName APPLIED_NAME = HeaderNames.create("Preference-Applied");
  private static final Header APPLIED = HeaderValues.createCached(APPLIED_NAME, RESPOND_ASYNC);

  private final Eta eta;
  private final LongSupplier nanoTime;

  Delay(Eta eta, LongSupplier nanoTime) {
    this.eta = eta;
    this.nanoTime = nanoTime;
  }

  /**
   * Milliseconds; empty where nobody asks, or it is not known. The answer says that it was asked.
   */
  OptionalLong tell(ServerRequest request, ServerResponse response) {
    if (!request.headers().contains(PREFER)
        || request.headers().get(PREFER).allValues().stream().noneMatch(Delay::wants)) {
      return OptionalLong.empty();
    }
    OptionalLong millis = eta.expectedMillis(nanoTime.getAsLong());
    if (millis.isPresent()) {
      response.header(APPLIED);
    }
    return millis;
  }

  private static boolean wants(String preferences) {
    for (String preference : preferences.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (preference.split(";", -1)[0].strip().equals(RESPOND_ASYNC)) {
        return true;
      }
    }
    return false;
  }
}
