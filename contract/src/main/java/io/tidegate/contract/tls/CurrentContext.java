package io.tidegate.contract.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context that hands on to the one which holds at the moment, and gives everything that it makes
 * for a server the same parameters, whatever its caller forgets to set: Helidon, for one, makes its
 * sockets without asking for clients' certificates.
 */
final class CurrentContext extends SSLContext {
  /**
   * @param parameters of a server; null: it is a client's
   */
  CurrentContext(
      Supplier<SSLContext> current, @Nullable SSLParameters parameters, Handshakes handshakes) {
    super(
        new Spi(current, parameters, handshakes),
        current.get().getProvider(),
        current.get().getProtocol());
  }

  private static final class Spi extends SSLContextSpi {
    private final Supplier<SSLContext> current;
    private final @Nullable SSLParameters parameters;
    private final Factory factory;

    Spi(Supplier<SSLContext> current, @Nullable SSLParameters parameters, Handshakes handshakes) {
      this.current = current;
      this.parameters = parameters;
      this.factory = new Factory(current, parameters, handshakes);
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trusted,
        @Nullable SecureRandom random) {
      throw new UnsupportedOperationException("it is made of files");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return factory;
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return current.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return server(current.get().createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return server(current.get().createSSLEngine(host, port));
    }

    private SSLEngine server(SSLEngine engine) {
      if (parameters != null) {
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
      }
      return engine;
    }

    /** Without this the JDK would make a client's socket to look at it. */
    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return current.get().getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return current.get().getSupportedSSLParameters();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return current.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return current.get().getClientSessionContext();
    }
  }

  /** Makes a server's socket of one that was accepted, and nothing else. */
  private static final class Factory extends SSLSocketFactory {
    private final Supplier<SSLContext> current;
    private final @Nullable SSLParameters parameters;
    private final Handshakes handshakes;

    Factory(
        Supplier<SSLContext> current, @Nullable SSLParameters parameters, Handshakes handshakes) {
      this.current = current;
      this.parameters = parameters;
      this.handshakes = handshakes;
    }

    /**
     * @param autoClose passed over: without it, closing TLS would leave the socket below open and
     *     wait for the client's farewell without a limit
     */
    @Override
    public Socket createSocket(Socket raw, @Nullable InputStream consumed, boolean autoClose)
        throws IOException {
      if (parameters == null) {
        throw noClient();
      }
      SSLSocket socket =
          (SSLSocket) current.get().getSocketFactory().createSocket(raw, consumed, true);
      socket.setUseClientMode(false);
      socket.setSSLParameters(parameters);
      handshakes.begin(raw, socket);
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return current.get().getSocketFactory().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return current.get().getSocketFactory().getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket raw, String host, int port, boolean autoClose) {
      throw noClient();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw noClient();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw noClient();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw noClient();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw noClient();
    }

    private static UnsupportedOperationException noClient() {
      return new UnsupportedOperationException("only sockets that a port has accepted");
    }
  }
}
