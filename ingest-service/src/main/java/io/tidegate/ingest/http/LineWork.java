package io.tidegate.ingest.http;

import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.publish.Publication;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Window;
import java.util.function.Function;

/** What is done with each line of a {@link Batch}, and with a body that is one such line. */
interface LineWork {
  /**
   * A line's turn comes; it is not looked at yet.
   *
   * @param number of the line among those of the body, from 1 on; 1 where it is the body
   * @throws Rejection if there is no room in a quota for it
   */
  default void begin(int number) {}

  /**
   * Sends what the line says to Kafka, and does not wait for its answer.
   *
   * @param bytes not kept
   * @throws InvalidMessageException if the line cannot be accepted; nothing is sent
   */
  Sent send(byte[] bytes, int offset, int length, Window window) throws InvalidMessageException;

  /**
   * A line on its way to Kafka.
   *
   * @param result counts what Kafka answered, and says what the client is answered; throws a {@link
   *     Rejection} if not all of it is durable
   */
  record Sent(Publication publication, Function<Published, byte[]> result) {
    boolean isDone() {
      return publication.isDone();
    }

    /**
     * Waits for Kafka's answer.
     *
     * @throws Rejection if not all of it is durable
     */
    byte[] await() {
      return result.apply(publication.await());
    }
  }
}
