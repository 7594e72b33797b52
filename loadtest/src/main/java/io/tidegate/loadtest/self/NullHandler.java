package io.tidegate.loadtest.self;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.tidegate.contract.ClientProtocol;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a null server, to hand messages in or to be pushed to. It reads what a
 * generator writes and nothing else: fields are found by their names.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes the channel.
final class NullHandler extends SimpleChannelInboundHandler<Object> {
  private final NullServer server;
  private @Nullable NullDevice device;
  private String user = "";

  NullHandler(NullServer server) {
    this.server = server;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Object read) {
    switch (read) {
      case FullHttpRequest request when request.uri().startsWith(ClientProtocol.CONNECT_PATH) ->
          upgrade(context, request);
      case FullHttpRequest request when request.uri().equals("/v1/messages") ->
          messages(context, request);
      // Any policy is taken, and none is kept.
      case FullHttpRequest request when request.uri().startsWith("/v1/policies/") ->
          answer(context, HttpResponseStatus.OK, "{\"version\":1,\"policy\":{}}");
      case FullHttpRequest _ -> answer(context, HttpResponseStatus.NOT_FOUND, "");
      case TextWebSocketFrame frame -> frame(context, frame.text());
      case PingWebSocketFrame ping ->
          context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      case CloseWebSocketFrame close -> context.writeAndFlush(close.retain());
      default -> {}
    }
  }

  private static void upgrade(ChannelHandlerContext context, FullHttpRequest request) {
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory(
                "ws://" + request.headers().get(HttpHeaderNames.HOST) + request.uri(),
                ClientProtocol.SUBPROTOCOL,
                false)
            .newHandshaker(request);
    if (handshaker == null) {
      answer(context, HttpResponseStatus.UPGRADE_REQUIRED, "");
    } else {
      handshaker.handshake(context.channel(), request);
    }
  }

  private void frame(ChannelHandlerContext context, String text) {
    if (device == null && text.contains("\"op\":\"hello\"")) {
      NullDevice attached = new NullDevice(context.channel());
      device = attached;
      user = Objects.requireNonNullElse(field(text, "user"), "");
      attached.welcome();
      server.attached(user, attached);
    }
  }

  private void messages(ChannelHandlerContext context, FullHttpRequest request) {
    String body = request.content().toString(UTF_8);
    if ("application/json".equals(request.headers().get(HttpHeaderNames.CONTENT_TYPE))) {
      answer(context, HttpResponseStatus.ACCEPTED, accepted(body));
      handed(body);
      return;
    }
    StringBuilder results = new StringBuilder();
    body.lines().forEach(line -> results.append(accepted(line)).append('\n'));
    answer(context, HttpResponseStatus.OK, results.toString());
    body.lines().forEach(this::handed);
  }

  private static String accepted(String message) {
    return "{\"id\":\"" + field(message, "id") + "\",\"accepted\":1}";
  }

  private void handed(String message) {
    String to = field(message, "user");
    String id = field(message, "id");
    int data = message.indexOf("\"data\":");
    if (to != null && id != null && data > 0) {
      server.handed(to, id, message.substring(data + 7, message.lastIndexOf('}')));
    }
  }

  /** A field without escapes. */
  private static @Nullable String field(String json, String name) {
    String begin = "\"" + name + "\":\"";
    int at = json.indexOf(begin);
    return at < 0
        ? null
        : json.substring(at + begin.length(), json.indexOf('"', at + begin.length()));
  }

  private static void answer(
      ChannelHandlerContext context, HttpResponseStatus status, String body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    context.writeAndFlush(response);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (device != null) {
      server.gone(user, device);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
