package io.tidegate.fanout.inspection;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator;
import io.tidegate.fanout.topology.UserViews;

/** What the HTTP port asks of the service behind it; for any thread. */
public interface Inspected {
  /** The state of Kafka Streams in a word, such as {@code RUNNING}. */
  String state();

  /** Whether events are being handled. */
  boolean ready();

  /** Whether there is hope without a restart. */
  boolean live();

  UserViews.Found find(UserKey user);

  Simulator.Started simulate(SimulationRequest request);

  /** Prometheus text. */
  String metrics();
}
