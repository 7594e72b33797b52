package io.tidegate.ingest.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Netty's HTTP/2, with what we bound in it. Counts what is wrong with what comes. */
final class Http2Codec extends Http2ConnectionHandler {
  /** Requests of one connection at once. */
  static final int MAX_STREAMS = 100;

  /** Of these and of those that the client has reset, but that are still being served. */
  static final int MAX_SERVED = 2 * MAX_STREAMS;

  /** What a client may send of one body before somebody reads it. */
  static final int STREAM_WINDOW_BYTES = 128 * 1024;

  /** And of all: no body stands in another's way. */
  static final int CONNECTION_WINDOW_BYTES = MAX_STREAMS * STREAM_WINDOW_BYTES;

  private static final int MAX_RESETS = 2_000;
  private static final int RESETS_SECONDS = 30;

  private final Consumer<Http2Error> faults;

  private Http2Codec(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Consumer<Http2Error> faults) {
    super(decoder, encoder, settings);
    this.faults = faults;
  }

  /**
   * @param maxHeadBytes of a head, each field counted as RFC 9113, 6.5.2, does
   * @param faults is told of each error that a client is told of
   */
  static Http2Codec create(
      Http2FrameListener listener, int maxHeadBytes, Consumer<Http2Error> faults) {
    return new Builder(listener, maxHeadBytes, faults).build();
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext context,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception fault) {
    faults.accept(fault == null ? Http2Error.INTERNAL_ERROR : fault.error());
    super.onConnectionError(context, outbound, cause, fault);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext context,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException fault) {
    if (fault.error() == Http2Error.STREAM_CLOSED
        && connection().stream(fault.streamId()) == null) {
      return; // Sent before the client knew that its stream has ended (RFC 9113, 5.1).
    }
    faults.accept(fault.error());
    super.onStreamError(context, outbound, cause, fault);
  }

  /**
   * Netty's own bounds of empty frames, continuations and acks stay as they are. Its bounds of
   * resets would make a proxy whose callers lose patience lose its connection; what a reset may
   * cost us is bounded by {@link #MAX_SERVED}. Whether a head is well-formed is checked by whoever
   * listens.
   */
  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
    private final Consumer<Http2Error> faults;

    Builder(Http2FrameListener listener, int maxHeadBytes, Consumer<Http2Error> faults) {
      this.faults = faults;
      server(true);
      // Netty makes a malformed head, with a body behind it, the end of the connection.
      validateHeaders(false);
      decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
      encoderEnforceMaxRstFramesPerWindow(0, RESETS_SECONDS);
      // Or closing would wait for the requests.
      decoupleCloseAndGoAway(true);
      frameListener(listener);
      initialSettings(
          new Http2Settings()
              .maxConcurrentStreams(MAX_STREAMS)
              .initialWindowSize(STREAM_WINDOW_BYTES)
              .maxHeaderListSize(maxHeadBytes));
    }

    @Override
    protected Http2Codec build() {
      return super.build();
    }

    @Override
    protected Http2Codec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Codec(decoder, encoder, settings, faults);
    }
  }
}
