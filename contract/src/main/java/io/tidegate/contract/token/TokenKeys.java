package io.tidegate.contract.token;

import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.require;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.settings.Environment;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the public keys of tokens are.
 *
 * @param tokenKeys a JWK set: the path of a file, or a URL with http or https
 * @param tokenCa the PEM file of who signs the certificate of an https URL; empty: those whom the
 *     JDK trusts
 */
public record TokenKeys(String tokenKeys, String tokenCa) {
  private static final Logger LOGGER = LoggerFactory.getLogger(TokenKeys.class);

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public TokenKeys {
    filled("tokenKeys", tokenKeys);
    try {
      KeySource.of(tokenKeys, null);
    } catch (IllegalArgumentException e) {
      require(false, "tokenKeys", "want a file or a URL with http or https", tokenKeys);
    }
    require(
        tokenCa.isEmpty() || tokenKeys.matches("(?i)https:.*"),
        "tokenCa",
        "want none where tokenKeys is no https URL",
        tokenCa);
  }

  /** The same with what variables of the fields' names say otherwise. */
  public TokenKeys read(Environment variables) {
    return new TokenKeys(
        variables.text("TOKEN_KEYS", tokenKeys), variables.text("TOKEN_CA", tokenCa));
  }

  /**
   * Begins to read them.
   *
   * @throws StartupException if a file has no keys, or there is no such authority; a URL may have
   *     them later
   */
  public FreshKeys open(String threadName) throws StartupException {
    Path ca = tokenCa.isEmpty() ? null : Path.of(tokenCa);
    KeySource source = KeySource.of(tokenKeys, ca);
    if (ca != null) {
      var _ = KeySource.trusting(ca);
    }
    switch (source) {
      case KeySource.InFile file -> requireKeys(file);
      case KeySource.Url url when url.isInTheClear() ->
          LOGGER
              .atWarn()
              .addKeyValue("url", url)
              .log("keys of tokens come over plain HTTP: who stands between can let anyone in");
      case KeySource.Url _ -> {}
    }
    return FreshKeys.open(source, threadName);
  }

  /** The name of the class says what an exception about a file does not. */
  private static String reason(Exception e) {
    return e instanceof IOException
        ? e.getClass().getSimpleName() + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  private static void requireKeys(KeySource.InFile file) throws StartupException {
    try {
      PublicKeys.parse(file.read());
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException("tokenKeys: " + file + ": " + reason(e), e);
    }
  }
}
