package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.ArrayItems;
import io.tidegate.ingest.message.MessageIds;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.message.TraceParent;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * {@code POST /v1/messages}: one message as JSON, answered 202 once Kafka has acknowledged it, or a
 * batch as NDJSON or a JSON array, see {@link Batch}.
 */
final class MessagesRoute {
  private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");

  private final Limits limits;
  private final Entrance entrance;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  MessagesRoute(
      Limits limits,
      Entrance entrance,
      Publisher publisher,
      IngestMetrics metrics,
      InstantSource clock) {
    this.limits = limits;
    this.entrance = entrance;
    this.publisher = publisher;
    this.metrics = metrics;
    this.clock = clock;
  }

  void post(ServerRequest request, ServerResponse response) {
    String mediaType = Bodies.mediaType(request);
    boolean batch = mediaType.equals(Bodies.NDJSON);
    if (!batch && !mediaType.equals(Bodies.JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "want Content-Type: " + Bodies.JSON + " or " + Bodies.NDJSON + ", in UTF-8");
    }
    try (Entrance.Entry entry = entrance.enterToSend(request, response)) {
      MessageWork work =
          new MessageWork(
              publisher, metrics, acceptance(request), MessageParser::parse, entry::take);
      if (batch) {
        Batch.serve(request, response, limits, entry, metrics, work);
      } else {
        json(request, response, entry, work);
      }
    }
  }

  /** One message, or an array of them. */
  private void json(
      ServerRequest request, ServerResponse response, Entrance.Entry entry, MessageWork work) {
    Batch batch = new Batch(limits, Window.ofOneRequest(), entry.permit(), metrics, work);
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
    if (single == null) {
      batch.answer(request, response);
    } else {
      accept(response, work.sendOnly(single.bytes(), single.length(), Window.ofOneRequest()));
    }
  }

  /** Answers 202 once it is durable. */
  static void accept(ServerResponse response, LineWork.Sent sent) {
    byte[] accepted = sent.await();
    response.status(Status.ACCEPTED_202);
    response.header(Answers.JSON);
    response.send(accepted);
  }

  Acceptance acceptance(ServerRequest request) {
    long now = clock.millis();
    return new Acceptance(
        Caller.of(request).tenant(),
        now,
        () -> MessageIds.uuid7(now, random.nextLong(), random.nextLong()).toString(),
        TraceParent.valid(request.headers().first(TRACE_PARENT).orElse(null)));
  }
}
