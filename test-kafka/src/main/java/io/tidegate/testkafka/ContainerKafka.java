package io.tidegate.testkafka;

import java.time.Duration;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A Kafka in a container, from before the first to after the last test of a class that has it in a
 * static field with {@code @RegisterExtension}. Where no Docker answers, all tests of the class are
 * skipped. Its version is that of the Kafka clients in use.
 */
public final class ContainerKafka
    implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {
  private static final Duration START = Duration.ofMinutes(2);

  private final KafkaContainer container =
      new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion())
          .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
          .withStartupTimeout(START);

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return switch (Asked.ANSWER) {
      case DockerAnswer.Here _ -> ConditionEvaluationResult.enabled("Docker answers");
      case DockerAnswer.Absent(String reason) -> ConditionEvaluationResult.disabled(reason);
    };
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    container.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    container.stop();
  }

  /** Asked once in a JVM, at first use. */
  private static final class Asked {
    static final DockerAnswer ANSWER = DockerAnswer.ask();
  }
}
