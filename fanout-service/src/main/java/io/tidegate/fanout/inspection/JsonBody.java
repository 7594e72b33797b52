package io.tidegate.fanout.inspection;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What every request is that brings JSON: a POST of that media type, and not too large. */
final class JsonBody {
  static final String TYPE = "application/json";

  private JsonBody() {}

  /** The answer to a request that is something else; null where it is not. */
  static @Nullable Answer misuse(ServerRequest request, ServerResponse response, int maxBytes) {
    if (!request.prologue().method().equals(Method.POST)) {
      response.header(HeaderNames.ALLOW, "POST");
      return Answer.problem(Problem.Kind.METHOD_NOT_ALLOWED.problem("only POST"));
    }
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE)) {
      return Answer.problem(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE.problem("want Content-Type: " + TYPE));
    }
    return request.headers().contentLength().orElse(0) > maxBytes ? tooLarge(maxBytes) : null;
  }

  static Answer tooLarge(int maxBytes) {
    return Answer.problem(
        Problem.Kind.TOO_LARGE.problem("the body is larger than " + maxBytes + " bytes"));
  }

  /** The bytes of the body; none where there is none. */
  static byte[] read(ServerRequest request) {
    return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
  }
}
