package io.tidegate.contract.token;

import java.util.Locale;

/** What may be wrong with a token: what its holder is told, and the metric label. */
public enum TokenFault {
  MISSING("missing"),
  TOO_LARGE("longer than " + TokenVerifier.MAX_CHARS + " characters"),
  MALFORMED("not a signed JWT"),
  ALGORITHM("its algorithm is not one of RS256, PS256, ES256, ES384, EdDSA"),
  /** The keys may have been changed a moment ago: the next attempt can be good. */
  UNKNOWN_KEY("it is signed with a key that is not known"),
  BAD_SIGNATURE("its signature is wrong"),
  ISSUER("of another issuer"),
  AUDIENCE("for another audience"),
  EXPIRED("expired"),
  NOT_YET("not good yet"),
  TOO_LONG_LIVED("good for longer than may be"),
  /** A claim is missing, or has what it may not have. */
  CLAIM("a claim is not acceptable"),
  /** It is good, but the rest of what was said is about another user or device. */
  MISMATCH("not of this user or device"),
  REVOKED("revoked"),
  /** The revocations are being read: the next attempt can be good. */
  REVOCATIONS_UNKNOWN("whether it was revoked is not known yet");

  private final String words;

  TokenFault(String words) {
    this.words = words;
  }

  /** For its holder; tells nothing of the token. */
  public String words() {
    return words;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
