package io.tidegate.cli.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The settings of a Kafka that is one node, broker and controller at once, on 127.0.0.1. */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerSettings() {}

  static Map<String, String> of(BrokerPorts ports, Path logFolder) {
    Map<String, String> settings = new HashMap<>();
    String client = "PLAINTEXT://127.0.0.1:" + ports.client();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports.controller());
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("listeners", client + ",CONTROLLER://127.0.0.1:" + ports.controller());
    settings.put("advertised.listeners", client);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", logFolder.toString());
    settings.put("auto.create.topics.enable", "false");
    singleNode(settings);
    fastRestart(settings);
    small(settings);
    return settings;
  }

  private static void singleNode(Map<String, String> settings) {
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
  }

  /**
   * After kill -9 the controller waits for the old broker's session, and a group for its dead
   * members' sessions: with Kafka's defaults close to a minute.
   */
  private static void fastRestart(Map<String, String> settings) {
    settings.put("broker.session.timeout.ms", "1000");
    settings.put("broker.heartbeat.interval.ms", "200");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.min.session.timeout.ms", "1000");
    for (String group : new String[] {"group.consumer.", "group.streams."}) {
      settings.put(group + "min.session.timeout.ms", "3000");
      settings.put(group + "session.timeout.ms", "3000");
      settings.put(group + "min.heartbeat.interval.ms", "500");
      settings.put(group + "heartbeat.interval.ms", "500");
    }
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    // A transaction of a process that died blocks read_committed readers until it is aborted.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    // Recovery after kill -9 reads each partition's last segment in full.
    settings.put("log.segment.bytes", Integer.toString(64 << 20));
  }

  private static void small(Map<String, String> settings) {
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("num.replica.fetchers", "1");
    // 24 bytes a key: what does not fit is cleaned in another pass over all that is clean already,
    // and a table that is nearly full is searched long.
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(32 << 20));
    settings.put("log.cleaner.io.buffer.load.factor", "0.6");
  }
}
