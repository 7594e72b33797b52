package io.tidegate.cli;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.ApiKey;
import java.net.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The API key that the commands show to services: that of {@value #VARIABLE}, because what is an
 * argument stands in the list of processes.
 *
 * @param key null: none is shown
 */
public record CallerKey(@Nullable ApiKey key) {
  static final String VARIABLE = "TIDEGATE_KEY";

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
    try {
      return new CallerKey(ApiKey.parse(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new StartupException(VARIABLE + ": " + e.getMessage(), e);
    }
  }

  /** The request with the key, if there is one. */
  public HttpRequest.Builder sign(HttpRequest.Builder request) {
    return key == null ? request : request.header("Authorization", "Bearer " + key.text());
  }
}
