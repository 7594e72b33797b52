package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.MessageIds;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.message.MessageRequest;
import io.tidegate.ingest.message.TraceParent;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Published;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Window;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * {@code POST /v1/messages}: one message as JSON, answered 202 once Kafka has acknowledged it, or a
 * batch as NDJSON, see {@link Batch}.
 */
final class MessagesRoute {
  private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
  private static final String NDJSON = "application/x-ndjson";

  /** What one HTTP request may have unacknowledged in the producer. */
  private static final int WINDOW_BYTES = 4 * 1024 * 1024;

  private final Limits limits;
  private final Admission admission;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  MessagesRoute(
      Limits limits,
      Admission admission,
      Publisher publisher,
      IngestMetrics metrics,
      InstantSource clock) {
    this.limits = limits;
    this.admission = admission;
    this.publisher = publisher;
    this.metrics = metrics;
    this.clock = clock;
  }

  void post(ServerRequest request, ServerResponse response) {
    String mediaType = Bodies.mediaType(request);
    boolean batch = mediaType.equals(NDJSON);
    if (!batch && !mediaType.equals(Bodies.JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "want Content-Type: " + Bodies.JSON + " or " + NDJSON + ", in UTF-8");
    }
    try (Admission.Permit permit = Changes.enter(admission)) {
      if (batch) {
        batch(request, response, permit);
      } else {
        single(request, response, permit);
      }
    }
  }

  private void single(ServerRequest request, ServerResponse response, Admission.Permit permit) {
    BodyReader.Body body = Bodies.read(request, limits.bodyBytes(), permit);
    MessageRequest message;
    try {
      message = MessageParser.parse(body.bytes(), 0, body.length(), acceptance(request));
    } catch (InvalidMessageException e) {
      throw rejection(e);
    }
    Published published = publisher.publish(message, new Window(WINDOW_BYTES)).await();
    metrics.durable(published.acked());
    Verdict.require(published, message);
    metrics.accepted();
    response.status(Status.ACCEPTED_202);
    response.header(Answers.JSON);
    response.send(Json.accepted(message.message().id(), published.users()));
  }

  private void batch(ServerRequest request, ServerResponse response, Admission.Permit permit) {
    BodyReader reader = Bodies.open(request, limits.batchBytes());
    Batch batch =
        new Batch(
            limits, publisher, new Window(WINDOW_BYTES), permit, metrics, acceptance(request));
    Guard guard = Guard.current();
    guard.startBody(limits.batchBytes(), permit);
    try {
      batch.read(reader, guard::requireOpen);
    } finally {
      guard.endBody();
    }
    byte[] results = batch.results();
    if (batch.wasCutShort()) {
      response.header(Answers.retryAfter());
    }
    Answers.leaveUnread(request, response);
    response.header(Answers.NDJSON);
    response.send(results);
  }

  static Rejection rejection(InvalidMessageException e) {
    Problem problem = e.problem();
    Problem.Kind kind =
        problem.status() == Problem.Kind.TOO_LARGE.status()
            ? Problem.Kind.TOO_LARGE
            : Problem.Kind.INVALID_REQUEST;
    return new Rejection(kind, problem);
  }

  private Acceptance acceptance(ServerRequest request) {
    long now = clock.millis();
    return new Acceptance(
        UserKey.DEFAULT_TENANT,
        now,
        () -> MessageIds.uuid7(now, random.nextLong(), random.nextLong()).toString(),
        TraceParent.valid(request.headers().first(TRACE_PARENT).orElse(null)));
  }
}
