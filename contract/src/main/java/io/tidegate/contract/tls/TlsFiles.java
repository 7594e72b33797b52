package io.tidegate.contract.tls;

import io.tidegate.contract.settings.Environment;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of one end of TLS, and what their variables are called in errors.
 *
 * @param variables the beginning of their names, such as {@code TIDEGATE_INGEST_TLS_}
 * @param certificate the chain that is shown, its own certificate first; null: none is
 * @param key the private key to it, PKCS #8, not encrypted; null with the certificate only
 * @param ca who signs the certificates that the other end must show; null: a server asks for none,
 *     a client trusts those whom the JDK does
 */
public record TlsFiles(
    String variables, @Nullable Path certificate, @Nullable Path key, @Nullable Path ca) {
  static final String CERTIFICATE = "CERT";
  static final String KEY = "KEY";

  /** Of a server, whose other end is clients. */
  private static final String CLIENT_CA = "CLIENT_CA";

  /** Of a client. */
  private static final String CA = "CA";

  /**
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public TlsFiles {
    if (certificate == null != (key == null)) {
      String there = variables + (certificate == null ? KEY : CERTIFICATE);
      String missing = variables + (certificate == null ? CERTIFICATE : KEY);
      throw new IllegalArgumentException(missing + ": required where " + there + " is set");
    }
  }

  /**
   * A server's, from {@code TLS_CERT}, {@code TLS_KEY} and {@code TLS_CLIENT_CA}; null where none
   * of them is set.
   *
   * @param prefix of the service, such as {@code TIDEGATE_INGEST_}
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public static @Nullable TlsFiles ofServer(Environment environment, String prefix) {
    Path certificate = path(environment.text("TLS_" + CERTIFICATE));
    Path key = path(environment.text("TLS_" + KEY));
    Path clients = path(environment.text("TLS_" + CLIENT_CA));
    if (clients != null && certificate == null) {
      throw new IllegalArgumentException(
          prefix + "TLS_CERT: required where " + prefix + "TLS_CLIENT_CA is set");
    }
    return certificate == null && key == null
        ? null
        : new TlsFiles(prefix + "TLS_", certificate, key, clients);
  }

  /**
   * A client's, from {@code CA}, {@code CERT} and {@code KEY} behind a beginning such as {@code
   * TIDEGATE_TLS_}; null where none of them is set.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public static @Nullable TlsFiles ofClient(Map<String, String> environment, String variables) {
    TlsFiles files =
        new TlsFiles(
            variables,
            path(environment.get(variables + CERTIFICATE)),
            path(environment.get(variables + KEY)),
            path(environment.get(variables + CA)));
    return files.certificate == null && files.ca == null ? null : files;
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null || text.isBlank() ? null : Path.of(text.strip());
  }

  /**
   * Of the requests that a service with these files makes to others like it: it shows the same
   * certificate, and trusts who {@code TLS_CA} says; where that is not set, who signs clients.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public static @Nullable TlsFiles ofPeers(
      @Nullable TlsFiles own, Environment environment, String prefix) {
    Path authorities = path(environment.text("TLS_" + CA));
    if (own == null) {
      if (authorities != null) {
        throw new IllegalArgumentException(
            prefix + "TLS_CERT: required where " + prefix + "TLS_CA is set");
      }
      return null;
    }
    return new TlsFiles(
        own.variables, own.certificate, own.key, authorities == null ? own.ca : authorities);
  }

  /** The variable of the file with the authorities. */
  String caVariable(boolean server) {
    return variables + (server ? CLIENT_CA : CA);
  }
}
