package io.tidegate.contract.auth;

import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.require;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.token.FreshKeys;
import io.tidegate.contract.token.TokenKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens let callers in.
 *
 * @param rules what they must say
 * @param tokenScopeClaim the claim with the words of their {@link Scope}s, in one text with spaces
 *     or as an array
 * @param tokenScopePrefix what stands before those words, since others have words like ours; may be
 *     empty
 */
public record TrustedIssuer(
    TokenKeys keys, TokenRules rules, String tokenScopeClaim, String tokenScopePrefix) {
  /**
   * What tokens of callers are for, unless it is set otherwise; never {@link TokenRules#DEVICES}.
   */
  public static final String AUDIENCE = "tidegate";

  /** A provider's own scopes have no such beginning. */
  public static final String SCOPE_PREFIX = "tidegate:";

  private static final List<String> VARIABLES =
      List.of(
          "TOKEN_ISSUER",
          "TOKEN_AUDIENCE",
          "TOKEN_CA",
          "TOKEN_TENANT",
          "TOKEN_TENANT_CLAIM",
          "TOKEN_SCOPE_CLAIM",
          "TOKEN_SCOPE_PREFIX",
          "TOKEN_SKEW",
          "TOKEN_MAX_LIFE");

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public TrustedIssuer {
    filled("tokenScopeClaim", tokenScopeClaim);
    require(
        !rules.tokenAudience().equals(TokenRules.DEVICES),
        "tokenAudience",
        "want another than devices' tokens have",
        rules.tokenAudience());
  }

  /**
   * From {@code TOKEN_KEYS}, {@code TOKEN_ISSUER} and the other variables of that beginning; null
   * where no keys are named, nor {@code before}.
   *
   * @param before whose tokens do without those variables; null: nobody's
   * @param auth where it asks for nothing, there is nothing to trust anyone for
   * @throws IllegalArgumentException naming the variable and the reason
   */
  public static @Nullable TrustedIssuer read(
      @Nullable TrustedIssuer before, Environment variables, String prefix, Auth auth) {
    String where = variables.text("TOKEN_KEYS");
    if (where == null && before != null) {
      return before.read(variables);
    }
    if (where == null) {
      for (String name : VARIABLES) {
        if (variables.text(name) != null) {
          throw new IllegalArgumentException(
              prefix + "TOKEN_KEYS: required where " + prefix + name + " is set");
        }
      }
      return null;
    }
    if (auth != Auth.KEYS) {
      throw new IllegalArgumentException(
          prefix + "AUTH: want keys where " + prefix + "TOKEN_KEYS is set");
    }
    String issuer = variables.text("TOKEN_ISSUER");
    if (issuer == null) {
      throw new IllegalArgumentException(
          prefix + "TOKEN_ISSUER: required where " + prefix + "TOKEN_KEYS is set");
    }
    TokenRules rules =
        new TokenRules(
            issuer, AUDIENCE, TokenRules.TENANT, "", TokenRules.SKEW, TokenRules.MAX_LIFE);
    return new TrustedIssuer(new TokenKeys(where, ""), rules, TokenVerifier.SCOPE, SCOPE_PREFIX)
        .read(variables);
  }

  /** The same with what the variables say otherwise. */
  private TrustedIssuer read(Environment variables) {
    // A blank variable counts as not set, so that no prefix is a word.
    String prefix = variables.text("TOKEN_SCOPE_PREFIX", tokenScopePrefix);
    return new TrustedIssuer(
        keys.read(variables),
        rules.read(variables),
        variables.text("TOKEN_SCOPE_CLAIM", tokenScopeClaim),
        prefix.equals("none") ? "" : prefix);
  }

  /**
   * Begins to read the keys.
   *
   * @throws StartupException if a file has none
   */
  public WatchedIssuer open(String threadName) throws StartupException {
    FreshKeys fresh = keys.open(threadName);
    return new WatchedIssuer(
        fresh,
        new CallerTokens(
            new TokenVerifier(rules, tokenScopeClaim),
            tokenScopePrefix,
            fresh::keys,
            fresh::missed));
  }
}
