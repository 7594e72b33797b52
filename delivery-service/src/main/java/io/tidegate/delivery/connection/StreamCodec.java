package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.http2.BodyLength;
import io.tidegate.contract.http2.Field;
import io.tidegate.contract.http2.MalformedException;
import io.tidegate.contract.http2.RequestHead;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.FrameBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2, for handlers that know requests, answers and bytes behind an answer's head,
 * as on a connection of HTTP/1.1.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class StreamCodec extends ChannelDuplexHandler {
  private static final HttpVersion VERSION = HttpVersion.valueOf("HTTP/2.0");

  /** Of a DATA frame: what any client takes, and so little that it is seen how much it takes. */
  private static final int PIECE_BYTES = 16 * 1024;

  private final Http2Link link;
  private final FrameBudget budget;
  private final DeliveryMetrics metrics;

  /** Null: no head has come. */
  private @Nullable BodyLength length;

  /** Whether the answer has no body, whatever its length says. */
  private boolean toHead;

  private boolean inputEnded;
  private boolean outputEnded;

  /** Bytes that were written and that the socket has not taken. */
  private long waiting;

  /** Whether something that was written did not leave, and never will. */
  private boolean broken;

  private boolean removed;

  StreamCodec(Http2Link link, FrameBudget budget, DeliveryMetrics metrics) {
    this.link = link;
    this.budget = budget;
    this.metrics = metrics;
  }

  /** Whether it is one of several streams on its connection. */
  static boolean isOn(Channel channel) {
    return channel instanceof Http2StreamChannel;
  }

  /** Bytes that were written to a stream and that the socket has not taken. */
  static long waitingIn(Channel stream) {
    StreamCodec codec = stream.pipeline().get(StreamCodec.class);
    return codec == null ? 0 : codec.waiting;
  }

  /** Whether something that was written to a stream will not leave. */
  static boolean isBroken(Channel stream) {
    StreamCodec codec = stream.pipeline().get(StreamCodec.class);
    return codec != null && codec.broken;
  }

  /** The handlers behind it have gone, and what waits counts no more as theirs. */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    removed = true;
    link.leaves(waiting);
  }

  // From the client.

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    try {
      switch (frame) {
        case Http2HeadersFrame head when length == null -> onHead(context, head);
        // Trailers, of which none mean anything to us.
        case Http2HeadersFrame _ -> onEnd(context);
        case Http2DataFrame data -> onData(context, data);
        default -> {
          // One that is not known is passed over (RFC 9113, 5.5).
        }
      }
    } catch (MalformedException e) {
      reset(context, Http2Error.PROTOCOL_ERROR);
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void onHead(ChannelHandlerContext context, Http2HeadersFrame frame)
      throws MalformedException {
    List<Field> fields = new ArrayList<>(frame.headers().size());
    for (Map.Entry<CharSequence, CharSequence> header : frame.headers()) {
      fields.add(new Field(header.getKey().toString(), header.getValue().toString()));
    }
    RequestHead head = RequestHead.of(fields, !frame.isEndStream());
    length = new BodyLength(head.length());
    toHead = head.toHead();
    // They have been checked.
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    head.fields().forEach(field -> headers.add(field.name(), field.value()));
    context.fireChannelRead(
        new DefaultHttpRequest(VERSION, HttpMethod.valueOf(head.method()), head.target(), headers));
    if (frame.isEndStream()) {
      onEnd(context);
    }
  }

  private void onData(ChannelHandlerContext context, Http2DataFrame data)
      throws MalformedException {
    if (length == null) {
      return;
    }
    length.add(data.content().readableBytes());
    if (data.content().isReadable()) {
      context.fireChannelRead(new DefaultHttpContent(data.content().retain()));
    }
    if (data.isEndStream()) {
      onEnd(context);
    }
  }

  private void onEnd(ChannelHandlerContext context) throws MalformedException {
    if (length != null) {
      length.end();
    }
    inputEnded = true;
    context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void reset(ChannelHandlerContext context, Http2Error error) {
    metrics.http2Error(error.name());
    context.writeAndFlush(new DefaultHttp2ResetFrame(error));
    context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Of what the client sends it is told, and the stream closed, by whoever found it.
    if (!(cause instanceof Http2Exception)) {
      context.fireExceptionCaught(cause);
    }
  }

  // To the client.

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    switch (message) {
      case FullHttpResponse whole -> {
        boolean body = whole.content().isReadable() && !toHead;
        boolean last = whole.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        context.write(head(whole, last && !body), body ? context.newPromise() : promise);
        if (body) {
          data(context, whole.content(), true, promise);
        } else {
          outputEnded = last;
          whole.release();
        }
      }
      case HttpResponse begun -> context.write(head(begun, false), promise);
      case LastHttpContent end -> data(context, end.content(), true, promise);
      case ByteBuf bytes -> data(context, bytes, false, promise);
      default -> context.write(message, promise);
    }
  }

  private static Http2HeadersFrame head(HttpResponse response, boolean ends) {
    Http2Headers headers = new DefaultHttp2Headers(false, response.headers().size() + 1);
    headers.status(response.status().codeAsText());
    for (Map.Entry<String, String> header : response.headers()) {
      Field field = new Field(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
      if (!field.isOfTheConnection()) {
        headers.add(field.name(), field.value());
      }
    }
    return new DefaultHttp2HeadersFrame(headers, ends);
  }

  /** Takes over the bytes. */
  private void data(
      ChannelHandlerContext context, ByteBuf bytes, boolean ends, ChannelPromise promise) {
    outputEnded |= ends;
    while (bytes.readableBytes() > PIECE_BYTES) {
      piece(context, bytes.readRetainedSlice(PIECE_BYTES), false, context.newPromise());
    }
    piece(context, bytes, ends, promise.isVoid() ? context.newPromise() : promise);
  }

  private void piece(
      ChannelHandlerContext context, ByteBuf bytes, boolean ends, ChannelPromise promise) {
    int count = bytes.readableBytes();
    waiting += count;
    budget.sent(count);
    context.write(
        new DefaultHttp2DataFrame(bytes, ends),
        promise.addListener(
            written -> {
              waiting -= count;
              if (removed) {
                link.leaves(-count);
              }
              if (written.isSuccess()) {
                link.took(count);
              } else if (!broken) {
                broken = true;
                onLost(context);
              }
            }));
  }

  /** Nothing may follow what was lost. A stream that the client has ended closes by itself. */
  private void onLost(ChannelHandlerContext context) {
    Http2StreamChannel stream = (Http2StreamChannel) context.channel();
    boolean ended = stream.stream().state() == Http2Stream.State.CLOSED;
    if (stream.isActive() && stream.parent().isActive() && !ended) {
      context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
      context.close();
    }
  }

  /**
   * Says so where the stream has not ended. What waits for the client's window is let go of by
   * that; and a client whose request was answered before its end is to keep the answer (RFC 9113,
   * 8.1).
   */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (context.channel().isActive() && (waiting > 0 || !inputEnded)) {
      boolean answered = outputEnded && waiting == 0;
      context.writeAndFlush(
          new DefaultHttp2ResetFrame(answered ? Http2Error.NO_ERROR : Http2Error.CANCEL));
    }
    context.close(promise);
  }
}
