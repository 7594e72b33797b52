package io.tidegate.ingest.publish;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.ingest.message.MessageRequest;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to {@code tidegate.messages}, one record for each user. Safe for use by many
 * threads; what one HTTP request may have unacknowledged is bounded by its {@link Window}.
 */
public final class Publisher {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Duration within;

  /**
   * @param within how long a publication is waited for; no shorter than the producer's delivery
   *     timeout, so that the producer's own verdict comes first
   */
  public Publisher(Producer<byte[], byte[]> producer, String topic, Duration within) {
    this.producer = producer;
    this.topic = topic;
    this.within = within;
  }

  /**
   * Hands the records to the producer. Waits for room in {@code window}, and where the producer's
   * own memory is full for at most its {@code max.block.ms}. After the first failure it sends no
   * more, and closes the window unless only this message is at fault: Kafka is in trouble, and the
   * sender will be asked to try again.
   */
  public Publication publish(MessageRequest request, Window window) {
    int users = request.users().size();
    Publication publication = new Publication(users, System.nanoTime() + within.toNanos());
    int cost = window.cost(request.message());
    for (UserKey user : request.users()) {
      Throwable failure = publication.hasFailed() ? new TimeoutException("not sent") : null;
      if (failure == null) {
        failure = send(user, request.message(), publication, window, cost);
      }
      if (failure != null) {
        fail(publication, window, failure);
      }
    }
    return publication;
  }

  private static void fail(Publication publication, Window window, Throwable failure) {
    publication.failed(failure);
    if (!(failure instanceof RecordTooLargeException)) {
      window.close();
    }
  }

  /** What kept the record from being sent; null where the producer has it and will answer. */
  private @Nullable Throwable send(
      UserKey user, Message message, Publication publication, Window window, int cost) {
    try {
      if (!window.enter(cost, publication.deadlineNanos())) {
        return new TimeoutException("Kafka does not keep up");
      }
    } catch (InterruptedException e) {
      return e;
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            null,
            message.timeMillis(),
            user.toBytes(),
            message.payload(),
            CloudEventCodec.headers(user, message));
    try {
      var _ =
          producer.send(
              record,
              (metadata, exception) -> {
                if (exception == null) {
                  publication.acked();
                } else {
                  fail(publication, window, exception);
                }
                // Last, so that who waits for the room finds a window that has closed.
                window.leave(cost);
              });
      return null;
    } catch (RuntimeException e) {
      window.leave(cost);
      // Set by Kafka's InterruptException; the answer could not be written with it up.
      Thread.interrupted();
      return e;
    }
  }
}
