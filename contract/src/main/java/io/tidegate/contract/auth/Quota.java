package io.tidegate.contract.auth;

import static io.tidegate.contract.settings.Bounds.require;

import io.tidegate.contract.keys.QuotaRecord;
import io.tidegate.contract.rate.Rate;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant or a key may use of one ingest instance.
 *
 * @param rate of messages; null: what the instance is set to
 * @param bytes of requests in flight at once, {@value #LEAST_BYTES} or more, or {@link #NO_LIMIT};
 *     null: what the instance is set to
 */
public record Quota(@Nullable Rate rate, @Nullable Long bytes) {
  /** Whatever the instance is set to. */
  public static final Quota UNSET = new Quota(null, null);

  /** Bytes: those of the instance. */
  public static final long NO_LIMIT = 0;

  public static final long LEAST_BYTES = 64 * 1024;
  private static final String NO_LIMIT_TEXT = "none";

  /** What stands for {@link #NO_LIMIT} in a record, where 0 stands for null. */
  private static final long NO_LIMIT_RECORDED = -1;

  /**
   * @throws IllegalArgumentException naming the field, its bounds and the value
   */
  public Quota {
    if (bytes != null) {
      require(
          bytes == NO_LIMIT || bytes >= LEAST_BYTES,
          "bytes",
          "want " + LEAST_BYTES + " or more, or " + NO_LIMIT_TEXT,
          bytes);
    }
  }

  /**
   * @param record as it was written
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Quota of(QuotaRecord record) {
    long bytes = record.getBytes();
    return new Quota(
        record.getRate().isEmpty() ? null : Rate.parse(record.getRate()),
        bytes == 0 ? null : Long.valueOf(bytes == NO_LIMIT_RECORDED ? NO_LIMIT : bytes));
  }

  QuotaRecord toRecord() {
    QuotaRecord.Builder record = QuotaRecord.newBuilder();
    if (rate != null) {
      record.setRate(rate.toString());
    }
    if (bytes != null) {
      record.setBytes(bytes == NO_LIMIT ? NO_LIMIT_RECORDED : bytes);
    }
    return record.build();
  }

  /**
   * As people write it.
   *
   * @throws IllegalArgumentException saying what is wanted
   */
  public static long parseBytes(String text) {
    if (text.equals(NO_LIMIT_TEXT)) {
      return NO_LIMIT;
    }
    if (!text.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException("want a number of bytes, or " + NO_LIMIT_TEXT);
    }
    long bytes = Long.parseLong(text);
    require(bytes >= LEAST_BYTES, "bytes", "want " + LEAST_BYTES + " or more", bytes);
    return bytes;
  }

  /** As {@link #parseBytes} reads it. */
  public static String bytesText(long bytes) {
    return bytes == NO_LIMIT ? NO_LIMIT_TEXT : Long.toString(bytes);
  }

  /** This, and where it says nothing, {@code other}. */
  public Quota or(Quota other) {
    return new Quota(rate == null ? other.rate : rate, bytes == null ? other.bytes : bytes);
  }

  public boolean isUnset() {
    return rate == null && bytes == null;
  }
}
