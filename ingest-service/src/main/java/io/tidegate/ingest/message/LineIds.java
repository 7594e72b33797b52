package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Ids for the messages of a request that bring none and that has an Idempotency-Key: of the same
 * line of a request with the same key they are the same at every instance, so that fan-out knows a
 * repetition. UUIDs version 8 (RFC 9562) of a SHA-256 over tenant, key and line.
 */
public final class LineIds implements Supplier<String> {
  private final byte[] tenant;
  private final byte[] key;
  private int line;

  public LineIds(String tenant, String key) {
    this.tenant = tenant.getBytes(UTF_8);
    this.key = key.getBytes(UTF_8);
  }

  /**
   * The turn of a line has come.
   *
   * @param number from 1 on
   */
  public void line(int number) {
    line = number;
  }

  /** The id of the line whose turn it is. */
  @Override
  public String get() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(tenant.length).flip());
    digest.update(tenant);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).flip());
    digest.update(key);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(line).flip());
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
    long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
