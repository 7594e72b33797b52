package io.tidegate.ingest.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.http.Headers;
import io.helidon.http.HttpLogConfig;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.tidegate.contract.tls.Handshakes;
import io.tidegate.ingest.admission.Admission;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Helidon's HTTP/1.1, and HTTP/2 over it, with a {@link Guard} on each connection. */
public final class GuardedSelector implements ServerConnectionSelector {
  public static final int MAX_REQUEST_LINE_BYTES = 4096;
  public static final int MAX_HEADERS_BYTES = 16 * 1024;

  /** What Helidon reads at a time, so what may come in behind the headers unasked. */
  private static final int READ_BYTES = 8 * 1024;

  private static final int MAX_HEAD_BYTES =
      MAX_REQUEST_LINE_BYTES + MAX_HEADERS_BYTES + 2 * READ_BYTES;

  /** Twice as large, so that one which is too large is answered as in HTTP/1.1. */
  private static final int MAX_HTTP2_HEAD_BYTES = 2 * MAX_HEADERS_BYTES;

  private final Http1ConnectionSelector http1;
  private final Timeouts timeouts;
  private final Watchdog watchdog;
  private final long lingerBytes;
  private final @Nullable Http2 http2;

  /**
   * What HTTP/2 needs.
   *
   * @param admission counts what has come and is not read
   * @param errors is told the name (RFC 9113, 7) of each error that a client is told of; must not
   *     block or throw
   */
  public record Http2(Admission admission, Consumer<String> errors) {}

  /**
   * @param lingerBytes how much is read and dropped after an answer that did not wait for it
   * @param http2 null: it is not spoken
   */
  public GuardedSelector(
      Timeouts timeouts, Watchdog watchdog, long lingerBytes, @Nullable Http2 http2) {
    this.http2 = http2;
    this.timeouts = timeouts;
    this.watchdog = watchdog;
    this.lingerBytes = lingerBytes;
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxPrologueLength(MAX_REQUEST_LINE_BYTES)
                    .maxHeadersSize(MAX_HEADERS_BYTES)
                    .addReceiveListener(new Progress())
                    .log(HttpLogConfig.builder().receiveLog(false).sendLog(false).build())
                    .buildPrototype())
            .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    Set<String> protocols = new HashSet<>(http1.supportedApplicationProtocols());
    if (http2 != null) {
      protocols.add("h2");
    }
    return Set.copyOf(protocols);
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Guard guard =
        new Guard(context.serverSocket(), Handshakes.raw(), timeouts, MAX_HEAD_BYTES, false);
    Http2 other = http2;
    return guarded(
        new GuardedContext(context, guard, context.dataWriter(), context.serverSocket()),
        guard,
        lingerBytes,
        other == null ? null : limit -> session(context, guard, limit, other));
  }

  private GuardedConnection guarded(
      GuardedContext context, Guard guard, long linger, @Nullable Function<Limit, Upgraded> other) {
    return new GuardedConnection(
        http1.connection(context), context.dataReader(), guard, watchdog, linger, other);
  }

  private Upgraded session(ConnectionContext context, Guard guard, Limit limit, Http2 needs) {
    return new Http2Session(
        context.serverSocket(),
        guard,
        exchange -> serve(context, exchange, limit),
        needs.admission(),
        MAX_HTTP2_HEAD_BYTES,
        lingerBytes,
        error -> needs.errors().accept(error.name()));
  }

  /** One request of HTTP/2, as if it were alone on a connection. */
  private void serve(ConnectionContext context, Http2Exchange exchange, Limit limit)
      throws InterruptedException {
    Guard guard = new Guard(exchange, null, timeouts, MAX_HEAD_BYTES, true);
    guarded(new GuardedContext(context, guard, exchange, exchange), guard, 0, null).handle(limit);
  }

  /** Tells a connection's guard how far Helidon has read. */
  private static final class Progress implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
      Guard.current().requestLine();
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
      Guard.current().headers();
    }
  }
}
