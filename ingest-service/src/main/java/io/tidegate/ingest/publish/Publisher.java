package io.tidegate.ingest.publish;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.ingest.admission.Comeback;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.MessageRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to {@code tidegate.messages}, one record for each user, group or everyone, and
 * who is in a group to {@code tidegate.members}. Safe for use by many threads; what one HTTP
 * request may have unacknowledged is bounded by its {@link Window}.
 */
public final class Publisher {
  /**
   * So many may wait for Kafka and each go at once. In the time in which a Kafka nearby answers, 2
   * ms, so many come at 32,000 a second; with fewer, it or the cores are busy.
   */
  private static final int FEW = 64;

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final int partitions;
  private final Duration within;
  private final Company company;
  private final Comeback comeback = new Comeback(System::nanoTime);

  /**
   * @param partitions of the topics of messages and of members, which have the same number
   * @param within how long a publication is waited for, beside what it waits for its tenant's part;
   *     no shorter than the producer's delivery timeout, so that the producer's own verdict comes
   *     first
   * @param departures before the producer's linger is over
   */
  public Publisher(
      Producer<byte[], byte[]> producer,
      Topics topics,
      int partitions,
      Duration within,
      Departures departures) {
    this.producer = producer;
    this.topics = topics;
    this.partitions = partitions;
    this.within = within;
    this.company = new Company(FEW, departures);
  }

  /** When to come again who was not served, as far as Kafka tells. */
  public Comeback comeback() {
    return comeback;
  }

  /**
   * Hands the records to the producer. Waits for room in {@code window}, and where the producer's
   * own memory is full for at most its {@code max.block.ms}. After the first failure it sends no
   * more, and closes the window unless only this message is at fault: Kafka is in trouble, and the
   * sender will be asked to try again.
   */
  public Publication publish(MessageRequest request, Window window) {
    Message message = request.message();
    return send(request.to(), to -> record(to, message), window);
  }

  /** As {@link #publish}. Of two changes of one membership the later holds. */
  public Publication change(MembershipChange change, Window window) {
    return send(List.of(change), this::record, window);
  }

  /**
   * The record's time is when it is sent, and not the event's: Kafka deletes by it what is old, and
   * refuses what lies ahead.
   */
  private ProducerRecord<byte[], byte[]> record(Recipient to, Message message) {
    return new ProducerRecord<>(
        topics.messages(),
        null,
        null,
        to.key(),
        message.payload(),
        CloudEventCodec.headers(to, message));
  }

  /** It lies where the user's messages lie, and not where its key would be. */
  private ProducerRecord<byte[], byte[]> record(MembershipChange change) {
    Membership membership = change.membership();
    return new ProducerRecord<>(
        topics.members(),
        membership.user().partition(partitions),
        membership.toBytes(),
        change.joins() ? Membership.JOINED : null);
  }

  /**
   * @param record makes the record of one of {@code all} when its turn comes
   */
  private <T> Publication send(
      List<T> all, Function<T, ProducerRecord<byte[], byte[]>> record, Window window) {
    Publication publication = new Publication(all.size(), window, company);
    // Time passes for Kafka alone: what waits for its tenant's part is not Kafka's to answer yet.
    long begun = System.nanoTime();
    long answerBy = begun + within.toNanos() - window.waitedNanos();
    long ticket = window.ticket();
    for (T each : all) {
      // After the first that failed, none is sent.
      Throwable before = publication.failure();
      Throwable failure =
          before != null
              ? before
              : send(
                  record.apply(each),
                  publication,
                  window,
                  ticket,
                  begun,
                  answerBy + window.waitedNanos());
      if (failure != null) {
        fail(publication, window, failure, begun);
      }
    }
    publication.sent(answerBy + window.waitedNanos());
    return publication;
  }

  private void fail(Publication publication, Window window, Throwable failure, long begun) {
    // First: whoever waits for the publication looks at the window next.
    if (!(failure instanceof RecordTooLargeException || failure instanceof CrowdedException)) {
      window.close();
      comeback.unheard(begun);
    }
    publication.failed(failure);
  }

  /** What kept the record from being sent; null where the producer has it and will answer. */
  private @Nullable Throwable send(
      ProducerRecord<byte[], byte[]> record,
      Publication publication,
      Window window,
      long ticket,
      long begun,
      long roomBy) {
    int cost = window.cost(bytes(record));
    try {
      switch (window.enter(cost, ticket, roomBy)) {
        case IN -> {}
        case SHUT -> {
          return new TimeoutException("Kafka does not keep up");
        }
        case CROWDED -> {
          return new CrowdedException();
        }
      }
    } catch (InterruptedException e) {
      return e;
    }
    boolean given = false;
    try {
      var _ =
          producer.send(
              record,
              (metadata, exception) -> {
                if (exception == null) {
                  publication.acked();
                  comeback.heard();
                } else {
                  fail(publication, window, exception, begun);
                }
                // Last, so that who waits for the room finds a window that has closed.
                window.leave(cost);
              });
      given = true;
      return null;
    } catch (RuntimeException e) {
      // Set by Kafka's InterruptException; the answer could not be written with it up.
      Thread.interrupted();
      return e;
    } finally {
      if (!given) {
        window.leave(cost);
      }
    }
  }

  private static int bytes(ProducerRecord<byte[], byte[]> record) {
    int bytes = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
