package io.tidegate.delivery.outgoing;

import io.tidegate.delivery.webhook.Result;

/**
 * How a request ended.
 *
 * @param status of the answer; 0: there was none
 * @param retryAfterNanos for which it asks; 0: it does not
 * @param detail for people
 */
public record Answer(Result result, int status, long retryAfterNanos, String detail) {
  static Answer failed(Result result, String detail) {
    return new Answer(result, 0, 0, detail);
  }
}
