package io.tidegate.fanout.inspection;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every request is that brings JSON: a POST of that media type, and not too large. What is too
 * large is answered and then read to its end, up to {@link #MAX_DISCARDED_BYTES}: of a connection
 * that is closed while its client still sends, the client may never read the answer.
 */
final class JsonBody {
  static final String TYPE = "application/json";

  /**
   * Beyond it, announced or sent, a body is refused by the connection's end. A chunk is held whole
   * until it is dropped, so this is what a connection may cost.
   */
  static final int MAX_DISCARDED_BYTES = 1024 * 1024;

  private JsonBody() {}

  /** The answer to a request that is something else; null where it is not. */
  static @Nullable Answer misuse(ServerRequest request, ServerResponse response) {
    if (!request.prologue().method().equals(Method.POST)) {
      response.header(HeaderNames.ALLOW, "POST");
      return Answer.problem(Problem.Kind.METHOD_NOT_ALLOWED.problem("only POST"));
    }
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE)) {
      return Answer.problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE.problem("want Content-Type: " + TYPE));
    }
    return null;
  }

  static Answer tooLarge(int maxBytes) {
    return Answer.problem(
        Problem.Kind.TOO_LARGE.problem("the body is larger than " + maxBytes + " bytes"));
  }

  /** The bytes of the body; none where there is none, null where there are more. */
  static byte @Nullable [] read(ServerRequest request, int maxBytes) {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      return null;
    }
    try {
      byte[] body = request.content().inputStream().readNBytes(maxBytes + 1);
      return body.length > maxBytes ? null : body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
