package io.tidegate.contract.webhook;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.endpoints.EndpointRecord;

/**
 * Where an endpoint is, and by which of its secrets requests to it are signed. Times are epoch
 * milliseconds.
 *
 * @param url as it was given; whether it may be asked is for {@link EndpointUrl} to say
 * @param createdMillis when it was made
 * @param salt {@value #SALT_BYTES} bytes that were drawn then
 * @param generation of the secret that signs, 1 or more
 * @param overlapMillis until when the secret before signs, too; 0: it does not
 */
public record Endpoint(
    String url, long createdMillis, ByteString salt, int generation, long overlapMillis) {
  public static final int SALT_BYTES = 16;

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public Endpoint {
    if (url.isEmpty() || url.length() > EndpointUrl.MAX_CHARS) {
      throw new IllegalArgumentException(
          "url: want 1 to " + EndpointUrl.MAX_CHARS + " characters, got " + url.length());
    }
    if (salt.size() != SALT_BYTES) {
      throw new IllegalArgumentException("salt: want " + SALT_BYTES + " bytes");
    }
    if (generation < 1) {
      throw new IllegalArgumentException("generation: want 1 or more, got " + generation);
    }
  }

  /**
   * A record of {@code tidegate.endpoints}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Endpoint parse(byte[] value) {
    EndpointRecord record;
    try {
      record = EndpointRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: not an endpoint", e);
    }
    return new Endpoint(
        record.getUrl(),
        record.getCreatedMillis(),
        record.getSalt(),
        record.getGeneration(),
        record.getOverlapMillis());
  }

  public byte[] toBytes() {
    return EndpointRecord.newBuilder()
        .setUrl(url)
        .setCreatedMillis(createdMillis)
        .setSalt(salt)
        .setGeneration(generation)
        .setOverlapMillis(overlapMillis)
        .build()
        .toByteArray();
  }

  /** The same elsewhere. */
  public Endpoint withUrl(String other) {
    return new Endpoint(other, createdMillis, salt, generation, overlapMillis);
  }

  /**
   * The same with a new secret.
   *
   * @param untilMillis until when that of now signs, too
   */
  public Endpoint rotated(long untilMillis) {
    return new Endpoint(url, createdMillis, salt, generation + 1, untilMillis);
  }

  /** Whether the secret before signs, too. */
  public boolean overlaps(long nowMillis) {
    return generation > 1 && nowMillis < overlapMillis;
  }
}
