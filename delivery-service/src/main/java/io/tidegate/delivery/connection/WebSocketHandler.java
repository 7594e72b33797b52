package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.Utf8;
import io.tidegate.delivery.frame.WireFrame;
import io.tidegate.delivery.session.Action;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** One WebSocket, whatever its subprotocol: frames, messages, pings and the end. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
abstract class WebSocketHandler extends ConnectionHandler {
  /** RFC 6455, 7.4.2. */
  private static final int HIGHEST_CODE = 4999;

  private static final byte[] PING = WireFrame.ping();

  /** The only one of the reserved bits that means something. */
  private static final int RSV1 = 4;

  private final TextMessages messages;
  private final boolean deflates;

  /**
   * @param deflates whether text frames may be compressed, both ways
   */
  WebSocketHandler(Loop loop, boolean deflates) {
    super(loop);
    this.deflates = deflates;
    this.messages = new TextMessages(loop.settings().maxFrameBytes());
  }

  // To the client.

  /** Writes a text frame, compressed where that was agreed on. */
  final void write(Frame frame) {
    if (!deflates) {
      outlet().write(frame);
      return;
    }
    Frame packed = frame.deflated(loop().deflate());
    loop().metrics().deflated(frame.length(), packed.length());
    outlet().write(packed);
  }

  @Override
  void ping() {
    outlet().writeNow(PING);
  }

  @Override
  void tellClose(CloseCode code, @Nullable String detail) {
    outlet().writeNow(WireFrame.close(code, detail));
  }

  @Override
  void countEnd() {
    super.countEnd();
    messages.drop();
  }

  // From the client.

  /**
   * A whole text message came.
   *
   * @throws MalformedFrameException if it is none of the subprotocol's
   */
  abstract Action hear(byte[] text, long now) throws MalformedFrameException;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof WebSocketFrame frame) {
        onFrame(frame, loop().now());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onFrame(WebSocketFrame frame, long now) {
    boolean packed = frame.rsv() == RSV1 && deflates && isData(frame);
    if (frame.rsv() != 0 && !packed && !session().isClosing()) {
      close(CloseCode.PROTOCOL_ERROR, "reserved bits are set", now);
      return;
    }
    if (frame instanceof CloseWebSocketFrame close) {
      onClose(close);
      return;
    }
    perform(session().onAnyFrame(now), now);
    if (session().isClosing()) {
      return;
    }
    switch (frame) {
      case TextWebSocketFrame text -> {
        messages.begin(packed);
        onPart(text, now);
      }
      case ContinuationWebSocketFrame part -> onPart(part, now);
      case PingWebSocketFrame ping -> {
        // RFC 6455, 5.5.3: the most recent ping is the one to answer. A client that does not read
        // gets no heap of pongs.
        if (context().channel().isWritable()) {
          outlet().writeNow(WireFrame.pong(ByteBufUtil.getBytes(ping.content())));
        }
      }
      case BinaryWebSocketFrame binary -> close(CloseCode.UNSUPPORTED_DATA, null, now);
      default -> {
        // A pong: the sign of life was noted above.
      }
    }
  }

  /** Whether it is the first frame of a message. */
  private static boolean isData(WebSocketFrame frame) {
    return frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
  }

  private void onPart(WebSocketFrame part, long now) {
    if (!messages.fits(part)) {
      tooBig(now);
      return;
    }
    byte[] whole = messages.add(part);
    if (whole == null) {
      return;
    }
    if (messages.isPacked()) {
      onPacked(whole, now);
    } else {
      onText(whole, now);
    }
  }

  private void onPacked(byte[] packed, long now) {
    try {
      byte[] text = loop().inflate().message(packed, loop().settings().maxFrameBytes());
      if (text == null) {
        tooBig(now);
      } else {
        onText(text, now);
      }
    } catch (DataFormatException e) {
      close(CloseCode.PROTOCOL_ERROR, "not compressed as it says", now);
    }
  }

  private void tooBig(long now) {
    close(CloseCode.TOO_BIG, "more than " + loop().settings().maxFrameBytes() + " bytes", now);
  }

  private void onText(byte[] text, long now) {
    if (!Utf8.isValid(text)) {
      close(CloseCode.INVALID_UTF8, null, now);
      return;
    }
    Action action;
    try {
      action = hear(text, now);
    } catch (MalformedFrameException e) {
      action = session().onMalformed(e.detail(), now);
    }
    perform(action, now);
  }

  private void onClose(CloseWebSocketFrame close) {
    if (session().isClosing()) {
      context().close();
      return;
    }
    if (close.statusCode() > HIGHEST_CODE) {
      close(CloseCode.PROTOCOL_ERROR, "there is no such close code", loop().now());
      return;
    }
    countEnd();
    loop().metrics().closeByClient();
    dropWaiting();
    perform(session().onGone(), loop().now());
    int code = close.statusCode() < 0 ? CloseCode.NORMAL.code() : close.statusCode();
    context()
        .writeAndFlush(Unpooled.wrappedBuffer(WireFrame.close(code, "")))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      CloseCode code = CloseCode.of(corrupted.closeStatus().code());
      CloseCode known = code == null ? CloseCode.PROTOCOL_ERROR : code;
      close(known, corrupted.getMessage(), loop().now());
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }
}
