package io.tidegate.ingest.http;

import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.message.TraceParent;
import io.tidegate.ingest.metrics.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line at INFO for each request: who, what, how it ended and how long it took, all of bounded
 * length; nothing of a body, a query or a secret, and of a path only its route. Switched off by the
 * level of its logger, {@code io.tidegate.ingest.access}, or by a setting.
 */
final class AccessLog {
  private static final Logger LOGGER = LoggerFactory.getLogger("io.tidegate.ingest.access");
  private static final String NONE = "-";
  private static final int TRACE_ID_START = 3;
  private static final int TRACE_ID_END = 35;
  private static final int MAX_METHOD_CHARS = 16;

  private final boolean isOn;
  private final Caller otherwise;

  /**
   * @param on false: nothing is written, whatever the level
   * @param keysAsked whether who is not known is nobody, and not everyone's tenant
   */
  AccessLog(boolean on, boolean keysAsked) {
    this.isOn = on;
    this.otherwise = keysAsked ? new Caller(NONE, null) : Caller.ANYONE;
  }

  private Caller caller(RoutingRequest request) {
    return request.context().get(Caller.class).orElse(otherwise);
  }

  private boolean on() {
    return isOn && LOGGER.isInfoEnabled();
  }

  /**
   * A request was answered.
   *
   * @param status that it was answered with, or would have been
   * @param bytesIn of its body, as they came off the socket
   */
  void answered(
      RoutingRequest request,
      RoutingResponse response,
      int status,
      Route route,
      RequestId id,
      long micros,
      long bytesIn) {
    if (!on()) {
      return;
    }
    Caller caller = caller(request);
    LOGGER.info(
        new LogLine("request answered")
            .with("http", Guard.current().ofOneRequest() ? "2" : "1.1")
            .with("method", method(request.prologue().method().text()))
            .with("route", route.path())
            .with("status", status)
            .with("micros", micros)
            .with("bytesIn", bytesIn)
            .with("bytesOut", response.bytesWritten())
            .with("tenant", caller.tenant())
            .with("key", name(caller))
            .with("request", id.text())
            .with("trace", traceId(request))
            .toString());
  }

  /**
   * A stream that was opened by the request ended.
   *
   * @param code null: the connection was lost
   */
  void ended(
      ServerRequest request, @Nullable CloseCode code, long messages, long refused, Duration took) {
    if (!on()) {
      return;
    }
    Caller caller = Caller.of(request);
    LOGGER.info(
        new LogLine("stream ended")
            .with("close", code == null ? "lost" : code.label())
            .with("messages", messages)
            .with("refused", refused)
            .with("millis", took.toMillis())
            .with("tenant", caller.tenant())
            .with("key", name(caller))
            .with(
                "request", request.context().get(RequestId.class).map(RequestId::text).orElse(NONE))
            .toString());
  }

  /** What came was no request that could be led to a route. */
  void refused(Problem problem, RequestId id) {
    if (!on()) {
      return;
    }
    LOGGER.info(
        new LogLine("request refused before a route")
            .with("status", problem.status())
            .with("problem", problem.type())
            .with("request", id.text())
            .toString());
  }

  private static String name(Caller caller) {
    String id = caller.id();
    return id == null ? NONE : id;
  }

  private static String method(String method) {
    return method.length() <= MAX_METHOD_CHARS ? method : method.substring(0, MAX_METHOD_CHARS);
  }

  private static String traceId(RoutingRequest request) {
    if (!request.headers().contains(Acceptances.TRACE_PARENT)) {
      return NONE;
    }
    String parent =
        TraceParent.valid(request.headers().first(Acceptances.TRACE_PARENT).orElse(null));
    return parent == null ? NONE : parent.substring(TRACE_ID_START, TRACE_ID_END);
  }
}
