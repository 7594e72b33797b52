package io.tidegate.cli.topics;

import picocli.CommandLine.Option;

/** {@code --kafka}: where Kafka is, for commands that work on its topics themselves. */
public final class KafkaAddress {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:TIDEGATE_KAFKA:-127.0.0.1:19092}",
      description = "Where Kafka is (default: ${DEFAULT-VALUE}, the broker of `tidegate up`).")
  String kafka = "";

  /** Bootstrap servers. */
  public String value() {
    return kafka;
  }
}
