package io.tidegate.contract.token;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says that was found good.
 *
 * @param tenant whose users it is about
 * @param subject who it is for: at devices the user, at callers the program; up to 256 bytes
 * @param device the only device that may show it; null: any
 * @param scopes words that it allows; those that nobody knows allow nothing
 * @param id by which it can be spoken of ({@code jti}); null: none
 * @param issuedMillis epoch milliseconds; 0: it does not say
 * @param expiresMillis epoch milliseconds, from when on it is good for nothing
 */
public record Token(
    String tenant,
    String subject,
    @Nullable String device,
    Set<String> scopes,
    @Nullable String id,
    long issuedMillis,
    long expiresMillis) {
  public Token {
    scopes = Set.copyOf(scopes);
  }
}
