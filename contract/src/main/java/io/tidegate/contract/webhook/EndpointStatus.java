package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.endpoints.EndpointStatusRecord;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing is sent to an endpoint any more, as the worker wrote it whom it was told. A record of
 * its own, so that it cannot undo what is put at the same time; it counts for the endpoint as it
 * was when the worker asked it, and for none that was put later.
 *
 * @param offset of the record of that endpoint
 * @param atMillis epoch milliseconds
 */
public record EndpointStatus(long offset, Reason reason, long atMillis) {
  /** No tenant begins with it. */
  private static final byte MARK = '!';

  /** What was answered. */
  public enum Reason {
    /** 410: it will never take anything again. */
    GONE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Reason of(String word) {
      for (Reason reason : values()) {
        if (reason.word().equals(word)) {
          return reason;
        }
      }
      return null;
    }
  }

  /** The key of the record that speaks of that endpoint. */
  public static byte[] key(EndpointKey endpoint) {
    return ((char) MARK + endpoint.toString()).getBytes(UTF_8);
  }

  static boolean isKey(byte[] key) {
    return key.length > 0 && key[0] == MARK;
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  static EndpointKey endpoint(byte[] key) {
    return EndpointKey.parse(Arrays.copyOfRange(key, 1, key.length));
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static EndpointStatus parse(byte[] value) {
    EndpointStatusRecord record;
    try {
      record = EndpointStatusRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: not the status of an endpoint", e);
    }
    Reason reason = Reason.of(record.getReason());
    if (reason == null) {
      throw new IllegalArgumentException("reason: of a newer version");
    }
    return new EndpointStatus(record.getOffset(), reason, record.getAtMillis());
  }

  public byte[] toBytes() {
    return EndpointStatusRecord.newBuilder()
        .setOffset(offset)
        .setReason(reason.word())
        .setAtMillis(atMillis)
        .build()
        .toByteArray();
  }
}
