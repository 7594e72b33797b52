package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

/**
 * The value of a CloudEvents attribute in an HTTP header: CloudEvents HTTP binding 1.0.2, section
 * 3.1.3.2.
 */
final class HeaderText {
  private HeaderText() {}

  /** The value without quotes, after one round of percent-decoding. */
  static String decode(String attribute, String value) throws InvalidMessageException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        throw invalid(
            attribute, "a header's value is ASCII; want other characters percent-encoded in UTF-8");
      }
    }
    String text = PercentText.decode(unquoted(attribute, value));
    if (text == null) {
      throw invalid(attribute, "not percent-encoded UTF-8; want % itself as %25");
    }
    return text;
  }

  /** Older versions of the binding wrote values in quotes: RFC 7230, section 3.2.6. */
  private static String unquoted(String attribute, String value) throws InvalidMessageException {
    if (!value.startsWith("\"")) {
      return value;
    }
    StringBuilder text = new StringBuilder(value.length());
    int last = value.length() - 1;
    for (int i = 1; i <= last; i++) {
      char c = value.charAt(i);
      if (c == '"') {
        if (i < last) {
          throw invalid(attribute, "something follows the closing quote");
        }
        return text.toString();
      }
      if (c == '\\' && i < last) {
        i++;
      }
      text.append(value.charAt(i));
    }
    throw invalid(attribute, "the closing quote is missing");
  }
}
