package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.worker.WorkerRecord;

/** Reads records of {@code tidegate.workers}. */
public final class WorkerRecords {
  private WorkerRecords() {}

  /**
   * @throws IllegalArgumentException if it is no slot in decimal
   */
  public static int slot(byte[] key) {
    return Integer.parseInt(new String(key, US_ASCII));
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static WorkerRecord record(byte[] value) {
    try {
      return WorkerRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: no WorkerRecord", e);
    }
  }
}
