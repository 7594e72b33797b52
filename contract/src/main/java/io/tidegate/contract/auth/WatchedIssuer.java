package io.tidegate.contract.auth;

import io.tidegate.contract.token.FreshKeys;

/**
 * An issuer whose keys are being read.
 *
 * @param tokens checks its tokens with them
 */
public record WatchedIssuer(FreshKeys keys, CallerTokens tokens) implements AutoCloseable {
  @Override
  public void close() {
    keys.close();
  }
}
