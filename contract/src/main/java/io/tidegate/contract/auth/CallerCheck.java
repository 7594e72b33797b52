package io.tidegate.contract.auth;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a request may do something by what it shows (RFC 6750): an API key, or the token of
 * an issuer where one is trusted. Safe for use by many threads.
 */
public final class CallerCheck {
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([^ ]+) *");

  /** What is answered until all keys have been read. */
  public static final Access NOT_READ_YET =
      new Access.NotReadYet("the keys are not read from Kafka yet");

  private final Keyring keyring;
  private final @Nullable CallerTokens tokens;
  private final String wanted;

  /**
   * @param tokens null: only API keys are taken
   */
  public CallerCheck(Keyring keyring, @Nullable CallerTokens tokens) {
    this.keyring = keyring;
    this.tokens = tokens;
    this.wanted = tokens == null ? "API key" : "API key or token";
  }

  /**
   * Whether whoever shows that may do something.
   *
   * @param authorization the values of all Authorization headers (RFC 9110, 11.6.2)
   * @param complete whether all keys have been read; before that one may be there that was revoked,
   *     and what is set for tenants is not known
   */
  public Access check(List<String> authorization, Scope scope, long nowMillis, boolean complete) {
    if (authorization.isEmpty()) {
      return new Access.Unknown(false, "want Authorization: Bearer and an " + wanted);
    }
    Matcher bearer = BEARER.matcher(authorization.getFirst());
    if (authorization.size() > 1 || !bearer.matches()) {
      return new Access.Unknown(true, "Authorization: want Bearer and one " + wanted);
    }
    String shown = bearer.group(1);
    if (tokens != null && !ApiKey.isMeant(shown)) {
      return complete ? tokens.check(shown, scope, nowMillis) : NOT_READ_YET;
    }
    try {
      ApiKey key = ApiKey.parse(shown);
      return complete ? keyring.check(key, scope, nowMillis) : NOT_READ_YET;
    } catch (IllegalArgumentException e) {
      return new Access.Unknown(true, "Authorization: " + e.getMessage());
    }
  }
}
