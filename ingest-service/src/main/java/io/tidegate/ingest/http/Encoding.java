package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.encoding.Decoder;
import io.tidegate.ingest.encoding.DecodingException;
import io.tidegate.ingest.encoding.Gunzip;
import io.tidegate.ingest.encoding.Unzstd;
import java.util.Locale;

/** What the body of a request is compressed with: its {@code Content-Encoding}. */
enum Encoding {
  NONE,
  GZIP,
  ZSTD;

  /** Goes with the refusal of an encoding, and of nothing else (RFC 7694). */
  static final Header ACCEPTED =
      HeaderValues.createCached(HeaderNames.ACCEPT_ENCODING, "gzip, zstd");

  /**
   * @throws Rejection if it is unknown, or there are several
   */
  static Encoding of(ServerRequest request) {
    if (!request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
      return NONE;
    }
    String names =
        String.join(",", request.headers().get(HeaderNames.CONTENT_ENCODING).allValues());
    return switch (names.strip().toLowerCase(Locale.ROOT)) {
      case "identity", "" -> NONE;
      case "gzip", "x-gzip" -> GZIP;
      case "zstd" -> ZSTD;
      default ->
          throw Rejection.of(
              Problem.Kind.UNSUPPORTED_ENCODING,
              names.indexOf(',') < 0
                  ? "want Content-Encoding: gzip or zstd, or none"
                  : "want one Content-Encoding only: gzip or zstd");
    };
  }

  /**
   * @param entry its permit counts what is unpacked, and what unpacks it
   * @throws Rejection if there is no room for that now
   */
  BodyReader unpack(BodyReader received, long maxBytes, Entrance.Entry entry) {
    try {
      return switch (this) {
        case NONE -> received;
        case GZIP -> unpacked(new Gunzip(received, entry.permit()), maxBytes, entry);
        case ZSTD -> unpacked(new Unzstd(received, maxBytes, entry.permit()), maxBytes, entry);
      };
    } catch (DecodingException e) {
      throw entry.noRoom();
    }
  }

  private static BodyReader unpacked(Decoder decoder, long maxBytes, Entrance.Entry entry) {
    return new BodyReader(decoder, maxBytes, entry::noRoom);
  }
}
