package io.tidegate.delivery.connection;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.contract.auth.Access;
import io.tidegate.delivery.health.Health;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The HTTP answers of a worker, whole and with their length. */
final class HttpAnswer {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String JSON = "application/json";
  private static final int RETRY_AFTER_SECONDS = 2;

  private HttpAnswer() {}

  static FullHttpResponse of(HttpResponseStatus status, String type, byte[] body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, Access.REALM);
    }
    if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
        || status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
      response.headers().setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      Upgrade.offer(response.headers());
    }
    return response;
  }

  /** It is done, and there is nothing to say. */
  static FullHttpResponse nothing() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
  }

  static FullHttpResponse of(Health state) {
    HttpResponseStatus status =
        state.isUp() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    return of(status, JSON, state.toJson());
  }

  static FullHttpResponse of(Problem problem) {
    ObjectNode body = MAPPER.createObjectNode();
    body.put("type", problem.type()).put("title", problem.title()).put("status", problem.status());
    if (problem.detail() != null) {
      body.put("detail", problem.detail());
    }
    if (problem.field() != null) {
      body.put("field", problem.field());
    }
    return of(
        HttpResponseStatus.valueOf(problem.status()),
        Problem.MEDIA_TYPE,
        MAPPER.writeValueAsBytes(body));
  }

  /**
   * The answer to who asked for a session that ended before it began; null: the client is to come
   * again. Browsers do so by themselves after a stream that ends, and after nothing else.
   */
  static @Nullable Problem refusal(CloseCode code, @Nullable String detail) {
    String why = detail == null ? code.reason() : detail;
    return switch (code) {
      case GOING_AWAY -> Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(why);
      case UNAUTHORIZED, TOKEN_EXPIRED -> Problem.Kind.UNAUTHORIZED.problem(why);
      case BAD_FRAME -> Problem.Kind.INVALID_REQUEST.problem(why);
      default ->
          code.reconnect() == CloseCode.Reconnect.NEVER
              ? Problem.Kind.FORBIDDEN.problem(why)
              : null;
    };
  }
}
