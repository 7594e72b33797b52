package io.tidegate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class CopiesCheckTest {
  private final Queue<ILoggingEvent> warnings = new ConcurrentLinkedQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(CopiesCheck.class);
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
          if (line.getLevel() == Level.WARN) {
            warnings.add(line);
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
  }

  private static TopicProbe probe(Map<String, Copies> copies) {
    return new TopicProbe() {
      @Override
      public Answer ask(String topic, Duration timeout) {
        return new Answer.Present(12);
      }

      @Override
      public @Nullable Copies copies(String topic, Duration timeout) {
        return copies.get(topic);
      }

      @Override
      public void close() {}
    };
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, false", // the embedded broker: nothing else was promised
    "2, 1, 1, true",
    "3, 1, 1, true",
    "3, 2, 2, false",
    "3, 3, 3, false",
    "1, 2, 1, false"
  })
  void topicShouldBeWarnedOfWhereTheLeaderAloneMayAcknowledge(
      int replicas, int minInsync, int acknowledged, boolean warned) {
    // When
    var least =
        CopiesCheck.look(
            probe(Map.of("t.messages", new Copies(replicas, minInsync))),
            "--bootstrap-server broker:9092",
            List.of("t.messages"));

    // Then
    assertThat(least).hasValue(acknowledged);
    assertThat(warnings).hasSize(warned ? 1 : 0);
  }

  @Test
  void warningShouldNameTheTopicAndSayHowToMendIt() {
    // When
    var least =
        CopiesCheck.look(
            probe(Map.of("good", new Copies(3, 2), "bad", new Copies(3, 1))),
            "--bootstrap-server broker:9092",
            List.of("good", "bad", "hidden"));

    // Then
    assertThat(least).hasValue(1);
    assertThat(warnings).hasSize(1);
    ILoggingEvent warning = warnings.element();
    assertThat(warning.getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .containsExactly("topic=bad", "replicas=3", "min.insync.replicas=1");
    assertThat(warning.getFormattedMessage())
        .contains("lost")
        .endsWith(
            "kafka-configs.sh --bootstrap-server broker:9092 --alter --entity-type topics"
                + " --entity-name bad --add-config min.insync.replicas=2");
  }

  @Test
  void topicOfEndpointsShouldBeLookedAtWhereTheyArePutHere() {
    // When
    List<String> with = CopiesCheck.topics(Topics.DEFAULT, true);
    List<String> without = CopiesCheck.topics(Topics.DEFAULT, false);

    // Then
    assertThat(without)
        .containsExactly(
            "tidegate.messages", "tidegate.policies", "tidegate.users", "tidegate.members");
    assertThat(with)
        .containsExactly(
            "tidegate.messages",
            "tidegate.policies",
            "tidegate.users",
            "tidegate.members",
            "tidegate.endpoints");
  }

  @Test
  void nothingShouldBeSaidOfWhatIsNotKnown() {
    // When
    var least =
        CopiesCheck.look(probe(Map.of()), "--bootstrap-server broker:9092", List.of("hidden"));

    // Then
    assertThat(least).isEmpty();
    assertThat(warnings).isEmpty();
  }
}
