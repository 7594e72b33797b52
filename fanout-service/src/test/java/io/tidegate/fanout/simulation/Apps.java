package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
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
 * policies.
 */
final class Apps {
  private final World world;
  private final List<Input> sent = new ArrayList<>();
  private int count;

  Apps(World world) {
    this.world = world;
  }

  void act() {
    if (world.plan.policies && world.random.nextInt(12) == 0) {
      change();
    } else {
      send();
    }
  }

  /** Someone sets another policy, or something for one user. */
  private void change() {
    SplittableRandom random = world.random;
    if (random.nextBoolean()) {
      UserKey user = world.any(world.users);
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
    UserKey user = world.any(world.users);
    Message message =
        new Message(
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
            new byte[random.nextInt(40)]);
    Input input = new Input(user, new UserEvent.Arrived(message));
    sent.add(input);
    append(input);
  }

  private void append(Input input) {
    world.kafka.messages.get(input.user().partition(world.kafka.partitions())).append(input, null);
  }
}
