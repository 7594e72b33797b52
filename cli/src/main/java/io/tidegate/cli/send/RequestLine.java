package io.tidegate.cli.send;

/**
 * One request as one line of JSON.
 *
 * @param number of the line of the input, or of the argument, from 1
 */
public record RequestLine(int number, String json) {

  /** Lines that are requests, one below the other. */
  static String ndjson(Iterable<RequestLine> lines) {
    StringBuilder body = new StringBuilder();
    lines.forEach(line -> body.append(line.json()).append('\n'));
    return body.toString();
  }
}
