package io.tidegate.loadtest.profile;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.util.List;
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

  /** What of a policy holds for messages like these: no rules of other categories or let past. */
  public Policy concernedBy(Policy policy) {
    boolean isQuiet = !policy.bypasses(urgency, Gate.QUIET_HOURS);
    List<Limit> limits =
        policy.bypasses(urgency, Gate.LIMITS)
            ? List.of()
            : policy.limits().stream().filter(limit -> isOf(limit.category())).toList();
    List<Cap> caps =
        policy.bypasses(urgency, Gate.CAPS)
            ? List.of()
            : policy.caps().stream().filter(cap -> isOf(cap.category())).toList();
    return new Policy(
        limits,
        caps,
        policy.batch(),
        policy.bypass(),
        isQuiet ? policy.quietHours() : List.of(),
        policy.timezone(),
        isQuiet ? policy.smoothing() : Duration.ZERO,
        policy.mailbox(),
        policy.broadcastRate());
  }

  private boolean isOf(@Nullable String ruled) {
    return ruled == null || ruled.equals(category);
  }
}
