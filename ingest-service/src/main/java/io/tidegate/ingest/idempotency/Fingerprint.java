package io.tidegate.ingest.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 over what makes a request what it is, as it comes in. Of two alike it is the same. */
public final class Fingerprint {
  private final MessageDigest digest;
  private boolean complete;

  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /** Takes in a text, told apart from what comes before and after it. */
  public void text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  /** Takes in some of the body, which comes last. */
  public void body(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** The body has ended. */
  public void end() {
    complete = true;
  }

  /** Whether all of the body was taken in. */
  public boolean isComplete() {
    return complete;
  }

  /** Of all that was taken in; only once. */
  public byte[] value() {
    return digest.digest();
  }
}
