package io.tidegate.delivery.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.delivery.kafka.KafkaLink.LinkSettings;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The settings that a client really has, as Kafka logs them when it is made; it has no other way to
 * tell. What they are for is tested in {@code DeliveryServiceContract}.
 */
final class WorkerClientsTest {
  private static final LinkSettings SETTINGS =
      new LinkSettings(
          KafkaAccess.plain("127.0.0.1:1"),
          Topics.DEFAULT,
          0,
          false,
          false,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  @Test
  void inboxShouldShowOnlyWhatIsCommittedAndNeverSkipWhatIsGone() {
    // When
    List<String> settings =
        logged(
            () -> {
              try (KafkaConsumer<byte[], byte[]> _ =
                  WorkerClients.consumer(SETTINGS, "inbox", true)) {}
            });

    // Then
    assertThat(settings)
        .contains(
            "isolation.level = read_committed",
            "auto.offset.reset = none",
            "enable.auto.commit = false",
            "group.id = null");
  }

  @Test
  void liveShouldNotWaitForTransactions() {
    // When
    List<String> settings =
        logged(
            () -> {
              try (KafkaConsumer<byte[], byte[]> _ =
                  WorkerClients.consumer(SETTINGS, "live", false)) {}
            });

    // Then
    assertThat(settings).contains("isolation.level = read_uncommitted");
  }

  @Test
  void whatAWorkerWritesShouldBeDurableOnceAndInOrder() {
    // When
    List<String> settings =
        logged(
            () -> {
              try (KafkaProducer<byte[], byte[]> producer = WorkerClients.producer(SETTINGS)) {
                producer.close(Duration.ZERO);
              }
            });

    // Then
    assertThat(settings).contains("acks = -1", "enable.idempotence = true");
  }

  private static List<String> logged(Runnable action) {
    Logger logger = (Logger) LoggerFactory.getLogger(AbstractConfig.class);
    Level before = logger.getLevel();
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(appender);
    try {
      action.run();
    } finally {
      logger.detachAppender(appender);
      logger.setLevel(before);
      logger.setAdditive(true);
    }
    return appender.list.stream()
        .flatMap(event -> event.getFormattedMessage().lines())
        .map(String::strip)
        .toList();
  }
}
