package io.tidegate.contract.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;

/** Checks Ed25519 signatures with the JDK; the library would want another library for it. */
final class Ed25519Signature extends BaseJWSProvider implements JWSVerifier {
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;

  /** SubjectPublicKeyInfo for Ed25519 (RFC 8410) up to the key's own bytes. */
  private static final byte[] PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final PublicKey key;

  /**
   * @throws IllegalArgumentException if {@code x} is no public key
   */
  Ed25519Signature(byte[] x) {
    super(Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519));
    if (x.length != KEY_BYTES) {
      throw new IllegalArgumentException("x: want 32 bytes, got " + x.length);
    }
    byte[] encoded = new byte[PREFIX.length + KEY_BYTES];
    System.arraycopy(PREFIX, 0, encoded, 0, PREFIX.length);
    System.arraycopy(x, 0, encoded, PREFIX.length, KEY_BYTES);
    try {
      key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("x: not a public key", e);
    }
  }

  @Override
  public boolean verify(JWSHeader header, byte[] input, Base64URL signature) throws JOSEException {
    byte[] bytes = signature.decode();
    if (bytes.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(input);
      return check.verify(bytes);
    } catch (GeneralSecurityException e) {
      throw new JOSEException(e.getMessage(), e);
    }
  }
}
