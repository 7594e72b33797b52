package io.tidegate.ingest.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.RequestException;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.connection.ReadLimitException;
import io.tidegate.ingest.encoding.Decoder;
import io.tidegate.ingest.encoding.DecodingException;
import io.tidegate.ingest.idempotency.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body up to a limit, into memory that grows with what really comes: what a
 * client merely announces costs nothing.
 */
final class BodyReader extends InputStream {
  private static final int FIRST_BYTES = 4 * 1024;

  private final InputStream in;
  private final Supplier<Rejection> noRoom;
  private @Nullable Fingerprint fingerprint;
  private long maxBytes;
  private long count;

  /** What was read to look at it: from {@link #aheadStart} on it is still to be given out. */
  private byte[] ahead = {};

  private int aheadStart;
  private int aheadEnd;

  /**
   * @param in a request's content, or a {@link Decoder} of it
   * @param noRoom what is answered where there is no room for more
   */
  BodyReader(InputStream in, long maxBytes, Supplier<Rejection> noRoom) {
    this.in = in;
    this.noRoom = noRoom;
    this.maxBytes = maxBytes;
  }

  /**
   * Everything goes into that, too.
   *
   * @param into null: into nothing
   */
  void hashInto(@Nullable Fingerprint into) {
    fingerprint = into;
  }

  /** The bytes in the front of an array that may be longer. */
  record Body(byte[] bytes, int length) {}

  /**
   * Whether the body begins as a JSON array does, white space of a few KiB aside. Only at its
   * beginning.
   *
   * @throws Rejection if the body ends early, or there is no room for it now
   */
  boolean isArrayAhead() {
    ahead = new byte[FIRST_BYTES];
    while (aheadEnd < ahead.length) {
      int n = fetch(ahead, aheadEnd, ahead.length - aheadEnd);
      if (n < 0) {
        return false;
      }
      for (int i = aheadEnd; i < aheadEnd + n; i++) {
        byte b = ahead[i];
        if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
          aheadEnd += n;
          return b == '[';
        }
      }
      aheadEnd += n;
    }
    return false;
  }

  /**
   * Lowers the limit.
   *
   * @throws Rejection if more has been read already
   */
  void limitTo(long fewerBytes) {
    maxBytes = Math.min(maxBytes, fewerBytes);
    if (count > maxBytes) {
      throw tooLarge();
    }
  }

  /**
   * All of it, where none was given out by {@link #read}.
   *
   * @throws Rejection if the body is too large, ends early, or there is no room for it now
   */
  Body all() {
    byte[] bytes = ahead.length > 0 ? ahead : new byte[FIRST_BYTES];
    int length = aheadEnd;
    aheadStart = aheadEnd;
    while (true) {
      if (length == bytes.length) {
        long larger = Math.min(2L * bytes.length, maxBytes + FIRST_BYTES);
        bytes = Arrays.copyOf(bytes, (int) larger);
      }
      int n = fetch(bytes, length, bytes.length - length);
      if (n < 0) {
        return new Body(bytes, length);
      }
      length += n;
    }
  }

  /**
   * @throws Rejection if the body is too large, ends early, or there is no room for it now
   */
  @Override
  public int read(byte[] bytes, int offset, int length) {
    int there = Math.min(length, aheadEnd - aheadStart);
    if (there > 0) {
      System.arraycopy(ahead, aheadStart, bytes, offset, there);
      aheadStart += there;
      return there;
    }
    return fetch(bytes, offset, length);
  }

  private int fetch(byte[] bytes, int offset, int length) {
    int n;
    try {
      n = in.read(bytes, offset, length);
    } catch (ReadLimitException e) {
      throw switch (e.limit()) {
        case SIZE -> tooLarge();
        case MEMORY -> noRoom.get();
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
    if (fingerprint != null) {
      if (n > 0) {
        fingerprint.body(bytes, offset, n);
      } else if (n < 0) {
        fingerprint.end();
      }
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
      case MEMORY -> noRoom.get();
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
