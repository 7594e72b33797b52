package io.tidegate.contract.webhook;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.token.KeySource;
import io.tidegate.contract.token.OwnersFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with a {@link WebhookKey}, the same for ingest, which shows secrets, and for workers,
 * which sign with them. Read once, at start: another key means other secrets for all.
 */
public record WebhookKeyFile(Path path) {
  private static final Logger LOGGER = LoggerFactory.getLogger(WebhookKeyFile.class);

  /**
   * Warns where the file is open to others than its owner.
   *
   * @param variable that names the file, for errors
   * @throws StartupException naming the variable, the file and the reason
   */
  public WebhookKey read(String variable) throws StartupException {
    try {
      WebhookKey key = WebhookKey.parse(new KeySource.InFile(path).read());
      if (OwnersFile.isOpenToOthers(path)) {
        warn();
      }
      return key;
    } catch (NoSuchFileException e) {
      throw new StartupException(variable + ": there is no file " + path, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException(variable + ": " + path + ": " + e.getMessage(), e);
    }
  }

  private void warn() {
    LOGGER
        .atWarn()
        .addKeyValue("file", path)
        .log(
            "others than its owner may read or change the webhooks' key: whoever does can sign as"
                + " any endpoint; chmod 600");
  }

  /** Makes one, which only the owner can read, where there is none. */
  public void makeWhereMissing() throws IOException {
    if (!path.toFile().exists()) {
      OwnersFile.write(path, WebhookKey.generate().text() + "\n");
    }
  }
}
