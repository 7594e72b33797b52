package io.tidegate.fanout.dedupe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Sixteen bytes that stand for a message id of a source and an owner: half of a SHA-256 (FIPS
 * 180-4), because a message whose bytes are those of another's would be taken for a repetition, and
 * senders choose ids as they like. For one thread.
 */
final class IdHash {
  static final int BYTES = 16;

  private final MessageDigest digest;
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);

  IdHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  byte[] of(byte[] owner, String source, String messageId) {
    add(owner);
    add(source.getBytes(UTF_8));
    add(messageId.getBytes(UTF_8));
    return Arrays.copyOf(digest.digest(), BYTES);
  }

  /** With its length, so that what belongs to one part cannot be read as the next one's. */
  private void add(byte[] part) {
    digest.update(length.putInt(0, part.length).array());
    digest.update(part);
  }
}
