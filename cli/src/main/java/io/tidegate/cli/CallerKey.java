package io.tidegate.cli;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.token.TokenVerifier;
import java.net.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The API key or the token that the commands show to services: that of {@value #VARIABLE}, because
 * what is an argument stands in the list of processes.
 *
 * @param text null: none is shown
 */
public record CallerKey(@Nullable String text) {
  public static final String VARIABLE = "TIDEGATE_KEY";

  /** Shows none. */
  public static final CallerKey NONE = new CallerKey(null);

  /**
   * @throws StartupException if the variable has something else
   */
  public static CallerKey fromEnvironment() throws StartupException {
    return from(System.getenv());
  }

  static CallerKey from(Map<String, String> environment) throws StartupException {
    String text = environment.get(VARIABLE);
    if (text == null || text.isBlank()) {
      return NONE;
    }
    String shown = text.strip();
    if (TokenVerifier.isCompact(shown)) {
      return new CallerKey(shown);
    }
    try {
      return new CallerKey(ApiKey.parse(shown).text());
    } catch (IllegalArgumentException e) {
      throw new StartupException(VARIABLE + ": " + e.getMessage() + ", or a signed JWT", e);
    }
  }

  /** The request with what is shown, if there is one. */
  public HttpRequest.Builder sign(HttpRequest.Builder request) {
    return text == null ? request : request.header("Authorization", "Bearer " + text);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return text == null ? "nothing" : "a key or token";
  }
}
