package io.tidegate.delivery.connection;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.tidegate.contract.tls.Handshakes;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Puts TLS before a connection's pipeline; only so many handshakes at a time, each in its time. */
@SuppressWarnings("FutureReturnValueIgnored") // The listener is told.
final class TlsEntrance {
  private static final String[] PROTOCOLS = {"h2", "http/1.1"};

  private final WatchedTls tls;
  private final boolean http2;
  private final AtomicInteger pending = new AtomicInteger();
  private final LongAdder failed = new LongAdder();

  /**
   * @param http2 whether it is offered, by ALPN (RFC 7301)
   */
  TlsEntrance(WatchedTls tls, boolean http2, DeliveryMetrics metrics) {
    this.tls = tls;
    this.http2 = http2;
    metrics.gauge("tls.handshakes", "TLS handshakes under way", pending::get);
    metrics.counting(
        "tls.handshakes.failed",
        "TLS handshakes that were refused by either side, too slow, or too many",
        failed::sum);
    metrics.security().certificate(tls);
  }

  /** Whether a connection failed as connections do: the network, or what a client says as TLS. */
  static boolean isOfTheOtherSide(Throwable cause) {
    return cause instanceof IOException
        || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
  }

  /** False: there are as many handshakes as may be, and the channel is to be closed. */
  boolean enter(SocketChannel channel) {
    if (pending.getAndUpdate(n -> n < Handshakes.MOST ? n + 1 : n) >= Handshakes.MOST) {
      failed.increment();
      return false;
    }
    SSLEngine engine = tls.context().createSSLEngine();
    if (http2) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(PROTOCOLS);
      engine.setSSLParameters(parameters);
    }
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(Handshakes.WITHIN.toMillis());
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              pending.decrementAndGet();
              if (!done.isSuccess()) {
                failed.increment();
              }
            });
    channel.pipeline().addLast(handler);
    return true;
  }
}
