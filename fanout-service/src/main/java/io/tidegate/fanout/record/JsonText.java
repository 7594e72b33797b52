package io.tidegate.fanout.record;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks payloads that are said to be JSON, because they go verbatim into frames that are JSON.
 * Nesting is bounded by Jackson's default.
 */
final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonText() {}

  /** What is wrong with {@code payload} as one JSON text in UTF-8; null if nothing is. */
  static @Nullable String fault(byte[] payload) {
    CharBuffer text;
    try {
      // First by itself: Jackson guesses UTF-16 and UTF-32 from bytes, and a frame is UTF-8.
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(payload));
    } catch (CharacterCodingException e) {
      return "not UTF-8";
    }
    try (JsonParser parser =
        FACTORY.createParser(
            ObjectReadContext.empty(),
            text.array(),
            text.arrayOffset() + text.position(),
            text.remaining())) {
      if (parser.nextToken() == null) {
        return "empty";
      }
      parser.skipChildren();
      return parser.nextToken() == null ? null : "more than one JSON text";
    } catch (JacksonException e) {
      // The message may quote the payload, which belongs in no header and no log.
      return "not JSON at character "
          + (e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset()));
    }
  }
}
