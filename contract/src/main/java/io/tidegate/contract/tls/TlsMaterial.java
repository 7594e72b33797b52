package io.tidegate.contract.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TlsFiles} held when they were read, checked and made into a context.
 *
 * @param expires of the certificate that is shown; {@link Instant#MAX} where none is
 */
record TlsMaterial(SSLContext context, Instant expires, Contents contents) {
  private static final int MAX_FILE_BYTES = 1024 * 1024;
  private static final char[] NO_PASSWORD = {};

  /** The bytes of the files; empty where there is no file. */
  record Contents(byte[] certificate, byte[] key, byte[] ca) {
    boolean same(Contents other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(ca, other.ca);
    }
  }

  /**
   * @throws TlsException naming the variable, the file and the reason
   */
  static Contents read(TlsFiles files, boolean server) throws TlsException {
    return new Contents(
        bytes(files.variables() + TlsFiles.CERTIFICATE, files.certificate()),
        bytes(files.variables() + TlsFiles.KEY, files.key()),
        bytes(files.caVariable(server), files.ca()));
  }

  private static byte[] bytes(String variable, @Nullable Path file) throws TlsException {
    if (file == null) {
      return new byte[0];
    }
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new TlsException(variable, file, "is larger than 1 MiB", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsException(variable, file, "there is no such file", e);
    } catch (IOException e) {
      throw new TlsException(variable, file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * @throws TlsException naming the variable, the file and the reason
   */
  static TlsMaterial of(TlsFiles files, Contents contents, boolean server, Instant now)
      throws TlsException {
    KeyManager @Nullable [] keys = null;
    Instant expires = Instant.MAX;
    Path certificate = files.certificate();
    Path key = files.key();
    if (certificate != null && key != null) {
      List<X509Certificate> chain =
          certificates(files.variables() + TlsFiles.CERTIFICATE, certificate, contents.certificate);
      expires = requireValid(files, certificate, chain.getFirst(), now);
      keys = keys(files, key, contents.key, chain);
    }
    TrustManager @Nullable [] trusted = null;
    Path ca = files.ca();
    if (ca != null) {
      String variable = files.caVariable(server);
      trusted = trusted(variable, ca, certificates(variable, ca, contents.ca));
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trusted, new SecureRandom());
      return new TlsMaterial(context, expires, contents);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static List<X509Certificate> certificates(String variable, Path file, byte[] bytes)
      throws TlsException {
    try {
      return Pem.certificates(bytes);
    } catch (GeneralSecurityException e) {
      throw new TlsException(variable, file, String.valueOf(e.getMessage()), e);
    }
  }

  private static Instant requireValid(TlsFiles files, Path file, X509Certificate own, Instant now)
      throws TlsException {
    String variable = files.variables() + TlsFiles.CERTIFICATE;
    Instant from = own.getNotBefore().toInstant();
    Instant to = own.getNotAfter().toInstant();
    if (now.isAfter(to)) {
      throw new TlsException(variable, file, "its certificate expired at " + to, null);
    }
    if (now.isBefore(from)) {
      throw new TlsException(variable, file, "its certificate is not valid before " + from, null);
    }
    return to;
  }

  private static KeyManager[] keys(
      TlsFiles files, Path file, byte[] bytes, List<X509Certificate> chain) throws TlsException {
    String variable = files.variables() + TlsFiles.KEY;
    PublicKey certified = chain.getFirst().getPublicKey();
    try {
      PrivateKey key = Pem.key(bytes, certified);
      if (!belong(key, certified)) {
        throw new TlsException(
            variable,
            file,
            "its key is not that of the certificate in " + files.certificate(),
            null);
      }
      KeyStore store = empty();
      store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(variable, file, String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether what one signs the other confirms. */
  private static boolean belong(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm();
        };
    byte[] any = {1, 2, 3};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(any);
    byte[] signature = signing.sign();
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certified);
    verifying.update(any);
    return verifying.verify(signature);
  }

  private static TrustManager[] trusted(String variable, Path file, List<X509Certificate> all)
      throws TlsException {
    try {
      KeyStore store = empty();
      for (X509Certificate each : all) {
        store.setCertificateEntry("ca-" + store.size(), each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(variable, file, String.valueOf(e.getMessage()), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
