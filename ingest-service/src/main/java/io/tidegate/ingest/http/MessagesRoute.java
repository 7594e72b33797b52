package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
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
import java.util.Locale;

/**
 * {@code POST /v1/messages}: one message as JSON, answered 202 once Kafka has acknowledged it, or a
 * batch as NDJSON, see {@link Batch}.
 */
final class MessagesRoute {
  private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
  private static final String JSON = "application/json";
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
    String mediaType = mediaType(request);
    boolean batch = mediaType.equals(NDJSON);
    if (!batch && !mediaType.equals(JSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "want Content-Type: " + JSON + " or " + NDJSON + ", in UTF-8");
    }
    Admission.Permit permit = admission.enter();
    if (permit == null) {
      throw BodyReader.noRoom();
    }
    try (permit) {
      if (batch) {
        batch(request, response, permit);
      } else {
        single(request, response, permit);
      }
    }
  }

  private void single(ServerRequest request, ServerResponse response, Admission.Permit permit) {
    BodyReader reader = open(request, limits.bodyBytes());
    BodyReader.Body body;
    Guard guard = Guard.current();
    guard.startBody(limits.bodyBytes(), permit);
    try {
      body = reader.all();
    } finally {
      guard.endBody();
    }
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
    BodyReader reader = open(request, limits.batchBytes());
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
    if (!request.content().consumed()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      guard.leaveUnread();
    }
    response.header(Answers.NDJSON);
    response.send(results);
  }

  /** Refuses a body that says it is too large before a byte of it is read. */
  private static BodyReader open(ServerRequest request, long maxBytes) {
    if (request.headers().contentLength().orElse(0) > maxBytes) {
      throw Rejection.of(Problem.Kind.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
    }
    return new BodyReader(request.content().inputStream(), maxBytes);
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

  /** The media type without its parameters; empty for one we cannot serve. */
  private static String mediaType(ServerRequest request) {
    String header = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return "";
      }
    }
    return parts[0].strip();
  }
}
