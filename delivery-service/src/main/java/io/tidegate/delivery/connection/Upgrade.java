package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The opening handshake of RFC 6455, section 4.2: what is wrong with a request, or the 101. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class Upgrade {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String VERSION = "13";

  /** What serves the WebSocket. */
  interface Making<T extends WebSocketHandler> {
    T make(Loop loop, boolean deflates);
  }

  private Upgrade() {}

  /** What is wrong with the request; null: nothing. */
  static @Nullable Problem check(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return Problem.Kind.INVALID_REQUEST.problem("want HTTP/1.1");
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      return another(HttpHeaderNames.UPGRADE, "want websocket");
    }
    if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      return another(HttpHeaderNames.CONNECTION, "want Upgrade");
    }
    if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return another(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "want " + VERSION);
    }
    if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
      return wrong(HttpHeaderNames.SEC_WEBSOCKET_KEY, "want 16 bytes in base64");
    }
    if (namesProtocols(headers) && protocol(request) == null) {
      return wrong(
          HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL,
          "want " + ClientProtocol.SUBPROTOCOL + ", " + ClientProtocol.CLOUDEVENTS + ", or none");
    }
    return null;
  }

  /**
   * Answers, and makes the connection a WebSocket's: frames are written as finished bytes.
   *
   * @param begin done before the handler hears anything
   */
  static <T extends WebSocketHandler> void to(
      Loop loop,
      HttpRequest request,
      ChannelHandlerContext context,
      Making<T> making,
      Consumer<T> begin) {
    String deflate =
        loop.settings().deflate() == 0
            ? null
            : DeflateOffer.accept(
                request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
    T handler = making.make(loop, deflate != null);
    context
        .pipeline()
        .addLast(
            new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(loop.settings().maxFrameBytes())
                    .expectMaskedFrames(true)
                    .allowExtensions(deflate != null)
                    // Our handler closes, so that each close is counted and told to the sequencer.
                    .closeOnProtocolViolation(false)
                    .build()))
        .addLast(handler);
    context.writeAndFlush(accept(request, deflate), context.voidPromise());
    begin.accept(handler);
    // In this order, so that what the client sent right behind its request goes to the decoder.
    context.pipeline().remove(context.handler());
    context.pipeline().remove(HttpServerCodec.class);
  }

  private static FullHttpResponse accept(HttpRequest request, @Nullable String deflate) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(
            HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
            answer(String.valueOf(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY))));
    String protocol = protocol(request);
    if (protocol != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if (deflate != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, deflate);
    }
    return response;
  }

  private static String answer(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static boolean isKey(@Nullable String key) {
    if (key == null || key.length() != 24) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean namesProtocols(HttpHeaders headers) {
    List<String> lines = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    return lines.stream().anyMatch(line -> !line.isBlank());
  }

  /** Which of ours the client would like best; null: it names none. */
  static @Nullable String protocol(HttpRequest request) {
    return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::strip)
        .filter(
            name ->
                name.equals(ClientProtocol.SUBPROTOCOL) || name.equals(ClientProtocol.CLOUDEVENTS))
        .findFirst()
        .orElse(null);
  }

  /** Says in a refusal what is spoken here (RFC 6455, 4.4, and RFC 9110, 15.5.22). */
  static void offer(HttpHeaders refusal) {
    refusal
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
  }

  private static Problem another(CharSequence header, String reason) {
    return Problem.Kind.UPGRADE_REQUIRED.problem(header + ": " + reason, header.toString());
  }

  private static Problem wrong(CharSequence header, String reason) {
    return Problem.Kind.INVALID_REQUEST.problem(header + ": " + reason, header.toString());
  }
}
