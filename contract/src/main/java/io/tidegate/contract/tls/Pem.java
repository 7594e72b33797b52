package io.tidegate.contract.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM (RFC 7468). Its exceptions say what is wrong, without a word of what is in it. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([^-]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";

  /** A file of these is refused with how to make one that is taken. */
  private static final List<String> OTHER_KEYS =
      List.of("RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY");

  private Pem() {}

  /**
   * All certificates, in their order; one at least.
   *
   * @throws GeneralSecurityException saying why there is none
   */
  static List<X509Certificate> certificates(byte[] file) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(new String(file, US_ASCII));
    while (blocks.find()) {
      if (blocks.group(1).equals(CERTIFICATE)) {
        certificates.add(certificate(decoded(blocks.group(2))));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("no PEM certificate (-----BEGIN CERTIFICATE-----) is in it");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(byte[] der) throws CertificateException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new CertificateException("a certificate in it cannot be read", e);
    }
  }

  /**
   * The first private key, of the algorithm of {@code certified}.
   *
   * @throws GeneralSecurityException saying why there is none
   */
  static PrivateKey key(byte[] file, PublicKey certified) throws GeneralSecurityException {
    Matcher blocks = BLOCK.matcher(new String(file, US_ASCII));
    while (blocks.find()) {
      String label = blocks.group(1);
      if (OTHER_KEYS.contains(label)) {
        throw new InvalidKeySpecException(
            "its key is a "
                + label
                + ", want PKCS #8 without a password: openssl pkcs8 -topk8 -nocrypt -in OLD -out"
                + " NEW");
      }
      if (label.equals(KEY)) {
        return key(certified.getAlgorithm(), decoded(blocks.group(2)));
      }
    }
    throw new InvalidKeySpecException("no PEM key (-----BEGIN PRIVATE KEY-----) is in it");
  }

  private static PrivateKey key(String algorithm, byte[] der) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeySpecException(
          "its key is no " + algorithm + " key, as the certificate wants", e);
    }
  }

  private static byte[] decoded(String base64) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new CertificateException("its base64 is broken", e);
    }
  }
}
