package io.tidegate.ingest.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.connection.Guard;
import java.util.Arrays;
import java.util.Locale;

/** What the bodies of requests are held to. */
final class Bodies {
  static final String JSON = "application/json";
  static final String NDJSON = "application/x-ndjson";

  private Bodies() {}

  /** The media type without its parameters; empty for one we cannot serve. */
  static String mediaType(ServerRequest request) {
    String header = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return "";
      }
    }
    return parts[0].strip();
  }

  /**
   * What is in the body, unpacked if it comes compressed. Refuses a body that says it is too large,
   * or comes in an encoding that we do not know, before a byte of it is read.
   *
   * @param permit counts what is unpacked
   */
  static BodyReader open(ServerRequest request, long maxBytes, Admission.Permit permit) {
    Encoding encoding = Encoding.of(request);
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      throw Rejection.of(Problem.Kind.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
    }
    BodyReader received = new BodyReader(request.content().inputStream(), maxBytes);
    return encoding.unpack(received, maxBytes, permit);
  }

  /** All of it. */
  static BodyReader.Body read(ServerRequest request, int maxBytes, Admission.Permit permit) {
    Guard guard = Guard.current();
    try (BodyReader reader = open(request, maxBytes, permit)) {
      guard.startBody(maxBytes, permit);
      return reader.all();
    } finally {
      guard.endBody();
    }
  }

  /** One JSON text. */
  static byte[] readJson(ServerRequest request, int maxBytes, Admission.Permit permit) {
    if (!mediaType(request).equals(JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "want Content-Type: " + JSON + ", in UTF-8");
    }
    BodyReader.Body body = read(request, maxBytes, permit);
    if (body.length() == 0) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "the body is empty");
    }
    return Arrays.copyOf(body.bytes(), body.length());
  }
}
