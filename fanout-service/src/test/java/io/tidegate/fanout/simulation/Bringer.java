package io.tidegate.fanout.simulation;

import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.group.Groups;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;

/** What a process does with groups and messages for many, around the real expansions. */
final class Bringer {
  private final FanOut process;
  private final World world;
  private final Handling handling;

  Bringer(FanOut process, World world, Handling handling) {
    this.process = process;
    this.world = world;
    this.handling = handling;
  }

  Expansions open(Task task) {
    int partitions = world.kafka.partitions();
    return new Expansions(task.sequencer, store(task), task.partition, partitions);
  }

  private SortedBytes store(Task task) {
    return handling.store(task, new UserEvent.Due());
  }

  void member(Task task, MemberChange change) {
    process.begin(task);
    Membership membership = change.membership();
    boolean changed =
        change.joins()
            ? Groups.join(store(task), membership)
            : Groups.leave(store(task), membership);
    world.trace.add("process", process.id, change, changed);
    handling.happened(task.partition, new GroupFact.Member(membership, change.joins(), changed));
  }

  /** An original goes to every partition; a copy is for this one. */
  void message(Task task, long offset, ForMany many) {
    process.begin(task);
    if (many.copy() == ForMany.ORIGINAL) {
      int last = world.mutant == Mutant.COPIES_NOT_FOR_ALL ? 1 : world.kafka.partitions();
      for (int p = 0; p < last; p++) {
        process.outputs.append(world.kafka.messages.get(p), many.copyFor(p), process.txn());
      }
      return;
    }
    long now = world.clock.wall;
    handling.happened(
        task.partition,
        new GroupFact.Copied(many.to(), many.message(), offset, now, process.policyVersion()));
    boolean fresh = task.expansions().begin(many.to(), many.message(), offset, now, members(task));
    world.trace.add("process", process.id, "takes up", offset, many, fresh);
    handling.happened(task.partition, new GroupFact.Taken(offset, fresh));
  }

  /** To be called before something that may be sent to the user comes to it. */
  void bringUp(Task task, UserKey user) {
    if (task.expansions().underWay() > 0 && world.mutant != Mutant.NOBODY_BROUGHT_UP) {
      process.begin(task);
      task.expansions().bringUp(user, world.clock.wall, members(task));
    }
  }

  /** Goes on with at most so many users; whether there was anything to go on with. */
  boolean goOn(Task task, int limit) {
    if (dueMillis(task) > world.clock.wall) {
      return false;
    }
    process.begin(task);
    world.trace.add("process", process.id, "goes on with", task.expansions().underWay());
    task.expansions()
        .goOn(world.clock.wall, limit, () -> world.random.nextInt(4) == 0, members(task));
    return true;
  }

  /** {@link Message#NEVER} for never. */
  static long dueMillis(Task task) {
    return task.expansions().underWay() == 0 ? Message.NEVER : task.expansions().dueMillis();
  }

  private Expansions.Members members(Task task) {
    return (user, arrived, origin) -> handling.arrive(task, user, arrived, origin);
  }
}
