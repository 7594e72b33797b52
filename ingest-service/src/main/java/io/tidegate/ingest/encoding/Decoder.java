package io.tidegate.ingest.encoding;

import io.tidegate.ingest.admission.Admission;
import java.io.IOException;
import java.io.InputStream;

/**
 * What is in a compressed body, as it comes. Beside a fixed working memory, which the permit is
 * asked for before it is taken, it holds nothing: whoever reads decides how much comes out. What it
 * has taken in the permit gets back, and what comes out counts twice, as an uncompressed body's
 * bytes do. To be closed, because its memory is not all on the heap.
 */
public abstract class Decoder extends InputStream {
  /** As received, and as taken apart. */
  private static final int COPIES = 2;

  private final InputStream in;
  private final Admission.Permit permit;
  private long taken;
  private long working;
  private boolean closed;

  /**
   * @param in the compressed bytes, which {@code permit} has counted twice already, but for the few
   *     KiB that may come with the head of a request
   * @param workingBytes what it needs itself
   * @throws DecodingException if there is no room for it now
   */
  Decoder(InputStream in, Admission.Permit permit, long workingBytes) throws DecodingException {
    this.in = in;
    this.permit = permit;
    work(workingBytes);
  }

  /**
   * @throws DecodingException if the body is malformed, says that it is too large, or there is no
   *     room for it
   */
  @Override
  public final int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = decode(bytes, offset, length);
    permit.shrink(COPIES * taken);
    taken = 0;
    if (count > 0 && !permit.grow((long) COPIES * count)) {
      throw DecodingException.noRoom();
    }
    return count;
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** At least one byte, unless it is the end: then -1, and {@code in} is at its end too. */
  abstract int decode(byte[] bytes, int offset, int length) throws IOException;

  /** Some more of the compressed bytes; -1 at their end. */
  final int take(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      taken += count;
    }
    return count;
  }

  /** Needs that many bytes more itself, until it is closed. */
  final void work(long bytes) throws DecodingException {
    if (!permit.grow(bytes)) {
      throw DecodingException.noRoom();
    }
    working += bytes;
  }

  /** Gives back what it needed itself. What came out stays counted, as it may still be held. */
  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      free();
      permit.shrink(working);
    }
  }

  abstract void free();
}
