package io.tidegate.ingest.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.message.ArrayItems;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Publisher;

/**
 * {@code POST /v1/messages}: one message as JSON, answered 202 once Kafka has acknowledged it, or a
 * batch as NDJSON or a JSON array, see {@link Batch}.
 */
final class MessagesRoute {
  private final Limits limits;
  private final Entrance entrance;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Acceptances acceptances;
  private final Once once;
  private final Delay delay;

  MessagesRoute(
      Limits limits,
      Entrance entrance,
      Publisher publisher,
      IngestMetrics metrics,
      Acceptances acceptances,
      Once once,
      Delay delay) {
    this.limits = limits;
    this.entrance = entrance;
    this.publisher = publisher;
    this.metrics = metrics;
    this.acceptances = acceptances;
    this.once = once;
    this.delay = delay;
  }

  void post(ServerRequest request, ServerResponse response) {
    String mediaType = Bodies.mediaType(request);
    boolean batch = mediaType.equals(Bodies.NDJSON);
    if (!batch && !mediaType.equals(Bodies.JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "want Content-Type: " + Bodies.JSON + " or " + Bodies.NDJSON + ", in UTF-8");
    }
    String key = Once.key(request);
    try (Entrance.Entry entry = entrance.enterToSend(request, response)) {
      MessageWork work =
          MessageWork.of(
              publisher,
              metrics,
              acceptances.of(request, key),
              MessageParser::parse,
              entry,
              delay.tell(request, response));
      once.serve(
          request,
          response,
          entry,
          key,
          () -> {
            entry.requireRate();
            return batch
                ? Batch.serve(request, limits, entry, metrics, work)
                : json(request, entry, work);
          });
    }
  }

  /** One message, or an array of them. */
  private Answer json(ServerRequest request, Entrance.Entry entry, MessageWork work) {
    Batch batch = Batch.of(limits, entry, metrics, work);
    BodyReader.Body single =
        Bodies.reading(
            request,
            limits.batchBytes(),
            entry,
            (reader, guard) -> {
              if (reader.isArrayAhead()) {
                batch.read(new ArrayItems(reader, limits.bodyBytes()), guard::requireOpen);
                return null;
              }
              Bodies.requireAnnounced(request, limits.bodyBytes());
              reader.limitTo(limits.bodyBytes());
              work.begin(1);
              return reader.all();
            });
    return single == null
        ? batch.answer()
        : Answer.accepted(work.sendOnly(single.bytes(), single.length(), entry.window()).await());
  }
}
