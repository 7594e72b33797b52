package io.tidegate.fanout.simulation;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The applications that send messages, and send them again when they are not sure; and whoever sets
 * policies and says who is in which group.
 */
final class Apps {
  /** Fewer than a user is brought up with ({@code Expansions.MOST_BEFORE}). */
  private static final int MOST_FOR_MANY = 40;

  /** Worth being stored once for a small group too. */
  private static final int LARGE = 1024;

  private final World world;
  private final List<Sent> sent = new ArrayList<>();
  private int count;
  private int manyLeft = MOST_FOR_MANY;

  Apps(World world) {
    this.world = world;
  }

  void act() {
    if (world.plan.policies && world.random.nextInt(12) == 0) {
      change();
    } else if (world.plan.groups && world.random.nextInt(8) == 0) {
      UserKey user = world.plan.crowd ? world.any(world.users) : world.anyUser();
      member(world.any(world.groups), user, world.random.nextInt(3) > 0);
    } else {
      send();
    }
  }

  /** Some are in a group from the beginning. */
  void joinFirst() {
    for (UserKey user : world.users) {
      if (world.plan.groups && (world.plan.crowd || world.random.nextInt(3) > 0)) {
        member(world.any(world.groups.subList(0, world.plan.crowd ? 1 : 2)), user, true);
      }
    }
  }

  private void member(GroupKey group, UserKey user, boolean joins) {
    MemberChange change = new MemberChange(new Membership(group, user), joins);
    world.kafka.members.get(user.partition(world.kafka.partitions())).append(change, null);
  }

  /** Someone sets another policy, or something for one user. */
  private void change() {
    SplittableRandom random = world.random;
    if (random.nextBoolean()) {
      UserKey user = world.anyUser();
      set(world, user, world.plan.draw.settings(random));
      return;
    }
    String name = random.nextInt(3) > 0 ? Policy.DEFAULT_NAME : Plan.NAMED;
    @Nullable Policy policy =
        switch (random.nextInt(5)) {
          case 0 -> null;
          case 1, 2 -> world.plan.draw.edited(random, before(name));
          default -> world.plan.draw.policy(random);
        };
    long version = world.kafka.policies.append(new PolicyChange(name, policy), null);
    world.trace.add("policy", name, "version", version, "is", policy == null ? "gone" : policy);
  }

  private Policy before(String name) {
    FakeLog<PolicyChange> changes = world.kafka.policies;
    for (long i = changes.end() - 1; i >= 0; i--) {
      Policy policy = changes.get(i).value().policy();
      if (changes.get(i).value().name().equals(name) && policy != null) {
        return policy;
      }
    }
    return world.plan.settings.policy();
  }

  static void set(World world, UserKey user, String settings) {
    int partition = user.partition(world.kafka.partitions());
    world
        .kafka
        .settings
        .get(partition)
        .append(new Input(user, new UserEvent.SettingsChanged(settings)), null);
    world.trace.add("settings of", user, "are", settings);
  }

  private void send() {
    SplittableRandom random = world.random;
    if (!sent.isEmpty() && random.nextInt(8) == 0) {
      append(random.nextBoolean() ? sent.getLast() : world.any(sent));
      return;
    }
    Sent next;
    if (world.plan.groups && manyLeft > 0 && random.nextInt(world.plan.campaigns ? 2 : 4) == 0) {
      Recipient to =
          random.nextInt(4) == 0
              ? new Recipient.Everyone(UserKey.DEFAULT_TENANT)
              : new Recipient.Group(world.any(world.groups));
      next = new ForMany(to, message(random.nextInt(3) == 0 ? LARGE : 40), ForMany.ORIGINAL);
    } else {
      next = new Input(world.anyUser(), new UserEvent.Arrived(message(40)));
    }
    sent.add(next);
    append(next);
  }

  private Message message(int mostBytes) {
    SplittableRandom random = world.random;
    long now = world.clock.wall;
    long expiry =
        switch (random.nextInt(8)) {
          case 0 -> now;
          case 1 -> now + random.nextInt(1, 500);
          case 2 -> now + random.nextInt(1, 60_000);
          case 3 -> now + 3_600_000;
          default -> Message.NEVER;
        };
    long deliverAt =
        switch (random.nextInt(8)) {
          case 0 -> now + random.nextInt(1, 1_000);
          case 1 -> now + random.nextInt(1, 120_000);
          default -> 0;
        };
    int bytes = mostBytes == LARGE ? LARGE : random.nextInt(mostBytes);
    return new Message(
        "m" + count++,
        "/sim",
        "t",
        now,
        Urgency.at(random.nextInt(world.plan.urgencies)),
        expiry,
        deliverAt,
        random.nextInt(5) == 0 ? "c" + random.nextInt(2) : null,
        random.nextInt(world.plan.uncategorised) > 0 ? "g" + random.nextInt(2) : null,
        null,
        null,
        new byte[bytes]);
  }

  private void append(Sent sent) {
    int partition =
        switch (sent) {
          case Input input -> input.user().partition(world.kafka.partitions());
          case ForMany many -> {
            manyLeft--;
            yield UserKey.partition(many.to().key(), world.kafka.partitions());
          }
        };
    world.kafka.messages.get(partition).append(sent, null);
  }
}
