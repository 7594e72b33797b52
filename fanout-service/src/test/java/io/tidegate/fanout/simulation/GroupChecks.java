package io.tidegate.fanout.simulation;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows for whom each copy of a message for many is, as docs/GROUPS.md says it: it comes to each of
 * them once and to nobody else, before what is sent later, and not faster than at its pace.
 */
final class GroupChecks {
  private final World world;
  private final HeldPolicies policies;
  private final Ledger ledger;
  private final List<Partition> partitions = new ArrayList<>();

  /** What is known of the users of one partition. */
  private static final class Partition {
    final Map<GroupKey, Set<UserKey>> members = new HashMap<>();
    final TreeMap<Long, Copy> copies = new TreeMap<>();

    /** When a copy was last taken up for somebody, by its recipient and its id. */
    final Map<Named, Long> taken = new HashMap<>();
  }

  private record Named(Recipient to, String id) {}

  /** A copy, by the users that it is for. */
  private static final class Copy {
    final GroupFact.Copied of;

    /** It is for those, and for nobody else but who gets known meanwhile. */
    final Set<UserKey> meant;

    /** Who was known at some time since then, where it is for everyone. */
    final Set<UserKey> knownSince = new HashSet<>();

    /** They are still to get it. */
    final Set<UserKey> pending;

    /** Those to whom it came, and when. */
    final Map<UserKey, Long> reached = new HashMap<>();

    /** Something that was sent later came to them before, as the pace had it. */
    final Set<UserKey> overtaken = new HashSet<>();

    final BroadcastPace pace;

    Copy(GroupFact.Copied of, Set<UserKey> meant, Set<UserKey> pending, int partitions) {
      this.of = of;
      this.meant = meant;
      this.pending = pending;
      this.pace = new BroadcastPace(partitions);
    }

    boolean isForGroup() {
      return of.to() instanceof Recipient.Group;
    }
  }

  GroupChecks(World world, HeldPolicies policies, Ledger ledger) {
    this.world = world;
    this.policies = policies;
    this.ledger = ledger;
    for (int p = 0; p < world.plan.partitions; p++) {
      partitions.add(new Partition());
    }
  }

  /**
   * @param known of whom there is something
   */
  void check(int p, GroupFact fact, Map<UserKey, UserRecord> known) {
    Partition partition = partitions.get(p);
    switch (fact) {
      case GroupFact.Member member -> member(partition, member);
      case GroupFact.Copied copied -> {
        Set<UserKey> meant = meant(p, copied.to(), known.keySet());
        Set<UserKey> pending = new HashSet<>(meant);
        if (copied.message().isLive()) {
          pending.removeIf(user -> !isOnline(known.get(user)));
        }
        partition.copies.put(
            copied.offset(), new Copy(copied, meant, pending, world.plan.partitions));
      }
      case GroupFact.Taken taken -> taken(partition, taken);
    }
  }

  private Set<UserKey> meant(int p, Recipient to, Set<UserKey> known) {
    Set<UserKey> meant = new HashSet<>();
    switch (to) {
      case Recipient.Group(GroupKey group) ->
          meant.addAll(partitions.get(p).members.getOrDefault(group, Set.of()));
      case Recipient.Everyone _ -> {
        meant.addAll(known);
        meant.removeIf(user -> user.partition(world.plan.partitions) != p);
      }
      case Recipient.OneUser _ -> {}
    }
    return meant;
  }

  private static void member(Partition partition, GroupFact.Member fact) {
    GroupKey group = fact.membership().group();
    UserKey user = fact.membership().user();
    Set<UserKey> members = partition.members.computeIfAbsent(group, _ -> new HashSet<>());
    boolean changed = fact.joins() ? members.add(user) : members.remove(user);
    Violation.unless(changed == fact.changed(), 24, "changed nothing or something: ", fact);
    if (!fact.joins()) {
      for (Copy copy : partition.copies.values()) {
        if (copy.of.to().equals(new Recipient.Group(group))) {
          copy.meant.remove(user);
          copy.pending.remove(user);
        }
      }
    }
  }

  private void taken(Partition partition, GroupFact.Taken fact) {
    Copy copy = Objects.requireNonNull(partition.copies.get(fact.offset()));
    Named named = new Named(copy.of.to(), copy.of.message().id());
    Long before = partition.taken.get(named);
    if (fact.fresh()) {
      Violation.unless(
          before == null || mayComeAgain(Math.abs(copy.of.wall() - before)),
          24,
          "is taken up again: ",
          copy.of);
      partition.taken.put(named, copy.of.wall());
    } else {
      Violation.unless(before != null, 5, "never came, and is dropped as repeated: ", copy.of);
      partition.copies.remove(fact.offset());
    }
  }

