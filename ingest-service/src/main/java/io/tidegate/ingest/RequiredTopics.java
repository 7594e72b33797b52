package io.tidegate.ingest;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.ingest.publish.TopicProbe;

/** The topics without which ingest does not start. */
final class RequiredTopics {
  private final IngestConfig config;
  private final TopicProbe probe;

  RequiredTopics(IngestConfig config, TopicProbe probe) {
    this.config = config;
    this.probe = probe;
  }

  /**
   * @throws StartupException with one line that says what to mend, if it is not there
   */
  TopicProbe.Answer.Present find(String topic) throws StartupException {
    TopicProbe.Answer answer = probe.ask(topic, config.startTimeout());
    return switch (answer) {
      case TopicProbe.Answer.Present present -> present;
      case TopicProbe.Answer.Missing missing ->
          throw new StartupException(
              "Kafka at "
                  + config.kafka().servers()
                  + " has no topic "
                  + topic
                  + ": create the topics with: tidegate topics create");
      case TopicProbe.Answer.Unanswered unanswered ->
          throw new StartupException(
              "Kafka at %s is not reachable: %s%s"
                  .formatted(
                      config.kafka().servers(),
                      unanswered.reason(),
                      KafkaFault.ofLate(config.kafka())));
      case TopicProbe.Answer.Unreachable unreachable ->
          throw new StartupException(
              "Kafka at " + config.kafka().servers() + " is not usable: " + unreachable.reason());
      case TopicProbe.Answer.Refused refused ->
          throw new StartupException(
              "Kafka at " + config.kafka().servers() + " " + refused.reason());
    };
  }

  /**
   * Otherwise what is known of a user would lie where nobody looks for it.
   *
   * @throws StartupException if it is not there, or has other partitions than the messages have
   */
  void requireAsManyPartitions(String topic, TopicProbe.Answer.Present messages)
      throws StartupException {
    TopicProbe.Answer.Present found = find(topic);
    if (found.partitions() != messages.partitions()) {
      throw new StartupException(
          "topics "
              + config.topics().messages()
              + " and "
              + topic
              + " must have the same number of partitions, but have "
              + messages.partitions()
              + " and "
              + found.partitions()
              + ": recreate them with `tidegate topics create`");
    }
  }
}
