package io.tidegate.ingest.http;

import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.message.MessageRequest;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;

/** Message requests, each written for all whom it is for. */
final class MessageWork implements LineWork {
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Acceptance acceptance;

  MessageWork(Publisher publisher, IngestMetrics metrics, Acceptance acceptance) {
    this.publisher = publisher;
    this.metrics = metrics;
    this.acceptance = acceptance;
  }

  @Override
  public Sent send(byte[] bytes, int offset, int length, Window window)
      throws InvalidMessageException {
    MessageRequest request = MessageParser.parse(bytes, offset, length, acceptance);
    return new Sent(publisher.publish(request, window), published -> result(request, published));
  }

  private byte[] result(MessageRequest request, Published published) {
    metrics.durable(request.to().getFirst(), published.acked());
    Verdict.require(published, request);
    metrics.accepted();
    return Json.accepted(request);
  }
}
