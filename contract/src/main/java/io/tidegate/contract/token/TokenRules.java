package io.tidegate.contract.token;

import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.settings.Environment;
import java.time.Duration;

/**
 * Which tokens are taken.
 *
 * @param tokenIssuer the {@code iss} that they must have
 * @param tokenAudience one of their {@code aud}
 * @param tokenTenantClaim the claim that names the tenant
 * @param tokenTenant the tenant of all of them, whose claim is then not read; empty: the claim says
 * @param tokenSkew by how much clocks may differ, 0 to 5 min
 * @param tokenMaxLife how far in the future a token may expire, 1 s to 366 d
 */
public record TokenRules(
    String tokenIssuer,
    String tokenAudience,
    String tokenTenantClaim,
    String tokenTenant,
    Duration tokenSkew,
    Duration tokenMaxLife) {
  /** For tokens that are ours. */
  public static final String OUR_ISSUER = "tidegate";

  /** For tokens of devices, so that one of a caller is none. */
  public static final String DEVICES = "tidegate-device";

  public static final String TENANT = "tenant";
  public static final Duration SKEW = Duration.ofSeconds(30);
  public static final Duration MAX_LIFE = Duration.ofDays(7);

  /** Those that our ingest makes for devices. */
  public static final TokenRules OURS =
      new TokenRules(OUR_ISSUER, DEVICES, TENANT, "", SKEW, MAX_LIFE);

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public TokenRules {
    filled("tokenIssuer", tokenIssuer);
    filled("tokenAudience", tokenAudience);
    filled("tokenTenantClaim", tokenTenantClaim);
    if (!tokenTenant.isEmpty()) {
      try {
        UserKey.requireTenant(tokenTenant);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tokenTenant: want 1 to 64 of [a-z0-9-]", e);
      }
    }
    within("tokenSkew", tokenSkew, Duration.ZERO, Duration.ofMinutes(5));
    within("tokenMaxLife", tokenMaxLife, Duration.ofSeconds(1), Duration.ofDays(366));
  }

  /** The same with what variables of the fields' names say otherwise. */
  public TokenRules read(Environment variables) {
    return new TokenRules(
        variables.text("TOKEN_ISSUER", tokenIssuer),
        variables.text("TOKEN_AUDIENCE", tokenAudience),
        variables.text("TOKEN_TENANT_CLAIM", tokenTenantClaim),
        variables.text("TOKEN_TENANT", tokenTenant),
        variables.duration("TOKEN_SKEW", tokenSkew),
        variables.duration("TOKEN_MAX_LIFE", tokenMaxLife));
  }
}
