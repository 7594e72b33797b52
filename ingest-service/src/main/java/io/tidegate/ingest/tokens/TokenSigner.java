package io.tidegate.ingest.tokens;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.SigningKeys;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with the keys of a file, which is read again when somebody asks and the last time is {@link
 * #AGAIN_NANOS} ago, so that a rotation needs no restart. What was read last counts while there is
 * nothing to read.
 */
public final class TokenSigner {
  static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final String VARIABLE = "TIDEGATE_INGEST_SIGNING_KEYS";
  private static final Logger LOGGER = LoggerFactory.getLogger(TokenSigner.class);

  private final SigningKeyFile file;
  private SigningKeys keys;
  private long readAt = System.nanoTime();
  private boolean isOpen;

  private TokenSigner(SigningKeyFile file, SigningKeys keys) {
    this.file = file;
    this.keys = keys;
  }

  /**
   * @throws StartupException if the file has no keys
   */
  public static TokenSigner open(SigningKeyFile file) throws StartupException {
    try {
      SigningKeys keys = file.read();
      if (keys == null) {
        throw new StartupException(
            VARIABLE
                + ": there is no file "
                + file.path()
                + "; make it with: tidegate token key --keys "
                + file.path());
      }
      TokenSigner signer = new TokenSigner(file, keys);
      signer.look();
      return signer;
    } catch (IOException e) {
      throw new StartupException(VARIABLE + ": " + file.path() + ": " + e.getMessage(), e);
    }
  }

  public synchronized SigningKeys keys(long nowNanos) {
    if (nowNanos - readAt >= AGAIN_NANOS) {
      readAt = nowNanos;
      SigningKeys read = read();
      keys = read == null ? keys : read;
    }
    return keys;
  }

  /** Says once that the file became open to others. */
  private void look() {
    boolean open = file.isOpenToOthers();
    if (open && !isOpen) {
      LOGGER
          .atWarn()
          .addKeyValue("file", file.path())
          .log(
              "others than its owner may read or change the signing keys: whoever does can be any"
                  + " device of any user; chmod 600");
    }
    isOpen = open;
  }

  private @Nullable SigningKeys read() {
    look();
    try {
      SigningKeys read = file.read();
      if (read == null) {
        LOGGER.atWarn().addKeyValue("file", file.path()).log("the signing keys' file is gone");
      }
      return read;
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("file", file.path())
          .addKeyValue("reason", e.getMessage())
          .log("signing keys not read; those that are known still count");
      return null;
    }
  }
}
