package io.tidegate.delivery.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.function.Consumer;

/** Netty's HTTP/2, with what we bound in it. Counts what is wrong with what comes. */
final class Http2Codec extends Http2FrameCodec {
  /** Requests of one connection at once, streams of events and polls among them. */
  static final int MAX_STREAMS = 100;

  /** Each of them twice. */
  private static final int MAX_RESETS = 2 * MAX_STREAMS;

  private static final int RESETS_SECONDS = 30;

  /** Acks of settings and pings, and resets, that the client has not taken. */
  private static final int MAX_UNTAKEN = 2 * MAX_STREAMS;

  private final Consumer<Http2Error> faults;

  private Http2Codec(
      Http2ConnectionEncoder encoder,
      Http2ConnectionDecoder decoder,
      Http2Settings settings,
      Consumer<Http2Error> faults) {
    // A close is one, and waits for no stream.
    super(encoder, decoder, settings, true, true);
    this.faults = faults;
  }

  /**
   * @param maxHeadBytes of a head, each field counted as RFC 9113, 6.5.2, does
   * @param faults is told of each error of what the client sends
   */
  static Http2Codec create(int maxHeadBytes, Consumer<Http2Error> faults) {
    return new Builder(maxHeadBytes, faults).build();
  }

  @Override
  public void onError(ChannelHandlerContext context, boolean outbound, Throwable cause) {
    Http2Exception fault = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    if (fault instanceof Http2Exception.StreamException of
        && of.error() == Http2Error.STREAM_CLOSED
        && connection().stream(of.streamId()) == null) {
      return; // Sent before the client knew that its stream has ended (RFC 9113, 5.1).
    }
    if (!outbound) {
      faults.accept(fault == null ? Http2Error.INTERNAL_ERROR : fault.error());
    }
    super.onError(context, outbound, cause);
  }

  /**
   * Netty's own bounds of empty frames and continuations stay as they are. Streams are sent in
   * turns, whatever priorities a client gives them. Whether a head is well-formed is checked by
   * {@link StreamCodec}, since Netty makes a malformed one, with a body behind it, the end of the
   * connection.
   */
  private static final class Builder extends Http2FrameCodecBuilder {
    private final Consumer<Http2Error> faults;

    Builder(int maxHeadBytes, Consumer<Http2Error> faults) {
      this.faults = faults;
      Http2Connection connection = new DefaultHttp2Connection(true);
      connection
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  connection, new UniformStreamByteDistributor(connection)));
      connection(connection);
      validateHeaders(false);
      decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
      encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
      encoderEnforceMaxQueuedControlFrames(MAX_UNTAKEN);
      initialSettings(
          new Http2Settings().maxConcurrentStreams(MAX_STREAMS).maxHeaderListSize(maxHeadBytes));
    }

    @Override
    public Http2Codec build() {
      return (Http2Codec) super.build();
    }

    @Override
    protected Http2Codec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Codec(encoder, decoder, settings, faults);
    }
  }
}
