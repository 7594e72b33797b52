package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import io.tidegate.ingest.message.PercentText;

/** A name in a path as it was on the wire. */
final class PathText {
  private PathText() {}

  /**
   * @param segment without slashes
   * @throws Rejection naming {@code field} if it is not percent-encoded UTF-8
   */
  static String decode(String field, String segment) {
    String text = PercentText.decode(segment);
    if (text == null) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "not percent-encoded UTF-8", field);
    }
    return text;
  }
}
