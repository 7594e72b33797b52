package io.tidegate.ingest.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.connection.Guard;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

  /** What is made of a body as it comes in. */
  interface Reading<T extends @Nullable Object> {
    T of(BodyReader reader, Guard guard);
  }

  /**
   * Reads a body, or as much of it as {@code reading} wants.
   *
   * @param entry its permit counts what is unpacked of a compressed body, too
   * @throws Rejection if it says it is too large or comes in an encoding that we do not know,
   *     before a byte of it is read
   */
  static <T extends @Nullable Object> T reading(
      ServerRequest request, long maxBytes, Entrance.Entry entry, Reading<T> reading) {
    Encoding encoding = Encoding.of(request);
    requireAnnounced(request, maxBytes);
    BodyReader received = new BodyReader(request.content().inputStream(), maxBytes, entry::noRoom);
    Guard guard = Guard.current();
    try (BodyReader reader = encoding.unpack(received, maxBytes, entry)) {
      reader.hashInto(entry.fingerprint());
      guard.startBody(maxBytes, entry.permit());
      return reading.of(reader, guard);
    } finally {
      guard.endBody();
    }
  }

  /**
   * @throws Rejection if the body says it is larger
   */
  static void requireAnnounced(ServerRequest request, long maxBytes) {
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      throw Rejection.of(Problem.Kind.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
    }
  }

  /** All of it. */
  static BodyReader.Body read(ServerRequest request, int maxBytes, Entrance.Entry entry) {
    return reading(request, maxBytes, entry, (reader, _) -> reader.all());
  }

  /** One JSON text. */
  static byte[] readJson(ServerRequest request, int maxBytes, Entrance.Entry entry) {
    if (!mediaType(request).equals(JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "want Content-Type: " + JSON + ", in UTF-8");
    }
    BodyReader.Body body = read(request, maxBytes, entry);
    if (body.length() == 0) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "the body is empty");
    }
    return Arrays.copyOf(body.bytes(), body.length());
  }
}
