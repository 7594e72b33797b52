package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.LineText;
import io.tidegate.contract.Urgency;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Rules for text that becomes record headers. */
final class Text {
  private static final int DECODE_CHARS = 4096;

  private Text() {}

  /** One to {@code maxChars} characters that survive the way through UTF-8 and a header line. */
  static String attribute(String field, String text, int maxChars) throws InvalidMessageException {
    if (text.isEmpty()) {
      throw invalid(field, "must not be empty");
    }
    if (text.length() > maxChars) {
      throw invalid(field, "longer than " + maxChars + " characters");
    }
    String fault = LineText.fault(text);
    if (fault != null) {
      throw invalid(field, fault);
    }
    return text;
  }

  /** A CloudEvents source: a URI reference. */
  static String uriReference(String field, String text) throws InvalidMessageException {
    int fault = UriReference.fault(text);
    if (fault >= 0) {
      throw invalid(field, "want a URI reference: not legal at " + fault);
    }
    return text;
  }

  static Urgency urgency(String field, String word) throws InvalidMessageException {
    Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw invalid(field, "want very-low, low, normal or high");
    }
    return urgency;
  }

  /**
   * @throws InvalidMessageException naming the first byte that is no UTF-8 (overlong forms and
   *     encoded surrogates are none)
   */
  static void requireUtf8(byte[] bytes, int offset, int length) throws InvalidMessageException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(Math.min(Math.max(length, 1), DECODE_CHARS));
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        throw invalid(null, "not UTF-8 at byte " + (in.position() - offset));
      }
      if (result.isUnderflow()) {
        return;
      }
      out.clear();
    }
  }
}
