package io.tidegate.fanout.simulation;

import io.tidegate.fanout.simulation.Txn.Source;
import io.tidegate.fanout.simulation.Txn.Topic;

/** An operator loses the state of a partition and has it built anew from the topics. */
final class Rebuild {
  private final World world;

  Rebuild(World world) {
    this.world = world;
  }

  void run(int p) {
    FakeKafka kafka = world.kafka;
    int owner = kafka.owner[p];
    if (kafka.hasUnfinished() && owner >= 0 && world.processes.get(owner).alive) {
      world.processes.get(owner).commit();
    }
    if (kafka.hasUnfinished() || !world.checks.follow(p)) {
      return; // not a quiet moment
    }
    world.trace.add("the state of partition", p, "is lost");
    kafka.assign(p, owner);
    kafka.changelogStart[p] = kafka.changelogs.get(p).end();
    kafka.rebuilds[p]++;
    kafka.setCommitted(new Source(Topic.SESSIONS, p), 0);
    kafka.setCommitted(new Source(Topic.SETTINGS, p), 0);
    kafka.setCommitted(new Source(Topic.MEMBERS, p), 0);
    if (world.random.nextInt(4) > 0) {
      kafka.setCommitted(new Source(Topic.MESSAGES, p), 0);
    }
    if (world.random.nextBoolean()) {
      kafka.setCommitted(new Source(Topic.ACKS, p), 0);
    }
    world.checks.rebuilt(p);
  }
}
