package io.tidegate.loadtest.self;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.tidegate.contract.ClientProtocol;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a null server, to hand messages in or to be pushed to. It reads what a
 * generator writes and nothing else: fields are found by their names.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes the channel.
final class NullHandler extends SimpleChannelInboundHandler<Object> {
  private static final Pattern MEMBERS = Pattern.compile("/v1/groups/([^/]+)/members");

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
      case FullHttpRequest request when request.uri().startsWith(ClientProtocol.STREAM_PATH) ->
          stream(context, request);
      case FullHttpRequest request when request.uri().startsWith(ClientProtocol.ACKS_PATH) ->
          answer(context, HttpResponseStatus.NO_CONTENT, "");
      case FullHttpRequest request when request.uri().startsWith("/v1/policies/") ->
          policy(context, request);
      case FullHttpRequest request when MEMBERS.matcher(request.uri()).matches() ->
          members(context, request);
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
      String said = Objects.requireNonNullElse(field(text, "user"), "");
      attach(said, new NullDevice(context.channel(), TextWebSocketFrame::new));
    }
  }

  private void stream(ChannelHandlerContext context, FullHttpRequest request) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    context.writeAndFlush(head);
    List<String> users =
        new QueryStringDecoder(request.uri()).parameters().getOrDefault("user", List.of(""));
    attach(users.getFirst(), new NullDevice(context.channel(), NullHandler::event));
  }

  private static Object event(String frame) {
    return new DefaultHttpContent(Unpooled.copiedBuffer("data: " + frame + "\n\n", UTF_8));
  }

  private void attach(String of, NullDevice attached) {
    user = of;
    device = attached;
    attached.welcome();
    server.attached(of, attached);
  }

  private void policy(ChannelHandlerContext context, FullHttpRequest request) {
    String path = request.uri();
    if (request.method().equals(HttpMethod.PUT)) {
      server.keep(path, request.content().toString(UTF_8));
    } else if (request.method().equals(HttpMethod.DELETE)) {
      server.keep(path, null);
    }
    String kept = server.policy(path);
    boolean isMissing = kept == null && request.method().equals(HttpMethod.GET);
    answer(
        context,
        isMissing ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.OK,
        "{\"version\":1,\"policy\":" + kept + "}");
  }

  private void members(ChannelHandlerContext context, FullHttpRequest request) {
    Matcher path = MEMBERS.matcher(request.uri());
    String group = path.matches() ? path.group(1) : "";
    for (String line : request.content().toString(UTF_8).lines().toList()) {
      String member = Objects.requireNonNullElse(field(line, "user"), "");
      if (line.contains("\"remove\":true")) {
        server.left(group, member);
      } else {
        server.joined(group, member);
      }
    }
    answer(context, HttpResponseStatus.OK, "");
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
    String id = field(message, "id");
    int data = message.indexOf("\"data\":");
    if (id == null || data < 0) {
      return;
    }
    String shown = message.substring(data + 7, message.lastIndexOf('}'));
    String head = message.substring(0, data);
    String to = field(head, "user");
    String group = field(head, "group");
    if (to != null) {
      server.toUser(to, id, shown);
    } else if (group != null) {
      server.toGroup(group, id, shown);
    } else {
      server.toAll(id, shown);
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
