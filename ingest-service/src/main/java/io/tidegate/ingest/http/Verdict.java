package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Comeback;
import io.tidegate.ingest.message.MessageRequest;
import io.tidegate.ingest.publish.CrowdedException;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.quota.Limited;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What is answered once Kafka has, or has not, acknowledged a request's records. */
final class Verdict {
  private static final int LEAST_SECONDS = 5;

  private Verdict() {}

  /**
   * Returns if all of it is durable.
   *
   * @throws Rejection otherwise, saying how much is
   */
  static void require(Published published, MessageRequest request) {
    if (published.complete()) {
      return;
    }
    if (published.acked() == 0 && published.cause() instanceof RecordTooLargeException) {
      throw Rejection.of(
          Problem.Kind.TOO_LARGE, "Kafka is set up to take only smaller messages", "data");
    }
    boolean crowded = published.cause() instanceof CrowdedException;
    if (crowded && published.acked() == 0) {
      throw crowded();
    }
    String id = request.message().id();
    String detail =
        published.acked() == 0
            ? "Kafka did not acknowledge the message in time; a retry with the id \""
                + id
                + "\" is safe"
            : "accepted for "
                + published.acked()
                + " of "
                + published.records()
                + " users; a retry with the id \""
                + id
                + "\" is safe: who has the message will not get it again";
    throw crowded
        ? Rejection.of(Problem.Kind.QUOTA_EXCEEDED, detail).retryAfter(comeback())
        : Rejection.of(Problem.Kind.TEMPORARY_REDUCED_CAPACITY, detail);
  }

  /** Nothing was sent, because the tenant has its part of the producer's memory on the way. */
  static Rejection crowded() {
    return Rejection.of(
            Problem.Kind.QUOTA_EXCEEDED,
            "the " + Limited.SHARE_OF_PRODUCER.words() + " was not free in time")
        .retryAfter(comeback());
  }

  /** It waited for seconds in vain. */
  private static int comeback() {
    return Comeback.spread(LEAST_SECONDS);
  }
}
