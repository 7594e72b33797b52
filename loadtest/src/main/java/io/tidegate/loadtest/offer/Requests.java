package io.tidegate.loadtest.offer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Messages as requests of HTTP/1.1, written as bytes: one by itself, or several as lines. */
public final class Requests {
  private final Bodies bodies;
  private final boolean lines;
  private final byte[] head;

  /**
   * @param bearer an API key or a token; null: none is shown
   * @param lines whether every request has lines, also one with a single message
   */
  public Requests(URI target, @Nullable String bearer, boolean lines, Outgoing outgoing) {
    this.bodies = new Bodies(outgoing);
    this.lines = lines;
    String path =
        target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
    this.head =
        ("POST "
                + path
                + " HTTP/1.1\r\nhost: "
                + target.getRawAuthority()
                + "\r\n"
                + (bearer == null ? "" : "authorization: Bearer " + bearer + "\r\n")
                + "content-type: application/"
                + (lines ? "x-ndjson" : "json")
                + "\r\ncontent-length: ")
            .getBytes(US_ASCII);
  }

  /** One request, which the caller owns. */
  ByteBuf of(long[] messages, ByteBufAllocator allocator) {
    ByteBuf body = allocator.buffer(messages.length * 512);
    ByteBuf request = allocator.buffer(head.length + 16);
    try {
      for (long message : messages) {
        bodies.write(message, body);
        if (lines) {
          body.writeByte('\n');
        }
      }
      request.writeBytes(head);
      ByteBufUtil.writeAscii(request, body.readableBytes() + "\r\n\r\n");
      return request.writeBytes(body);
    } finally {
      body.release();
    }
  }
}
