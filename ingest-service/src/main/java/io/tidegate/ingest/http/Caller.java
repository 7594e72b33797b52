package io.tidegate.ingest.http;

import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.CallerTokens;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, let in or not.
 *
 * @param tenant whose users, groups and policies it is about
 * @param id of the API key that was shown, or {@code sub:} and the subject of the token; null where
 *     none is asked for
 */
record Caller(String tenant, @Nullable String id) {
  static final Caller ANYONE = new Caller(UserKey.DEFAULT_TENANT, null);

  /**
   * Whose quota of a key it uses: all tokens of a tenant have one together, since there may be any
   * number of subjects.
   */
  @Nullable String quotaKey() {
    return id != null && id.startsWith(CallerTokens.SUBJECT) ? CallerTokens.SUBJECT : id;
  }

  static Caller of(ServerRequest request) {
    return request.context().get(Caller.class).orElse(ANYONE);
  }
}
