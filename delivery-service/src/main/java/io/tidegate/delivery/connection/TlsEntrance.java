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

/** Puts TLS before a connection's pipeline; only so many handshakes at a time, each in its time. */
@SuppressWarnings("FutureReturnValueIgnored") // The listener is told.
final class TlsEntrance {
  private final WatchedTls tls;
  private final AtomicInteger pending = new AtomicInteger();
  private final LongAdder failed = new LongAdder();

  TlsEntrance(WatchedTls tls, DeliveryMetrics metrics) {
    this.tls = tls;
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
