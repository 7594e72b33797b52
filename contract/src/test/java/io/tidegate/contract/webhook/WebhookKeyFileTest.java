package io.tidegate.contract.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What services say of the file as they read it. */
final class WebhookKeyFileTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(WebhookKeyFile.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @TempDir Path folder;

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------, false",
    "r--------, false",
    "rw-r-----, true",
    "rw----r--, true",
    "rw--w----, true"
  })
  void fileThatOthersMayReadOrChangeShouldBeWarnedOf(String permissions, boolean warned)
      throws Exception {
    // Given
    Path path = folder.resolve("webhook-key");
    WebhookKeyFile file = new WebhookKeyFile(path);
    file.makeWhereMissing();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));

    // When
    var _ = file.read("X");

    // Then
    assertThat(lines.list).hasSize(warned ? 1 : 0);
    assertThat(lines.list)
        .allSatisfy(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getFormattedMessage()).contains("the webhooks' key", "chmod 600");
              assertThat(line.getKeyValuePairs())
                  .extracting(pair -> pair.key + "=" + pair.value)
                  .containsExactly("file=" + path);
            });
  }
}
