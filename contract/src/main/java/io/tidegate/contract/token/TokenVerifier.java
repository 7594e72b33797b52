package io.tidegate.contract.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tidegate.contract.LineText;
import io.tidegate.contract.UserKey;
import java.text.ParseException;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a token is good. No clock, no I/O. What is signed with is chosen by the keys that
 * are known and a list of algorithms, never by what the token brings along (RFC 8725).
 */
@SuppressWarnings("JavaUtilDate") // The library's.
public final class TokenVerifier {
  public static final int MAX_CHARS = 8192;

  /** A claim that only tokens of devices have. */
  public static final String DEVICE = "device";

  /** The usual claim for what is allowed (RFC 9068). */
  public static final String SCOPE = "scope";

  private static final int MAX_SCOPES = 64;

  /** The library skips other characters, so that one token would be written in many ways. */
  private static final Pattern COMPACT =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

  static final int MAX_ID_CHARS = 128;

  private final TokenRules rules;
  private final String scopeClaim;

  /**
   * @param scopeClaim words of what is allowed, in one text with spaces or as an array
   */
  public TokenVerifier(TokenRules rules, String scopeClaim) {
    this.rules = rules;
    this.scopeClaim = scopeClaim;
  }

  /** What was found. */
  public sealed interface Verdict {
    record Good(Token token) implements Verdict {}

    /**
     * @param reason what to tell its holder
     */
    record Bad(TokenFault fault, String reason) implements Verdict {}
  }

  public Verdict check(@Nullable String text, PublicKeys keys, long nowMillis) {
    try {
      return new Verdict.Good(good(text, keys, nowMillis));
    } catch (Refused e) {
      return new Verdict.Bad(e.fault, e.reason);
    }
  }

  private Token good(@Nullable String text, PublicKeys keys, long nowMillis) throws Refused {
    if (text == null || text.isEmpty()) {
      throw new Refused(TokenFault.MISSING);
    }
    if (text.length() > MAX_CHARS) {
      throw new Refused(TokenFault.TOO_LARGE);
    }
    if (!isCompact(text)) {
      throw new Refused(TokenFault.MALFORMED);
    }
    SignedJWT jwt = parse(text);
    JWSHeader header = jwt.getHeader();
    if (!PublicKeys.ALGORITHMS.contains(header.getAlgorithm())) {
      throw new Refused(TokenFault.ALGORITHM);
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw new Refused(TokenFault.MALFORMED, "its header crit asks for more than is known");
    }
    JWSVerifier key = keys.find(header.getKeyID(), header.getAlgorithm());
    if (key == null) {
      throw new Refused(TokenFault.UNKNOWN_KEY);
    }
    if (!isSigned(jwt, key)) {
      throw new Refused(TokenFault.BAD_SIGNATURE);
    }
    return claims(jwt, nowMillis);
  }

  /** Whether it is written as a signed JWT is (RFC 7515, 7.1), be it good or not. */
  public static boolean isCompact(String text) {
    return COMPACT.matcher(text).matches();
  }

  private static SignedJWT parse(String text) throws Refused {
    try {
      return SignedJWT.parse(text);
    } catch (ParseException | RuntimeException e) {
      // "none" is no algorithm of a signature, so the library finds no signed token in it.
      throw new Refused(TokenFault.MALFORMED);
    }
  }

  private static boolean isSigned(SignedJWT jwt, JWSVerifier key) {
    try {
      return jwt.verify(key);
    } catch (JOSEException | RuntimeException e) {
      return false;
    }
  }

