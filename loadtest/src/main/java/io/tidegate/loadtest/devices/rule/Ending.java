package io.tidegate.loadtest.devices.rule;

import io.tidegate.contract.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, or why there was none.
 *
 * @param code how it is counted: a close code, {@code http} and a status, or a word
 * @param stayMillis for how long the server asked to stay away; 0: it did not
 */
public record Ending(String code, Rule rule, long stayMillis) {
  /** What a client does after it. */
  public enum Rule {
    NOW,
    BACKOFF,
    /** Come again with another token. */
    TOKEN,
    /** Do not, unless it was the device's own earlier hello that took its place. */
    GHOST,
    NEVER
  }

  private static final int FIRST_NEVER = 4_500;
  private static final int LAST_NEVER = 4_599;

  /** By a close frame. */
  public static Ending closed(int code) {
    return closed(code, null);
  }

  /**
   * By a close frame, or the last event of a stream.
   *
   * @param reconnect the rule's word, for codes that only a newer worker knows; null: it said none
   */
  public static Ending closed(int code, @Nullable String reconnect) {
    return new Ending(Integer.toString(code), rule(code, reconnect), 0);
  }

  private static Rule rule(int code, @Nullable String reconnect) {
    CloseCode known = CloseCode.of(code);
    if (known == null) {
      boolean isFinal = (code >= FIRST_NEVER && code <= LAST_NEVER) || "never".equals(reconnect);
      return isFinal ? Rule.NEVER : Rule.BACKOFF;
    }
    return switch (known) {
      case REPLACED -> Rule.GHOST;
      case UNAUTHORIZED, TOKEN_EXPIRED -> Rule.TOKEN;
      default ->
          switch (known.reconnect()) {
            case NOW -> Rule.NOW;
            case BACKOFF -> Rule.BACKOFF;
            case NEVER -> Rule.NEVER;
          };
    };
  }

  /**
   * By an answer in HTTP.
   *
   * @param retryAfterSeconds 0 or less: it said nothing
   */
  public static Ending answered(int status, int retryAfterSeconds) {
    Rule rule =
        switch (status) {
          case 401 -> Rule.TOKEN;
          case 403 -> Rule.GHOST;
          case 408, 429 -> Rule.BACKOFF;
          default -> status >= 500 ? Rule.BACKOFF : Rule.NEVER;
        };
    boolean isLater = rule == Rule.BACKOFF && retryAfterSeconds > 0;
    return new Ending("http " + status, rule, isLater ? 1_000L * retryAfterSeconds : 0);
  }

  /** Without a word of a worker, which ends nothing for good. */
  public static Ending lost(String word) {
    return new Ending(word, Rule.BACKOFF, 0);
  }

  /** Whether the other side said that it ended, and why. */
  public boolean isTold() {
    return Character.isDigit(code.charAt(0)) || code.startsWith("http ");
  }

  /** A connection that was given up to have another at once. */
  public static Ending givenUp(String word) {
    return new Ending(word, Rule.NOW, 0);
  }
}
