package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.websocket.Handshake;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code GET /v1/messages/stream}: the opening handshake (RFC 6455, 4.2), after which the
 * connection is a {@link MessageStream}. It is a request as any other: keys are asked for, and what
 * is refused is answered with a problem.
 */
final class StreamRoute {
  static final String PROTOCOL = "tidegate.ingest.v1";

  private static final String VERSION = "13";
  private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
  private static final HeaderName VERSIONS = HeaderNames.create("Sec-WebSocket-Version");
  private static final HeaderName PROTOCOLS = HeaderNames.create("Sec-WebSocket-Protocol");
  private static final Header TO_WEBSOCKET =
      HeaderValues.createCached(HeaderNames.UPGRADE, "websocket");

  /** What makes the stream of a request that was let in. */
  interface Opening {
    MessageStream open(ServerRequest request, Guard guard, Entrance.Entry entry, byte[] head);
  }

  private final Entrance entrance;
  private final Streams streams;
  private final Answers answers;
  private final Opening opening;

  StreamRoute(Entrance entrance, Streams streams, Answers answers, Opening opening) {
    this.entrance = entrance;
    this.streams = streams;
    this.answers = answers;
    this.opening = opening;
  }

  void any(ServerRequest request, ServerResponse response) {
    if (!request.prologue().method().equals(Method.GET)) {
      answers.notAllowed("GET", request, response);
      return;
    }
    String key = requireHandshake(request, response);
    Entrance.Entry entry = entrance.enterToSend(request, response);
    MessageStream stream =
        opening.open(request, Guard.current(), entry, head(key, request, response));
    try {
      entry.requireRate();
      entry.takeStream(streams.free());
      String tenant = Caller.of(request).tenant();
      if (!streams.add(stream, tenant)) {
        streams.makeRoomFor(tenant);
        throw Rejection.of(
            Problem.Kind.TEMPORARY_REDUCED_CAPACITY, "there are as many streams as may be");
      }
    } catch (Rejection e) {
      entry.close();
      throw e;
    }
    response.status(Status.SWITCHING_PROTOCOLS_101);
    throw Guard.current().upgradeTo(stream);
  }

  private static String requireHandshake(ServerRequest request, ServerResponse response) {
    if (request.headers().contains(HeaderNames.ORIGIN)) {
      // A page of anyone's could open a WebSocket to a port that only its visitor can reach.
      throw Rejection.of(Problem.Kind.FORBIDDEN, "streams are not for browsers (Origin)");
    }
    if (!names(request, HeaderNames.UPGRADE, "websocket")
        || !names(request, HeaderNames.CONNECTION, "upgrade")) {
      response.header(TO_WEBSOCKET);
      throw Rejection.of(
          Problem.Kind.UPGRADE_REQUIRED,
          "want a WebSocket: Connection: Upgrade and Upgrade: websocket");
    }
    if (!request.headers().first(VERSIONS).orElse("").strip().equals(VERSION)) {
      response.header(TO_WEBSOCKET);
      response.header(HeaderValues.create(VERSIONS, VERSION));
      throw Rejection.of(Problem.Kind.UPGRADE_REQUIRED, "want Sec-WebSocket-Version: " + VERSION);
    }
    if (!names(request, PROTOCOLS, PROTOCOL)) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "want Sec-WebSocket-Protocol: " + PROTOCOL);
    }
    String key = request.headers().first(KEY).orElse("").strip();
    if (!Handshake.isKey(key)) {
      throw Rejection.of(
          Problem.Kind.INVALID_REQUEST, "want a Sec-WebSocket-Key of 16 bytes in base64");
    }
    if (!request.content().consumed()) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "a handshake has no body");
    }
    return key;
  }

  /** Whether one of the fields' words is this one, in any case. */
  private static boolean names(ServerRequest request, HeaderName field, String word) {
    return request.headers().contains(field)
        && request.headers().get(field).allValues().stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
            .anyMatch(each -> each.strip().toLowerCase(Locale.ROOT).equals(word));
  }

  /** With what was set for the answer before. */
  private static byte[] head(String key, ServerRequest request, ServerResponse response) {
    StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    head.append("Upgrade: websocket\r\n");
    head.append("Connection: Upgrade\r\n");
    head.append("Sec-WebSocket-Accept: ").append(Handshake.accept(key)).append("\r\n");
    head.append("Sec-WebSocket-Protocol: " + PROTOCOL + "\r\n");
    Header id = RequestId.of(request).header();
    head.append(id.name()).append(": ").append(id.values()).append("\r\n");
    for (Header set : response.headers()) {
      head.append(set.name()).append(": ").append(set.values()).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }
}
