package io.tidegate.fanout.simulation;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Everything there is in one simulation, and the ways in which records go astray. */
final class World {
  /** What may happen to a record on its way. */
  enum Care {
    WHOLE,
    MAY_BE_LOST,
    MAY_BE_ANYTHING
  }

  private static final int MOST_WITH_DEVICES = 6;

  final Mutant mutant;
  final SplittableRandom random;

  /** For what devices want, apart from the rest, so that it decides about nothing else. */
  final SplittableRandom tastes;

  /** For what endpoints refuse, apart from the rest as well. */
  final SplittableRandom refusals;

  /** Some devices do not want everything. */
  final boolean choosy;

  final Plan plan;
  final Clock clock;
  final Trace trace = new Trace();
  final FakeKafka kafka;
  final Checks checks;
  final List<FanOut> processes = new ArrayList<>();
  final List<Worker> workers = new ArrayList<>();
  final List<Client> clients = new ArrayList<>();
  final List<UserKey> users = new ArrayList<>();
  final List<GroupKey> groups = new ArrayList<>();
  final List<Runnable> delayed = new ArrayList<>();

  /** How busy the system is, for whatever reason. */
  Pressure pressure = Pressure.NONE;

  /** Things go wrong. */
  boolean faulty = true;

  World(long seed, Mutant mutant) {
    this.mutant = mutant;
    this.random = new SplittableRandom(seed);
    this.tastes = new SplittableRandom(~seed);
    this.refusals = new SplittableRandom(Long.reverse(seed) ^ 1);
    this.choosy = tastes.nextInt(3) > 0;
    this.plan = new Plan(random);
    this.clock = new Clock(plan.draw.startMillis);
    this.kafka = new FakeKafka(plan.partitions, plan.slots);
    this.checks = new Checks(this);
    for (int i = 0; i < plan.users; i++) {
      users.add(new UserKey(UserKey.DEFAULT_TENANT, "u" + i));
    }
    groups.add(new GroupKey(UserKey.DEFAULT_TENANT, "g0"));
    groups.add(new GroupKey(UserKey.DEFAULT_TENANT, "g1"));
    for (int i = 0; i < plan.processes; i++) {
      processes.add(new FanOut(i, this));
    }
    for (int i = 0; i < plan.slots; i++) {
      workers.add(new Worker(i, this));
    }
    for (UserKey user : users.subList(0, Math.min(users.size(), MOST_WITH_DEVICES))) {
      int count = random.nextInt(0, 4);
      for (int i = 0; i < count; i++) {
        String name = "d" + random.nextInt(i + 1);
        clients.add(new Client(clients.size(), user, name, random.nextInt(4) > 0, this));
      }
    }
  }

  /** Becomes more or less busy. */
  void press() {
    if (choosy && tastes.nextInt(20) == 0) {
      double lag = tastes.nextBoolean() ? 0 : tastes.nextDouble();
      pressure =
          new Pressure(lag, Map.of(tastes.nextInt(plan.slots), Math.max(lag, tastes.nextDouble())));
    } else if (tastes.nextInt(10) == 0) {
      pressure = Pressure.NONE;
    }
  }

  /** One in so many, and only while things go wrong. */
  boolean isFault(int oneIn) {
    return faulty && plan.faults > 0 && random.nextInt(oneIn * 120 / plan.faults + 1) == 0;
  }

  /** Devices that were told to stay away come back only if the user wants it. */
  boolean clientMayConnect(Client client) {
    return !client.stopped || random.nextInt(20) == 0;
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** One who may have devices. */
  UserKey anyUser() {
    return users.get(random.nextInt(Math.min(users.size(), MOST_WITH_DEVICES + 1)));
  }

  void write(UserKey user, UserEvent event, Care care) {
    FakeLog<Input> log = kafka.sessions.get(user.partition(kafka.partitions()));
    Input input = new Input(user, event);
    switch (care) {
      case WHOLE -> log.append(input, null);
      case MAY_BE_LOST -> {
        if (!isFault(20)) {
          log.append(input, null);
        } else if (random.nextBoolean()) {
          delayed.add(() -> log.append(input, null));
        }
      }
      case MAY_BE_ANYTHING -> unreliably(() -> log.append(input, null));
    }
  }

  /** Whether they are not lost. */
  boolean writeAcks(int partition, List<Input> acks) {
    return unreliably(() -> kafka.acks.get(partition).append(acks, null));
  }

  private boolean unreliably(Runnable append) {
    if (isFault(6)) {
      trace.add("a record is lost");
      return false;
    }
    if (isFault(6)) {
      delayed.add(append);
    } else {
      append.run();
      if (isFault(6)) {
        delayed.add(append);
      }
    }
    return true;
  }
}
