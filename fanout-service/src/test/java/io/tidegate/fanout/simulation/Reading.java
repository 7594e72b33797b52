package io.tidegate.fanout.simulation;

import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.simulation.Txn.Topic;
import java.util.List;

/** Takes the next record of one of a partition's topics, as read_committed has it. */
final class Reading {
  private static final List<Topic> TOPICS = List.of(Topic.values());

  private final World world;
  private final FakeKafka kafka;
  private final Handling handling;
  private final Bringer bringer;

  Reading(World world, Handling handling, Bringer bringer) {
    this.world = world;
    this.kafka = world.kafka;
    this.handling = handling;
    this.bringer = bringer;
  }

  /** Whether there was a record of any topic. */
  boolean readOne(Task task) {
    int p = task.partition;
    int first = world.random.nextInt(TOPICS.size());
    for (int i = 0; i < TOPICS.size(); i++) {
      Topic topic = TOPICS.get((first + i) % TOPICS.size());
      long offset = task.position(topic);
      boolean read =
          switch (topic) {
            case MESSAGES -> readMessage(task, offset);
            case SESSIONS -> readOne(task, topic, kafka.sessions.get(p), offset);
            case SETTINGS -> readOne(task, topic, kafka.settings.get(p), offset);
            case ACKS -> {
              boolean there = offset < kafka.acks.get(p).end();
              if (there) {
                kafka
                    .acks
                    .get(p)
                    .get(offset)
                    .value()
                    .forEach(ack -> handling.record(task, topic, offset, ack));
              }
              yield there;
            }
            case MEMBERS -> {
              boolean there = offset < kafka.members.get(p).end();
              if (there) {
                bringer.member(task, kafka.members.get(p).get(offset).value());
                task.positions.put(topic, offset + 1);
              }
              yield there;
            }
          };
      if (read) {
        return true;
      }
    }
    return false;
  }

  private boolean readOne(Task task, Topic topic, FakeLog<Input> log, long offset) {
    if (offset >= log.end()) {
      return false;
    }
    Input input = log.get(offset).value();
    if (input.event() instanceof UserEvent.SessionUp) {
      bringer.bringUp(task, input.user());
    }
    handling.record(task, topic, offset, input);
    return true;
  }

  /** Other than the rest it is written by fan-out too, in transactions. */
  private boolean readMessage(Task task, long offset) {
    FakeLog<Sent> log = kafka.messages.get(task.partition);
    if (offset >= log.lastStable()) {
      return false;
    }
    if (!log.get(offset).isAborted()) {
      switch (log.get(offset).value()) {
        case Input input -> {
          bringer.bringUp(task, input.user());
          handling.record(task, Topic.MESSAGES, offset, input);
        }
        case ForMany many -> bringer.message(task, offset, many);
      }
    }
    task.positions.put(Topic.MESSAGES, offset + 1);
    return true;
  }
}
