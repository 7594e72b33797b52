package io.tidegate.contract.webhook;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.token.KeySource;
import io.tidegate.contract.token.OwnersFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file with a {@link WebhookKey}, the same for ingest, which shows secrets, and for workers,
 * which sign with them. Read once, at start: another key means other secrets for all.
 */
public record WebhookKeyFile(Path path) {
  /**
   * @throws StartupException naming the file and the reason
   */
  public WebhookKey read() throws StartupException {
    try {
      return WebhookKey.parse(new KeySource.InFile(path).read());
    } catch (NoSuchFileException e) {
      throw new StartupException("webhookKey: there is no file " + path, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException("webhookKey: " + path + ": " + e.getMessage(), e);
    }
  }

  /** Makes one, which only the owner can read, where there is none. */
  public void makeWhereMissing() throws IOException {
    if (!path.toFile().exists()) {
      OwnersFile.write(path, WebhookKey.generate().text() + "\n");
    }
  }
}
