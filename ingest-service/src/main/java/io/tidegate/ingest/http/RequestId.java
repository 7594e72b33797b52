package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.ingest.message.MessageIds;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a request is spoken of by: its own X-Request-Id where that is 1 to {@value #MAX_CHARS} of
 * {@code [A-Za-z0-9._~:@+=-]}, else one that is made, a UUID version 7. It is not a secret, and not
 * unique if a client says so.
 */
record RequestId(String text) {
  static final int MAX_CHARS = 128;
  private static final HeaderName NAME = HeaderNames.create("X-Request-Id");
  private static final String PUNCTUATION = "._~:@+=-";

  static RequestId of(Headers headers) {
    if (headers.contains(NAME)) {
      List<String> values = headers.get(NAME).allValues();
      if (values.size() == 1 && isWellFormed(values.getFirst())) {
        return new RequestId(values.getFirst());
      }
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new RequestId(
        MessageIds.uuid7(System.currentTimeMillis(), random.nextLong(), random.nextLong())
            .toString());
  }

  /** That of a request that came to a route. */
  static RequestId of(ServerRequest request) {
    return request.context().get(RequestId.class).orElseGet(() -> of(request.headers()));
  }

  private static boolean isWellFormed(String text) {
    boolean good = !text.isEmpty() && text.length() <= MAX_CHARS;
    for (int i = 0; good && i < text.length(); i++) {
      char c = text.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || PUNCTUATION.indexOf(c) >= 0;
    }
    return good;
  }

  Header header() {
    return HeaderValues.create(NAME, text);
  }

  /** As a problem says which occurrence of it this is (RFC 9457, 3.1.5). */
  String urn() {
    return "urn:tidegate:request:" + text;
  }
}
