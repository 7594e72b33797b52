package io.tidegate.ingest.http;

import io.tidegate.contract.GroupKey;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.MembershipParser;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;

/** Changes of who is in one group, of one request. Each counts for the rates as a message does. */
final class MembershipWork implements LineWork {
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Changes changes;
  private final GroupKey group;
  private final Entrance.Entry entry;

  MembershipWork(
      Publisher publisher,
      IngestMetrics metrics,
      Changes changes,
      GroupKey group,
      Entrance.Entry entry) {
    this.changes = changes;
    this.publisher = publisher;
    this.metrics = metrics;
    this.group = group;
    this.entry = entry;
  }

  @Override
  public void begin(int number) {
    entry.take();
  }

  @Override
  public Sent send(byte[] bytes, int offset, int length, Window window)
      throws InvalidMessageException {
    return send(MembershipParser.parse(bytes, offset, length, group), window);
  }

  Sent send(MembershipChange change, Window window) {
    return new Sent(publisher.change(change, window), published -> result(change, published));
  }

  private byte[] result(MembershipChange change, Published published) {
    if (!published.complete()) {
      throw changes.notDurable(published.cause());
    }
    metrics.membershipChanged(change.joins());
    return Json.member(change);
  }
}
