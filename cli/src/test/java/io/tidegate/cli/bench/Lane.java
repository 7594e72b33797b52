package io.tidegate.cli.bench;

/** One of the topologies that are compared, on topics of its own. */
interface Lane extends AutoCloseable {
  String name();

  /** Messages that it can be given at once; more would wait for acks. */
  int most();

  /** Starts it anew and has it work off so many messages that lie in Kafka already. */
  LaneRun run(int messages) throws Exception;

  @Override
  void close();
}
