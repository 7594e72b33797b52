package io.tidegate.ingest.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidegate.contract.http2.Field;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes an HTTP/1.1 answer apart, as our own server writes it: with a length, in chunks, or without
 * a body. What follows it is dropped.
 */
public final class AnswerDecoder {
  private static final int MAX_LINE_BYTES = 16 * 1024;

  private static final int STATUS_START = "HTTP/1.1 ".length();
  private static final int STATUS_END = STATUS_START + 3;

  private static final int NO_CONTENT = 204;

  private enum Part {
    STATUS,
    HEADERS,
    LENGTH,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    COMPLETE
  }

  private final boolean toHead;
  private final AnswerSink sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private final List<Field> fields = new ArrayList<>();
  private Part part = Part.STATUS;
  private int status;
  private long left;
  private boolean chunked;

  /**
   * @param toHead the request was a HEAD: there is no body, whatever the headers say
   */
  public AnswerDecoder(boolean toHead, AnswerSink sink) {
    this.toHead = toHead;
    this.sink = sink;
  }

  public boolean isComplete() {
    return part == Part.COMPLETE;
  }

  /**
   * @throws IllegalStateException if that is no HTTP/1.1
   */
  public void write(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && part != Part.COMPLETE) {
      if (part == Part.LENGTH || part == Part.CHUNK) {
        at += body(bytes, at, end - at);
      } else if (bytes[at++] == '\n') {
        line(line.toString(ISO_8859_1).stripTrailing());
        line.reset();
      } else {
        line.write(bytes[at - 1]);
        if (line.size() > MAX_LINE_BYTES) {
          throw new IllegalStateException("a line of an answer is longer than " + MAX_LINE_BYTES);
        }
      }
    }
  }

  private int body(byte[] bytes, int offset, int most) {
    int taken = (int) Math.min(left, most);
    left -= taken;
    boolean last = left == 0 && part == Part.LENGTH;
    if (left == 0) {
      part = last ? Part.COMPLETE : Part.CHUNK_END;
    }
    sink.body(bytes, offset, taken, last);
    return taken;
  }

  private void line(String text) {
    switch (part) {
      case STATUS -> status(text);
      case HEADERS -> header(text);
      case CHUNK_SIZE -> chunk(text);
      case CHUNK_END -> part = Part.CHUNK_SIZE;
      case TRAILERS -> {
        if (text.isEmpty()) {
          part = Part.COMPLETE;
          sink.body(new byte[0], 0, 0, true);
        }
      }
      case LENGTH, CHUNK, COMPLETE -> throw new IllegalStateException("no line is due");
    }
  }

  private void status(String text) {
    if (!text.startsWith("HTTP/1.1 ") || text.length() < STATUS_END) {
      throw new IllegalStateException("an answer without a status line");
    }
    status = Integer.parseInt(text, STATUS_START, STATUS_END, 10);
    fields.clear();
    left = 0;
    chunked = false;
    part = Part.HEADERS;
  }

  private void header(String text) {
    if (text.isEmpty()) {
      headed();
      return;
    }
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalStateException("a header of an answer without a name");
    }
    Field field =
        new Field(
            text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    switch (field.name()) {
      case "transfer-encoding" -> chunked = true;
      case "content-length" -> left = Long.parseLong(field.value());
      default -> {}
    }
    if (!field.isOfTheConnection()) {
      fields.add(field);
    }
  }

  private void headed() {
    if (status == 101) {
      throw new IllegalStateException("an answer that changes the protocol");
    }
    if (status < 200) {
      part = Part.STATUS;
      sink.head(status, List.copyOf(fields), false);
      return;
    }
    if (status == NO_CONTENT) {
      // Helidon writes one of 0, which RFC 9110, 8.6, forbids.
      fields.removeIf(field -> field.name().equals("content-length"));
    }
    boolean bodiless = toHead || status == NO_CONTENT || status == 304;
    boolean end = bodiless || (!chunked && left == 0);
    part = end ? Part.COMPLETE : chunked ? Part.CHUNK_SIZE : Part.LENGTH;
    sink.head(status, List.copyOf(fields), end);
  }

  private void chunk(String text) {
    int end = text.indexOf(';');
    left = Long.parseLong(end < 0 ? text : text.substring(0, end).strip(), 16);
    part = left == 0 ? Part.TRAILERS : Part.CHUNK;
  }
}
