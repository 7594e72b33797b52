package io.tidegate.loadtest.profile;

import io.tidegate.contract.Urgency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How messages are handed in, and what is in them.
 *
 * @param batch messages a request at most; 1 where {@code through} is {@link Through#REST}
 * @param linger how long a batch waits to be full
 * @param bytes of each message's data, which is JSON
 * @param ttlSeconds null: none is said
 * @param collapse messages for one user replace each other while they wait
 * @param again what was refused for now, or not answered, is sent again
 */
public record Sending(
    Through through,
    int batch,
    Duration linger,
    int bytes,
    Urgency urgency,
    @Nullable Integer ttlSeconds,
    @Nullable String category,
    boolean collapse,
    boolean again) {
  /** Which door. */
  public enum Through {
    /** {@code POST /v1/messages}, one message a request. */
    REST("rest"),
    /** Lines in one request. */
    BATCH("batch"),
    /** Straight to the topic. */
    KAFKA("kafka");

    private final String word;

    Through(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Delivered now or never: that one is not shown is no loss. */
  public boolean isLive() {
    return ttlSeconds != null && ttlSeconds == 0;
  }
}
