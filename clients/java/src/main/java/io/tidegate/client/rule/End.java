package io.tidegate.client.rule;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, or why there was none.
 *
 * @param code a WebSocket's close code, or a stream's; or an HTTP status; 0: there was none
 * @param stay for how long the worker asked to stay away; null: it did not
 */
public record End(Rule rule, String reason, int code, @Nullable Range stay) {
  /** The close code of a device that connected elsewhere. */
  public static final int REPLACED = 4500;

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  /** What to do after it. */
  public enum Rule {
    /** Come again at once. */
    NOW,
    /** Come again after a random delay below a bound that doubles. */
    BACKOFF,
    /** Come again with another token. */
    TOKEN,
    /** Do not, unless it was ourselves who took the device's place. */
    GHOST,
    /** Do not: the next attempt would end the same way. */
    NEVER,
    /** No word of a worker came, so that another transport may get through where this does not. */
    ANOTHER
  }

  /** Of docs/PROTOCOL.md, where else 45xx are never and all others backoff. */
  private static final Map<Integer, Rule> CODES =
      Map.ofEntries(
          Map.entry(1000, Rule.NEVER),
          Map.entry(1002, Rule.NEVER),
          Map.entry(1003, Rule.NEVER),
          Map.entry(1007, Rule.NEVER),
          Map.entry(1009, Rule.NEVER),
          Map.entry(4004, Rule.NOW),
          Map.entry(4005, Rule.NOW),
          Map.entry(REPLACED, Rule.GHOST),
          Map.entry(4505, Rule.TOKEN),
          Map.entry(4507, Rule.TOKEN),
          // No close code came (RFC 6455, 7.1.5).
          Map.entry(1005, Rule.ANOTHER),
          Map.entry(1006, Rule.ANOTHER),
          Map.entry(1015, Rule.ANOTHER));

  private static final Map<Integer, Rule> STATUSES =
      Map.of(400, Rule.NEVER, 401, Rule.TOKEN, 403, Rule.GHOST);

  /** A connection that a close code ended. */
  public static End closed(int code, String reason) {
    return closed(code, reason, "");
  }

  /**
   * @param reconnect the rule as a stream's last event names it, for codes that only a newer worker
   *     knows
   */
  public static End closed(int code, String reason, String reconnect) {
    Rule rule = CODES.get(code);
    if (rule == null) {
      boolean isFinal = reconnect.equals("never") || (code >= 4500 && code < 4600);
      rule = isFinal ? Rule.NEVER : Rule.BACKOFF;
    }
    return rule == Rule.ANOTHER
        ? lost(reason.isEmpty() ? "broken" : reason)
        : new End(rule, reason, code, null);
  }

  /** A connection that ended without a word of the worker. */
  public static End lost(String reason) {
    return new End(Rule.ANOTHER, reason, 0, null);
  }

  /** A connection that is given up to have another at once. */
  public static End left(String reason) {
    return new End(Rule.NOW, reason, 0, null);
  }

  /**
   * A request that was refused.
   *
   * @param isProblem whether the answer is a problem of the worker's; else somebody between has
   *     spoken
   * @param retryAfter the header's value; null: there was none
   */
  public static End refused(
      int status, boolean isProblem, @Nullable String retryAfter, String reason) {
    if (status == 503 || status == 429) {
      boolean isTimed = retryAfter != null && SECONDS.matcher(retryAfter).matches();
      long millis = isTimed ? 1_000 * Long.parseLong(retryAfter) : 0;
      // Twice as long at most, so that not all come in the same moment.
      Range stay = millis == 0 ? null : Range.of(millis, 2 * millis);
      return new End(Rule.BACKOFF, reason, status, stay);
    }
    // What is not there, or not allowed, may be so with another transport.
    Rule rule = isProblem ? STATUSES.getOrDefault(status, Rule.ANOTHER) : Rule.ANOTHER;
    return new End(isProblem && status >= 500 ? Rule.BACKOFF : rule, reason, status, null);
  }

  /**
   * A WebSocket that was refused before it was one. Proxies that know no WebSockets answer whatever
   * they like; only who is a worker, or says when to come, is believed.
   */
  public static End noUpgrade(int status, boolean isProblem, @Nullable String retryAfter) {
    String reason = "answered " + status;
    return isProblem || retryAfter != null
        ? refused(status, isProblem, retryAfter, reason)
        : new End(Rule.ANOTHER, reason, status, null);
  }
}
