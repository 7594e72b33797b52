package io.tidegate.ingest.http;

import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.LineIds;
import io.tidegate.ingest.message.MessageRequest;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.CrowdedException;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import io.tidegate.ingest.quota.Limited;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/** Message requests, each written for all whom it is for. */
final class MessageWork implements LineWork {
  /** How a request is read from its bytes. */
  interface Parser {
    /**
     * @param bytes not changed and not kept
     */
    MessageRequest parse(byte[] bytes, int offset, int length, Acceptance acceptance)
        throws InvalidMessageException;
  }

  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Acceptance acceptance;
  private final Parser parser;
  private final IntConsumer turn;
  private final OptionalLong expectedDelayMillis;

  /**
   * @param turn told the number of each message before it is looked at; throws a {@link Rejection}
   *     if there is no room for it
   * @param expectedDelayMillis told of each that is accepted; empty for none
   */
  MessageWork(
      Publisher publisher,
      IngestMetrics metrics,
      Acceptance acceptance,
      Parser parser,
      IntConsumer turn,
      OptionalLong expectedDelayMillis) {
    this.publisher = publisher;
    this.metrics = metrics;
    this.acceptance = acceptance;
    this.parser = parser;
    this.turn = turn;
    this.expectedDelayMillis = expectedDelayMillis;
  }

  /** Messages of one request, for which {@code entry} must have room. */
  static MessageWork of(
      Publisher publisher,
      IngestMetrics metrics,
      Acceptance acceptance,
      Parser parser,
      Entrance.Entry entry,
      OptionalLong expectedDelayMillis) {
    return new MessageWork(
        publisher,
        metrics,
        acceptance,
        parser,
        number -> {
          entry.take();
          if (acceptance.ids() instanceof LineIds ids) {
            ids.line(number);
          }
        },
        expectedDelayMillis);
  }

  @Override
  public void begin(int number) {
    turn.accept(number);
  }

  @Override
  public Sent send(byte[] bytes, int offset, int length, Window window)
      throws InvalidMessageException {
    return send(parser.parse(bytes, offset, length, acceptance), window);
  }

  /**
   * Sends the one request that a body is.
   *
   * @throws Rejection if it cannot be accepted; nothing is sent
   */
  Sent sendOnly(byte[] body, int length, Window window) {
    try {
      return send(body, 0, length, window);
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  Sent send(MessageRequest request, Window window) {
    return new Sent(publisher.publish(request, window), published -> result(request, published));
  }

  private byte[] result(MessageRequest request, Published published) {
    metrics.durable(request.to().getFirst(), published.acked());
    if (published.cause() instanceof CrowdedException) {
      metrics.quotaExceeded(Limited.SHARE_OF_PRODUCER);
    }
    Verdict.require(published, request);
    metrics.accepted();
    return Json.accepted(request, expectedDelayMillis);
  }
}
