package io.tidegate.ingest.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.RequestException;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.connection.ReadLimitException;
import io.tidegate.ingest.encoding.Decoder;
import io.tidegate.ingest.encoding.DecodingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads a request's body up to a limit, into memory that grows with what really comes: what a
 * client merely announces costs nothing.
 */
final class BodyReader extends InputStream {
  private static final int FIRST_BYTES = 4 * 1024;

  private final InputStream in;
  private final long maxBytes;
  private long count;

  /**
   * @param in a request's content, or a {@link Decoder} of it
   */
  BodyReader(InputStream in, long maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The bytes in the front of an array that may be longer. */
  record Body(byte[] bytes, int length) {}

  /**
   * @throws Rejection if the body is too large, ends early, or there is no room for it now
   */
  Body all() {
    byte[] bytes = new byte[FIRST_BYTES];
    int length = 0;
    for (int n = read(bytes, 0, bytes.length);
        n >= 0;
        n = read(bytes, length, bytes.length - length)) {
      length += n;
      if (length == bytes.length) {
        long larger = Math.min(2L * bytes.length, maxBytes + FIRST_BYTES);
        bytes = Arrays.copyOf(bytes, (int) larger);
      }
    }
    return new Body(bytes, length);
  }

  /**
   * @throws Rejection if the body is too large, ends early, or there is no room for it now
   */
  @Override
  public int read(byte[] bytes, int offset, int length) {
    int n;
    try {
      n = in.read(bytes, offset, length);
    } catch (ReadLimitException e) {
      throw switch (e.limit()) {
        case SIZE -> tooLarge();
        case MEMORY -> noRoom();
      };
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "the body ends early");
    } catch (RequestException e) {
      throw e.status().code() == Problem.Kind.TOO_LARGE.status() ? tooLarge() : badFraming();
    } catch (NumberFormatException | DataReader.IncorrectNewLineException e) {
      throw badFraming();
    } catch (DecodingException e) {
      throw rejection(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (n > 0) {
      count += n;
      if (count > maxBytes) {
        throw tooLarge();
      }
    }
    return n;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  private Rejection rejection(DecodingException e) {
    return switch (e.fault()) {
      case MALFORMED -> Rejection.of(Problem.Kind.INVALID_REQUEST, String.valueOf(e.getMessage()));
      case SIZE -> tooLarge();
      case MEMORY -> noRoom();
    };
  }

  /** Frees what unpacks the body; the connection stays as it is. */
  @Override
  public void close() {
    if (in instanceof Decoder decoder) {
      decoder.close();
    }
  }

  Rejection tooLarge() {
    return Rejection.of(Problem.Kind.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
  }

  /** What Helidon makes of it differs with the fault: it is made for well-meant chunks. */
  private static Rejection badFraming() {
    return Rejection.of(Problem.Kind.INVALID_REQUEST, "the body is not made of good chunks");
  }

  static Rejection noRoom() {
    return Rejection.of(Problem.Kind.TEMPORARY_REDUCED_CAPACITY, "too much is in flight now");
  }
}
