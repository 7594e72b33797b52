package io.tidegate.ingest.connection;

import io.helidon.common.buffers.BufferData;
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
import java.util.Set;

/** Helidon's HTTP/1.1, with a {@link Guard} on each connection. */
public final class GuardedSelector implements ServerConnectionSelector {
  private static final int MAX_REQUEST_LINE_BYTES = 4096;
  private static final int MAX_HEADERS_BYTES = 16 * 1024;

  /** What Helidon reads at a time, so what may come in behind the headers unasked. */
  private static final int READ_BYTES = 8 * 1024;

  private static final int MAX_HEAD_BYTES =
      MAX_REQUEST_LINE_BYTES + MAX_HEADERS_BYTES + 2 * READ_BYTES;

  private final Http1ConnectionSelector http1;
  private final Timeouts timeouts;
  private final Watchdog watchdog;
  private final long lingerBytes;

  /**
   * @param lingerBytes how much is read and dropped after an answer that did not wait for it
   */
  public GuardedSelector(Timeouts timeouts, Watchdog watchdog, long lingerBytes) {
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
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Guard guard = new Guard(context.serverSocket(), Handshakes.raw(), timeouts, MAX_HEAD_BYTES);
    GuardedContext guarded = new GuardedContext(context, guard);
    return new GuardedConnection(
        http1.connection(guarded), guarded.dataReader(), guard, watchdog, lingerBytes);
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
