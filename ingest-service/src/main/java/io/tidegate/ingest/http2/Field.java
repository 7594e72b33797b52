package io.tidegate.ingest.http2;

/**
 * A field line: a header, or one of HTTP/2's pseudo-headers.
 *
 * @param name in small letters
 * @param value a character is a byte (ISO 8859-1), as it is on the wire
 */
public record Field(String name, String value) {}
