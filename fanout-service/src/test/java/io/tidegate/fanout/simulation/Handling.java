package io.tidegate.fanout.simulation;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.simulation.Txn.Topic;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Has the real sequencer handle what comes to a process, and writes what follows. */
final class Handling {
  private static final byte DEDUPE_KIND = 7;

  // Beside the topics, what fresh epochs count in.
  private static final int DUE = Topic.values().length;
  private static final int GROUPS = DUE + 1;

  private final FanOut process;
  private final World world;
  private final FakeKafka kafka;

  Handling(FanOut process, World world) {
    this.process = process;
    this.world = world;
    this.kafka = world.kafka;
  }

  /** What the store is to whoever writes it: every write goes to the changelog too. */
  SortedBytes store(Task task, UserEvent event) {
    FakeLog<Change> changelog = kafka.changelogs.get(task.partition);
    SortedBytes logged =
        task.logged(
            (key, value) -> Mutations.state(world.mutant, event, task.store.get(key), key, value),
            change -> {
              boolean apart =
                  world.mutant == Mutant.SEPARATE_SEEN_FLAG && change.key()[0] == DEDUPE_KIND;
              process.outputs.append(changelog, change, apart ? null : process.txn());
            });
    return GroupMutations.over(world.mutant, event, logged);
  }

  /** A record of one user. */
  void record(Task task, Topic topic, long offset, Input input) {
    handle(task, topic.place, offset, input.user(), input.event());
    task.positions.put(topic, offset + 1);
  }

  void wake(Task task, UserKey user) {
    handle(task, DUE, -1, user, new UserEvent.Due());
  }

  /** Slots are in those incarnations. */
  void taken(Task task, UserKey user, Map<Integer, Long> incarnations) {
    handle(task, DUE, -1, user, new UserEvent.SlotsTaken(incarnations));
  }

  /**
   * A message for many comes to one of them.
   *
   * @param origin the offset of the copy
   * @return whether it lies in the mailbox now
   */
  boolean arrive(Task task, UserKey user, UserEvent.GroupArrived arrived, long origin) {
    return handle(task, GROUPS, origin, user, arrived).contains(new Effect.Reached(true));
  }

  private List<Effect> handle(Task task, int place, long offset, UserKey user, UserEvent input) {
    process.begin(task);
    int p = task.partition;
    UserRecord before = StoreReader.user(task.store, user);
    UserEvent event = Mutations.event(world.mutant, input, before);
    BufferedBytes buffer = new BufferedBytes(store(task, event));
    List<Effect> effects = new ArrayList<>();
    At at = new At(world.clock.wall, freshEpoch(p, place, offset), world.pressure);
    Reread reread = null;
    if (world.mutant == Mutant.NONE) {
      reread = Reread.of(world.plan.settings, process.policies(), task.store, user, event, at);
    } else {
      task.sequencer.discard(user); // for mutants that change what is in the store
    }
    task.sequencer.handle(
        buffer, user, event, at, e -> effects.add(Mutations.effect(world.mutant, event, e)));
    buffer.commit();
    UserRecord after = StoreReader.user(task.store, user);
    if (reread != null) {
      reread.check(effects, after);
    }
    world.trace.add("process", process.id, user, event, "->", effects);
    happened(
        p,
        new Fact(
            user,
            p,
            event,
            place == Topic.MESSAGES.place || place == GROUPS ? offset : -1,
            world.clock.wall,
            world.clock.forward,
            process.policyVersion(),
            world.pressure,
            before,
            after,
            effects));
    effects.forEach(effect -> perform(p, user, before, after, effect));
    return effects;
  }

  /** Durable with the state. */
  void happened(int p, Happened fact) {
    process.outputs.append(kafka.changelogs.get(p), kafka.facts.get(p), fact, process.txn());
  }

  private void perform(
      int p, UserKey user, @Nullable UserRecord before, @Nullable UserRecord after, Effect effect) {
    switch (effect) {
      case Effect.Attach e -> {
        long told = before == null ? 0 : Math.max(before.getLossFloor(), before.getFloor());
        inbox(new Command(user, e.session(), e, told));
      }
      case Effect.Deliver e -> inbox(new Command(user, e.session(), e, 0));
      case Effect.Kick e -> inbox(new Command(user, e.session(), e, 0));
      case Effect.Reset e ->
          inbox(new Command(user, e.session(), e, after == null ? 0 : after.getLossFloor()));
      case Effect.DeliverLive e -> {
        FakeLog<Command> live = kafka.lives.get(e.session().slot());
        process.outputs.append(live, new Command(user, e.session(), e, 0), process.txn());
      }
      case Effect.Ended e -> {
        FakeKafka.Ended ended = new FakeKafka.Ended(user, e.outcome());
        process.outputs.append(kafka.outcomes.get(p), ended, process.txn());
      }
      case Effect.Duplicate _, Effect.Reached _, Effect.Online _, Effect.Announced _ -> {}
    }
  }

  private void inbox(Command command) {
    FakeLog<Command> inbox = kafka.inboxes.get(command.session().slot());
    process.outputs.append(inbox, command, process.txn());
  }

  private long freshEpoch(int partition, int place, long offset) {
    long seed = (kafka.rebuilds[partition] << 20) + (offset << 5) + (place << 2) + partition;
    return new SplittableRandom(seed).nextLong() | 1;
  }
}