  /** Whether dedupe may have forgotten it. */
  boolean mayComeAgain(long afterMillis) {
    long horizon = world.plan.settings.dedupeHorizon().toMillis();
    return afterMillis > horizon || (world.plan.clockGoesBack && horizon < 20_000);
  }

  /** An event of a user, of which the ledger does not know yet. */
  void check(Fact fact) {
    Partition partition = partitions.get(fact.partition());
    if (partition.copies.isEmpty()) {
      return;
    }
    if (fact.arrived() != null) {
      comesInOrder(partition, fact);
    }
    if (fact.before() != null) {
      isKnown(partition, fact.user());
    }
    if (fact.event() instanceof UserEvent.GroupArrived) {
      comes(partition, fact);
    }
    for (Copy copy : partition.copies.values()) {
      if (copy.of.message().isLive() && !isOnline(fact.after())) {
        copy.pending.remove(fact.user());
      } else if (!copy.isForGroup() && fact.after() == null) {
        // Known to nobody; who gets known again may be come to at any time, or not at all.
        copy.pending.remove(fact.user());
        copy.meant.remove(fact.user());
      }
    }
  }

  private static void isKnown(Partition partition, UserKey user) {
    for (Copy copy : partition.copies.values()) {
      if (!copy.isForGroup()) {
        copy.knownSince.add(user);
      }
    }
  }

  private void comes(Partition partition, Fact fact) {
    UserKey user = fact.user();
    Copy copy = partition.copies.get(fact.offset());
    Violation.unless(copy != null, 24, fact, " is of no copy");
    if (copy == null) {
      return;
    }
    Violation.unless(
        copy.meant.contains(user) || copy.knownSince.contains(user),
        24,
        user,
        " gets what is not for him: ",
        copy.of);
    if (fact.arrived() != null) {
      Long before = copy.reached.put(user, fact.wall());
      Violation.unless(
          before == null
              || (!copy.of.message().isLive() && mayComeAgain(Math.abs(fact.wall() - before))),
          24,
          user,
          " gets twice: ",
          copy.of);
    }
    copy.pending.remove(user);
    copy.pace.comes(rate(fact.policies()), fact, copy.of);
  }

  /** How many users a second a message for many may come to; null: any number. */
  private @Nullable Integer rate(long version) {
    return policies.of(version, "").policy().broadcastRate();
  }

  /** What was sent to the user before has come before, but for what has a pace. */
  private void comesInOrder(Partition partition, Fact fact) {
    for (Copy copy : partition.copies.headMap(fact.offset()).values()) {
      if (copy.of.message().isLive() || !copy.pending.contains(fact.user())) {
        continue;
      }
      if (hasCome(copy, fact.user())) {
        copy.pending.remove(fact.user());
      } else if (rate(fact.policies()) != null && !follows(partition, fact, copy)) {
        copy.overtaken.add(fact.user());
      } else {
        throw new Violation(
            12, fact.user() + " gets " + fact.event() + " before what was sent before: " + copy.of);
      }
    }
  }

  /** At a pace what is for the same users goes one behind the other all the same. */
  private boolean follows(Partition partition, Fact fact, Copy before) {
    Copy copy = partition.copies.get(fact.offset());
    return copy != null
        && !copy.of.message().isLive()
        && copy.of.to().equals(before.of.to())
        && rate(copy.of.policies()) != null
        && rate(before.of.policies()) != null;
  }

  /** By another copy, so that it may not come again. */
  private boolean hasCome(Copy copy, UserKey user) {
    Ledger.Account account = ledger.find(user, copy.of.message().id());
    long horizon = world.plan.settings.dedupeHorizon().toMillis();
    return account != null && account.acceptedWall >= copy.of.wall() - 2 * horizon;
  }

  /** Whether the message goes behind what was sent to the user before it, and before the rest. */
  boolean isInOrder(Fact fact) {
    Copy copy = partitions.get(fact.partition()).copies.get(fact.offset());
    return copy != null
        && copy.meant.contains(fact.user())
        && !copy.overtaken.contains(fact.user());
  }

  private static boolean isOnline(@Nullable UserRecord record) {
    return record != null && record.getDevicesList().stream().anyMatch(DeviceRecord::getConnected);
  }

  /** The store knows who is in which group. */
  void balance(int p, GroupContents store) {
    Map<GroupKey, Set<UserKey>> members = new HashMap<>(partitions.get(p).members);
    members.values().removeIf(Set::isEmpty);
    Violation.unless(
        members.equals(store.members), 24, "members are ", members, ", known ", store.members);
  }

  /** Nothing is under way any more. */
  void allHaveCome(int p) {
    for (Copy copy : partitions.get(p).copies.values()) {
      for (UserKey user : copy.pending) {
        Violation.unless(hasCome(copy, user), 24, user, " never got what was for him: ", copy.of);
      }
    }
  }

  /** The state of the partition is lost. */
  void rebuilt(int p) {
    partitions.set(p, new Partition());
  }
}
