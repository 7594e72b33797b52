package io.tidegate.fanout.inspection;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.topology.UserViews;
import java.util.List;

/** What the HTTP port asks of the service behind it; for any thread. */
public interface Inspected {
  /** The state of Kafka Streams in a word, such as {@code RUNNING}, and what Kafka refuses. */
  String state();

  /** Whether events are being handled. */
  boolean ready();

  /** Whether there is hope without a restart. */
  boolean live();

  /**
   * Whether a request may do what it wants to, and for which tenant.
   *
   * @param authorization the values of all Authorization headers
   */
  Access access(List<String> authorization, Scope scope);

  UserViews.Found<UserView> find(UserKey user);

  /** As {@link #find}, of whether the user is connected only. */
  UserViews.Found<PresenceView.OfUser> presence(UserKey user);

  Simulator.Started simulate(SimulationRequest request);

  /** Prometheus text. */
  String metrics();
}
