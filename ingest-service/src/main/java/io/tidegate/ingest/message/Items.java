package io.tidegate.ingest.message;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The pieces of a body that are each a request of its own, read as they come. */
public sealed interface Items permits Lines, ArrayItems {
  /**
   * One piece.
   *
   * @param bytes a buffer that the next call of {@link #next} overwrites
   * @param tooLong it was larger than allowed; length is 0
   */
  record Item(byte[] bytes, int offset, int length, boolean tooLong) {}

  /**
   * The next piece; null after the last.
   *
   * @throws InvalidMessageException if there is no telling where the pieces end; those before hold
   */
  @Nullable Item next() throws IOException, InvalidMessageException;

  /** What such a piece is called. */
  String word();
}
