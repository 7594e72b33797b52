package io.tidegate.ingest.http;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Comeback;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.connection.GuardedSelector;
import io.tidegate.ingest.metrics.IngestMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers; every error, our own and Helidon's, becomes a problem and is counted. */
final class Answers {
  private static final Logger LOGGER = LoggerFactory.getLogger(Answers.class);

  static final Header JSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, MediaTypes.APPLICATION_JSON.text());
  static final Header NDJSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Bodies.NDJSON);
  private static final Header PROBLEM =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);

  private final IngestMetrics metrics;
  private final AccessLog accessLog;
  private final Comeback comeback;
  private final int maxBodyBytes;

  /**
   * @param comeback of who finds no room
   * @param maxBodyBytes of any request
   */
  Answers(IngestMetrics metrics, AccessLog accessLog, Comeback comeback, int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
    this.comeback = comeback;
    this.metrics = metrics;
    this.accessLog = accessLog;
  }

  static void send(ServerRequest request, ServerResponse response, byte[] entity) {
    if (request.prologue().method().equals(Method.HEAD)) {
      response.send();
    } else {
      response.send(entity);
    }
  }

  /**
   * Ends the connection after this answer if a body has not been read to its end: to read the rest
   * only to drop it would let a client keep us busy.
   */
  static void leaveUnread(ServerRequest request, ServerResponse response) {
    if (!request.content().consumed()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      Guard.current().leaveUnread();
    }
  }

  void rejection(ServerRequest request, ServerResponse response, Rejection rejection) {
    long seconds = rejection.retryAfterSeconds();
    if (seconds == 0 && rejection.kind() == Problem.Kind.TEMPORARY_REDUCED_CAPACITY) {
      seconds = comeback.seconds();
    }
    if (seconds > 0) {
      response.header(retryAfter(seconds));
    }
    problem(request, response, rejection.kind(), rejection.problem());
  }

  void problem(ServerRequest request, ServerResponse response, Problem.Kind kind, Problem problem) {
    metrics.rejected(kind);
    response.status(Status.create(problem.status()));
    response.header(PROBLEM);
    if (kind == Problem.Kind.UNSUPPORTED_ENCODING) {
      response.header(Encoding.ACCEPTED);
    }
    leaveUnread(request, response);
    send(request, response, Json.problem(problem, RequestId.of(request)));
  }

  /**
   * @param allowed methods, separated by commas
   */
  void notAllowed(String allowed, ServerRequest request, ServerResponse response) {
    notAllowed(allowed, "only " + allowed + " is", request, response);
  }

  void notAllowed(String allowed, String detail, ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.ALLOW, allowed);
    Problem.Kind kind = Problem.Kind.METHOD_NOT_ALLOWED;
    problem(request, response, kind, kind.problem(detail));
  }

  /** An exception that no handler of ours meant to throw. */
  void failure(ServerRequest request, ServerResponse response, Throwable failure) {
    if (failure instanceof HttpException http) {
      Problem.Kind kind = kind(http.status(), String.valueOf(http.getMessage()));
      rejection(
          request, response, new Rejection(kind, problem(kind, http.status(), http.getMessage())));
      return;
    }
    LOGGER.atError().setCause(failure).log("request failed");
    Problem.Kind kind = Problem.Kind.INTERNAL;
    problem(request, response, kind, kind.problem("the log has the cause"));
  }

  /** For what Helidon refuses before, or outside of, a route. */
  DirectHandlers directHandlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(event, this::direct);
    }
    return handlers.build();
  }

  private DirectHandler.TransportResponse direct(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType event,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    Problem.Kind kind = kind(status, String.valueOf(message));
    metrics.rejected(kind);
    Guard.current().leaveUnread();
    Problem problem = problem(kind, status, message);
    RequestId id = RequestId.of(request.headers());
    accessLog.refused(problem, id);
    DirectHandler.TransportResponse.Builder response =
        DirectHandler.TransportResponse.builder()
            .status(Status.create(problem.status()))
            .headers(headers)
            .keepAlive(false);
    headers.set(PROBLEM);
    headers.set(id.header());
    if (kind == Problem.Kind.TEMPORARY_REDUCED_CAPACITY) {
      headers.set(retryAfter(comeback.seconds()));
    }
    byte[] entity = Json.problem(problem, id);
    return response.entity(request.method().equals("HEAD") ? new byte[0] : entity).build();
  }

  /** Helidon calls headers that are too large a bad request and says so in words only. */
  private static Problem.Kind kind(Status status, String message) {
    if (status.code() == 400 && message.contains("Header size exceeded")) {
      return Problem.Kind.HEADERS_TOO_LARGE;
    }
    for (Problem.Kind kind : Problem.Kind.values()) {
      if (kind.status() == status.code()) {
        return kind;
      }
    }
    return status.code() < 500 ? Problem.Kind.INVALID_REQUEST : Problem.Kind.INTERNAL;
  }

  /** A status that is none of our kinds' is told as it is, without a type of its own. */
  private Problem problem(Problem.Kind kind, Status status, @Nullable String message) {
    String detail = message == null || message.isBlank() ? status.reasonPhrase() : message;
    if (kind == Problem.Kind.HEADERS_TOO_LARGE || kind.status() == status.code()) {
      return kind.problem(
          switch (kind) {
            case INTERNAL -> "the log has the cause";
            case TOO_LARGE -> "no request may be larger than " + maxBodyBytes + " bytes";
            case URI_TOO_LONG ->
                "the request line is longer than "
                    + GuardedSelector.MAX_REQUEST_LINE_BYTES
                    + " bytes";
            case HEADERS_TOO_LARGE ->
                "the headers are larger than " + GuardedSelector.MAX_HEADERS_BYTES + " bytes";
            default -> detail;
          });
    }
    return new Problem("about:blank", status.reasonPhrase(), status.code(), detail, null);
  }

  static Header retryAfter(long seconds) {
    return HeaderValues.create(HeaderNames.RETRY_AFTER, seconds);
  }

  /** A whole response for a request that did not arrive in time. */
  static byte[] requestTimeout() {
    byte[] entity =
        Json.problem(
            Problem.Kind.REQUEST_TIMEOUT.problem(
                "lines of a batch that did arrive may have been accepted; a retry with the same"
                    + " ids is safe"));
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: "
            + Problem.MEDIA_TYPE
            + "\r\nConnection: close\r\nContent-Length: "
            + entity.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(headBytes, headBytes.length + entity.length);
    System.arraycopy(entity, 0, whole, headBytes.length, entity.length);
    return whole;
  }
}
