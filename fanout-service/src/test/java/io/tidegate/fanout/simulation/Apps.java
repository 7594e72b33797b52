package io.tidegate.fanout.simulation;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The applications that send messages, and send them again when they are not sure. */
final class Apps {
  private final World world;
  private final List<Input> sent = new ArrayList<>();
  private int count;

  Apps(World world) {
    this.world = world;
  }

  void send() {
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
            Urgency.at(random.nextInt(4)),
            expiry,
            deliverAt,
            random.nextInt(5) == 0 ? "c" + random.nextInt(2) : null,
            random.nextInt(3) == 0 ? "g" + random.nextInt(2) : null,
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
