package io.tidegate.fanout.topology;

import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.UserEvent.GroupArrived;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages for many to the users of a task. What is not done at once goes on by a timer, so
 * many users or so long at a time, and what else the task has to do comes between.
 */
final class Expander implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Expander.class);

  static final int MAX_USERS = 2_048;
  private static final long BUDGET_NANOS = 10_000_000;
  private static final long AFTER_FAULT_MILLIS = 1_000;
  private static final int MAX_FAILED = 1_000;

  private final ProcessorContext<?, ?> context;
  private final Expansions expansions;
  private final FreshEpochs epochs;
  private final EventRunner runner;
  private final DueTimer timer;
  private final Outbound outbound;
  private final Rejects rejects;
  private final FanoutMetrics metrics;
  private final String topic;
  private final int partition;
  private final Alarm alarm;
  private final ThreadTurns.Place turns;

  /** The last that failed, which have their dead letter and are not come to again. */
  private final Set<Failed> failed =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Failed, Boolean> eldest) {
              return size() > MAX_FAILED;
            }
          });

  private record Failed(UserKey user, String source, String id) {
    static Failed of(UserKey user, Message message) {
      return new Failed(user, message.source(), message.id());
    }
  }

  private long armedMillis = Message.NEVER;
  private long notBeforeMillis;
  private int counted;
  private @Nullable Crowd crowd;

  Expander(
      ProcessorContext<?, ?> context,
      Expansions expansions,
      FreshEpochs epochs,
      EventRunner runner,
      DueTimer timer,
      Outbound outbound,
      Rejects rejects,
      FanoutMetrics metrics,
      String topic) {
    this.context = context;
    this.expansions = expansions;
    this.epochs = epochs;
    this.runner = runner;
    this.timer = timer;
    this.outbound = outbound;
    this.rejects = rejects;
    this.metrics = metrics;
    this.topic = topic;
    this.partition = context.taskId().partition();
    this.alarm = new Alarm(context);
    this.turns = ThreadTurns.current().place();
    if (expansions.unreadable() > 0) {
      LOGGER
          .atError()
          .addKeyValue("partition", partition)
          .addKeyValue("messages", expansions.unreadable())
          .log("messages for many cannot go on, for they cannot be read");
    }
  }

  /**
   * Takes up the copy of a message.
   *
   * @param origin its offset
   * @return false if a fault of ours stopped it
   * @throws KafkaException if the store or Kafka failed, which is no fault of the message
   */
  boolean begin(Recipient to, Message message, long origin) {
    long now = context.currentSystemTimeMs();
    boolean done =
        attempt(
            "begin",
            () -> metrics.copied(!expansions.begin(to, message, origin, now, this::arrive)));
    arm();
    return done;
  }

  /** To be called before something that may be sent to the user comes to it. */
  void bringUp(UserKey user) {
    if (expansions.underWay() > 0) {
      long now = context.currentSystemTimeMs();
      attempt("bring up", () -> expansions.bringUp(user, now, this::arrive));
    }
  }

  private void goOn() {
    armedMillis = Message.NEVER;
    long now = context.currentSystemTimeMs();
    if (!turns.take(expansions.isOnlineFirst(now), now)) {
      arm();
      return;
    }
    long began = System.nanoTime();
    boolean done =
        attempt(
            "go on",
            () ->
                expansions.goOn(
                    now, MAX_USERS, () -> System.nanoTime() - began > BUDGET_NANOS, this::arrive));
    timer.arm(runner);
    turns.done(now, System.nanoTime() - began);
    notBeforeMillis = done ? 0 : now + AFTER_FAULT_MILLIS;
    arm();
  }

  private boolean attempt(String what, Runnable action) {
    try {
      action.run();
      return true;
    } catch (KafkaException e) {
      crowd = null; // The transaction is lost, and what was gathered in it.
      throw e;
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("what", what)
          .addKeyValue("partition", partition)
          .setCause(e)
          .log("messages for many could not be handled");
      return false;
    } finally {
      flush();
    }
  }

  /** Sets the timer for when there is something to go on with. */
  void arm() {
    metrics.underWay(expansions.underWay() - counted);
    counted = expansions.underWay();
    long due = expansions.dueMillis();
    if (due == Message.NEVER) {
      return;
    }
    long now = context.currentSystemTimeMs();
    long at = Math.max(Math.max(due, notBeforeMillis), now + ThreadTurns.LEAST_MILLIS);
    if (at < armedMillis) {
      armedMillis = at;
      alarm.in(Duration.ofMillis(at - now), this::goOn);
    }
  }

  private boolean arrive(UserKey user, GroupArrived arrived, long origin) {
    Message message = arrived.message();
    if (!failed.isEmpty() && failed.contains(Failed.of(user, message))) {
      return false;
    }
    Crowd to = crowd;
    if (to == null || !to.isOf(message)) {
      // Else a session could be told of a later message before an earlier one.
      flush();
      to = new Crowd(message);
      crowd = to;
    }
    At at =
        new At(context.currentSystemTimeMs(), epochs.at(UserProcessor.GROUPS, partition, origin));
    if (!runner.run(user, arrived, at, to, () -> topic + "/" + partition + "/" + origin)) {
      failed.add(Failed.of(user, message));
      rejects.member(user, message, topic, partition, origin);
      return false;
    }
    return runner.hasKept();
  }

  private void flush() {
    if (crowd != null) {
      outbound.send(crowd, context.currentSystemTimeMs());
      crowd = null;
    }
  }

  @Override
  public void close() {
    alarm.close();
    metrics.underWay(-counted);
    counted = 0;
    turns.close();
  }
}
