package io.tidegate.cli;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whom the commands trust where they ask over TLS, and what they show: the files of {@code
 * TIDEGATE_TLS_CA}, {@code TIDEGATE_TLS_CERT} and {@code TIDEGATE_TLS_KEY}.
 *
 * @param context null: none is set, and those are trusted whom the JDK trusts
 */
public record OutgoingTls(@Nullable SSLContext context) {
  private static final String VARIABLES = "TIDEGATE_TLS_";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** What the JDK does. */
  public static final OutgoingTls NONE = new OutgoingTls(null);

  /**
   * @throws StartupException naming the variable, the file and the reason
   */
  public static OutgoingTls fromEnvironment() throws StartupException {
    return from(System.getenv());
  }

  static OutgoingTls from(Map<String, String> environment) throws StartupException {
    try {
      TlsFiles files = TlsFiles.ofClient(environment, VARIABLES);
      return files == null ? NONE : new OutgoingTls(ClientTls.context(files));
    } catch (IllegalArgumentException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A client with it, which waits up to 5 s for a connection. */
  public HttpClient.Builder client() {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT);
    return context == null ? client : client.sslContext(context);
  }
}
