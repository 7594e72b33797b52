package io.tidegate.contract.http2;

import java.util.Set;

/**
 * A field line: a header, or one of HTTP/2's pseudo-headers.
 *
 * @param name in small letters
 * @param value a character is a byte (ISO 8859-1), as it is on the wire
 */
public record Field(String name, String value) {
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

  /** Whether it says something of a connection of HTTP/1.1, which HTTP/2 has not (9113, 8.2.2). */
  public boolean isOfTheConnection() {
    return OF_THE_CONNECTION.contains(name);
  }
}
