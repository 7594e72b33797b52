package io.tidegate.ingest.idempotency;

import java.util.Arrays;

/**
 * What a request was answered.
 *
 * @param fingerprint of the request
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes or compares them
public record KeptAnswer(byte[] fingerprint, int status, String contentType, byte[] entity) {
  public boolean isOf(byte[] other) {
    return Arrays.equals(fingerprint, other);
  }
}
