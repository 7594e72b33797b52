package io.tidegate.contract.tls;

import io.tidegate.contract.StartupException;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** TLS of requests that we make ourselves. Read once: a client lives as long as its command. */
public final class ClientTls {
  private ClientTls() {}

  /**
   * @throws StartupException naming the variable, the file and the reason
   */
  public static SSLContext context(TlsFiles files) throws StartupException {
    try {
      return TlsMaterial.of(files, TlsMaterial.read(files, false), false, Instant.now()).context();
    } catch (TlsException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }
}