  private Token claims(SignedJWT jwt, long nowMillis) throws Refused {
    JWTClaimsSet claims;
    try {
      claims = jwt.getJWTClaimsSet();
    } catch (ParseException | RuntimeException e) {
      throw new Refused(TokenFault.MALFORMED, "its claims are not acceptable JSON");
    }
    if (!rules.tokenIssuer().equals(claims.getIssuer())) {
      throw new Refused(TokenFault.ISSUER);
    }
    if (!claims.getAudience().contains(rules.tokenAudience())) {
      throw new Refused(TokenFault.AUDIENCE);
    }
    long expires = times(claims, nowMillis);
    String tenant = rules.tokenTenant();
    if (tenant.isEmpty()) {
      tenant = text(claims, rules.tokenTenantClaim(), Integer.MAX_VALUE);
      if (tenant == null) {
        throw new Refused(TokenFault.CLAIM, rules.tokenTenantClaim() + ": missing");
      }
    }
    String subject = text(claims, "sub", Integer.MAX_VALUE);
    if (subject == null) {
      throw new Refused(TokenFault.CLAIM, "sub: missing");
    }
    requireUser(tenant, subject);
    Date issued = claims.getIssueTime();
    return new Token(
        tenant,
        subject,
        text(claims, DEVICE, MAX_ID_CHARS),
        scopes(claims),
        text(claims, "jti", MAX_ID_CHARS),
        issued == null ? 0 : issued.getTime(),
        expires);
  }

  /** From when on it is good for nothing. */
  private long times(JWTClaimsSet claims, long nowMillis) throws Refused {
    long skew = rules.tokenSkew().toMillis();
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw new Refused(TokenFault.CLAIM, "exp: missing");
    }
    if (expires.getTime() <= nowMillis - skew) {
      throw new Refused(TokenFault.EXPIRED);
    }
    if (expires.getTime() - skew > nowMillis + rules.tokenMaxLife().toMillis()) {
      throw new Refused(TokenFault.TOO_LONG_LIVED);
    }
    if (isLater(claims.getNotBeforeTime(), nowMillis + skew)) {
      throw new Refused(TokenFault.NOT_YET);
    }
    if (isLater(claims.getIssueTime(), nowMillis + skew)) {
      throw new Refused(TokenFault.NOT_YET, "its iat is in the future");
    }
    return expires.getTime() + skew;
  }

  private static boolean isLater(@Nullable Date date, long millis) {
    return date != null && date.getTime() > millis;
  }

  private void requireUser(String tenant, String subject) throws Refused {
    try {
      UserKey.requireTenant(tenant);
    } catch (IllegalArgumentException e) {
      throw new Refused(TokenFault.CLAIM, rules.tokenTenantClaim() + ": want 1 to 64 of [a-z0-9-]");
    }
    try {
      new UserKey(tenant, subject);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new Refused(TokenFault.CLAIM, message.replaceFirst("^user:", "sub:"));
    }
  }

  private Set<String> scopes(JWTClaimsSet claims) throws Refused {
    Object value = claims.getClaim(scopeClaim);
    Set<String> scopes = new HashSet<>();
    switch (value) {
      case null -> {}
      case String words -> scopes.addAll(List.of(words.strip().split(" +")));
      case Collection<?> words -> words.forEach(word -> scopes.add(String.valueOf(word)));
      default -> throw new Refused(TokenFault.CLAIM, scopeClaim + ": want a string or an array");
    }
    if (scopes.size() > MAX_SCOPES) {
      throw new Refused(TokenFault.CLAIM, scopeClaim + ": more than " + MAX_SCOPES + " words");
    }
    return scopes;
  }

  private static @Nullable String text(JWTClaimsSet claims, String name, int mostChars)
      throws Refused {
    Object value = claims.getClaim(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.isEmpty() || text.length() > mostChars) {
      throw new Refused(TokenFault.CLAIM, name + ": want a string of 1 to " + mostChars);
    }
    String fault = LineText.fault(text);
    if (fault != null) {
      throw new Refused(TokenFault.CLAIM, name + ": " + fault);
    }
    return text;
  }

  /** Ends a check; without a stack trace, because strangers may cause many. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final TokenFault fault;
    private final String reason;

    Refused(TokenFault fault) {
      this(fault, fault.words());
    }

    Refused(TokenFault fault, String reason) {
      super(reason, null, false, false);
      this.fault = fault;
      this.reason = reason;
    }
  }
}
