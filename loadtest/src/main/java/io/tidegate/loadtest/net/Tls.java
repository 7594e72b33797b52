package io.tidegate.loadtest.net;

import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** TLS of connections to one server, whose certificate has to be for the host of its URL. */
public final class Tls {
  private final URI url;
  private final SSLContext context;

  private Tls(URI url, SSLContext context) {
    this.url = url;
    this.context = context;
  }

  /**
   * @param context whom we trust and what we show; null: as the JDK does
   * @return null: the URL is one of plain HTTP
   */
  public static @Nullable Tls of(URI url, @Nullable SSLContext context) {
    if (!"https".equals(url.getScheme())) {
      return null;
    }
    try {
      return new Tls(url, context == null ? SSLContext.getDefault() : context);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK's own TLS cannot be had", e);
    }
  }

  /** Of one connection, first in its pipeline. */
  public SslHandler handler() {
    SSLEngine engine = context.createSSLEngine(url.getHost(), Sockets.port(url));
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return new SslHandler(engine);
  }
}
