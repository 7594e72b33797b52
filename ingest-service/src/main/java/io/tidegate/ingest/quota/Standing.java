package io.tidegate.ingest.quota;

import io.tidegate.contract.rate.Rate;

/**
 * How much of a rate is left, in the words of draft-ietf-httpapi-ratelimit-headers-10.
 *
 * @param name of the policy: {@code tenant} or {@code key}
 * @param remaining messages that conform now, all at once
 * @param resetNanos until a whole burst does
 */
public record Standing(String name, Rate rate, long remaining, long resetNanos) {
  private static final long SECOND = 1_000_000_000L;

  /** An item of RateLimit-Policy. */
  public String policy() {
    String item =
        "\"%s\";q=%d;w=%d;qu=\"messages\"".formatted(name, rate.limit(), rate.window().toSeconds());
    return rate.burst() == rate.limit() ? item : item + ";tidegate-burst=" + rate.burst();
  }

  /** An item of RateLimit. */
  public String left() {
    return "\"" + name + "\";r=" + remaining + ";t=" + Math.ceilDiv(resetNanos, SECOND);
  }
}
