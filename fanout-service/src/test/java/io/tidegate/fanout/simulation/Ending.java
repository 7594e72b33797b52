package io.tidegate.fanout.simulation;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.state.DeviceRecord;
import io.tidegate.fanout.state.UserRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The faults end: everyone who connects gets everything. Then everyone leaves, and with time
 * everything comes to an end.
 */
final class Ending {
  private static final int ROUNDS = 20_000;
  private static final int QUIET_ROUNDS = 4;

  /** A week by the calendar. */
  private static final long LONGEST_PERIOD_MILLIS = 8 * 86_400_000L;

  private final World world;
  private final Set<Client> chosen = new LinkedHashSet<>();

  Ending(World world) {
    this.world = world;
  }

  void run() {
    world.faulty = false;
    world.pressure = Pressure.NONE;
    mend();
    choose();
    settle(true);
    everyoneHasEverything();
    for (Client client : world.clients) {
      client.disconnect(CloseCode.NORMAL);
    }
    if (world.plan.policies) {
      world.users.forEach(user -> Apps.set(world, user, ""));
    }
    settle(false);
    long over =
        world.plan.settings.maxAge().toMillis()
            + world.plan.settings.deviceIdle().toMillis()
            + LONGEST_PERIOD_MILLIS;
    for (int i = 0; i < 6; i++) {
      world.clock.pass(over + 700_000);
      settle(false);
    }
    nothingIsLeft();
  }

  private void mend() {
    world.delayed.forEach(Runnable::run);
    world.delayed.clear();
    world.kafka.resolve(world.clock.steady, 0);
    List<Worker> workers = new ArrayList<>();
    for (Worker worker : world.workers) {
      worker.cutOff(false);
    }
    for (int slot = 0; slot < world.plan.slots; slot++) {
      Worker kept = null;
      for (Worker worker : world.workers) {
        if (worker.slot == slot && worker.alive) {
          if (kept != null) {
            kept.crash();
          }
          kept = worker;
        }
      }
      workers.add(kept == null ? new Worker(slot, world) : kept);
    }
    world.workers.clear();
    world.workers.addAll(workers);
    for (FanOut process : world.processes) {
      if (!process.alive) {
        process.restart();
      }
    }
    for (int p = 0; p < world.plan.partitions; p++) {
      if (world.kafka.owner[p] < 0) {
        world.kafka.assign(p, 0);
      }
    }
  }

  /** Most devices come back, and of those that share a name one. */
  private void choose() {
    Set<String> names = new HashSet<>();
    List<Client> others = new ArrayList<>();
    for (Client client : world.clients) {
      if (world.random.nextInt(7) > 0 && names.add(client.user + " " + client.name)) {
        chosen.add(client);
      } else {
        others.add(client);
      }
    }
    others.forEach(c -> c.disconnect(CloseCode.NORMAL));
    for (Client client : chosen) {
      Session session = client.session();
      if (session != null && (session.lossy || world.random.nextInt(4) == 0)) {
        client.disconnect(CloseCode.MAX_AGE);
      }
    }
  }

  /** Runs until nothing happens any more, time included as far as someone online waits for it. */
  private void settle(boolean connect) {
    int quiet = 0;
    for (int round = 0; round < ROUNDS; round++) {
      quiet = round(connect) ? 0 : quiet + 1;
      if (quiet == QUIET_ROUNDS) {
        world.checks.atRest();
      }
      long wait = quiet < QUIET_ROUNDS ? 20 : untilSomethingHappens();
      if (wait == 0) {
        return;
      }
      world.clock.pass(wait);
    }
    throw new Violation(22, "it never comes to rest");
  }

  /** 0 if nobody who is online has a message waiting, and none for many is on its way. */
  private long untilSomethingHappens() {
    long due = Message.NEVER;
    for (FanOut process : world.processes) {
      due = Math.min(due, process.goOnMillis());
    }
    for (int p = 0; p < world.plan.partitions; p++) {
      for (UserRecord user : world.checks.whole(p).users.values()) {
        boolean online = user.getDevicesList().stream().anyMatch(DeviceRecord::getConnected);
        if (online
            && StoreReader.ready(user) + user.getScheduled() > 0
            && user.getDueMillis() > 0) {
          due = Math.min(due, user.getDueMillis());
        }
      }
    }
    return due == Message.NEVER ? 0 : Math.max(20, due - world.clock.wall);
  }

  private boolean round(boolean connect) {
    boolean any = false;
    for (Client client : world.clients) {
      if (connect && chosen.contains(client) && client.session() == null) {
        any |= !client.stopped;
        Worker worker = world.any(world.workers);
        if (worker.accepts() && world.clientMayConnect(client)) {
          client.connect(worker);
          any = true;
        }
      }
    }
    for (FanOut process : world.processes) {
      any |= process.readPolicies(Integer.MAX_VALUE);
      process.sync();
      any |= process.read(20);
      any |= process.punctuate();
      any |= process.goOn(world.random.nextInt(1, 100));
      any |= process.sweep();
      any |= process.endLostSessions();
      any |= process.purge();
      process.commit();
    }
    for (Worker worker : List.copyOf(world.workers)) {
      if (!worker.alive) {
        world.workers.set(world.workers.indexOf(worker), new Worker(worker.slot, world));
        any = true;
        continue;
      }
      worker.start();
      worker.tick();
      any |= worker.poll(50);
      any |= worker.flushAcks();
    }
    for (Client client : world.clients) {
      Session session = client.session();
      if (session != null) {
        any |= client.read(session, 50);
        any |= client.ack();
        any |= !client.isAttached(); // answered, or closed for want of an answer
      }
    }
    return any;
  }

  private void everyoneHasEverything() {
    for (int p = 0; p < world.plan.partitions; p++) {
      Violation.unless(world.checks.follow(p), 22, "a transaction is never finished");
      StoreChecks store = world.checks.whole(p);
      store.users.forEach((user, record) -> check(user, record, store.contents.get(user)));
    }
    world.checks.minimums.settle();
    world.checks.allIsDone();
    for (Client client : chosen) {
      Violation.unless(
          client.isAttached() || client.stopped,
          22,
          client,
          " is connected and never answered: ",
          client.session());
    }
  }

  private void check(UserKey user, UserRecord record, StoreChecks.@Nullable Contents contents) {
    boolean online = false;
    boolean away = false;
    Urgency least = Urgency.HIGH;
    for (DeviceRecord device : record.getDevicesList()) {
      Client client = clientOf(user, device);
      if (device.getConnected() && client != null) {
        online = true;
        least = client.minimum().compareTo(least) < 0 ? client.minimum() : least;
        long highest = contents == null ? 0 : contents.highestSeq(client.minimum());
        // What it acked or passed by before it wanted as much as it does now does not come again.
        Violation.unless(
            client.epoch() == record.getEpoch()
                && (client.last() >= highest || device.getMinimumSince() >= highest),
            22,
            client,
            " is online and did not get everything of ",
            record);
      } else {
        away = true;
      }
    }
    for (Client client : chosen) {
      if (client.user.equals(user) && client.isAttached()) {
        Violation.unless(
            record.getDevicesList().stream().anyMatch(d -> clientOf(user, d) == client),
            17,
            client,
            " is connected, but not for the sequencer: ",
            record);
      }
    }
    if (online) {
      Violation.unless(
          StoreReader.ready(record, least) == 0 && record.getScheduled() == 0,
          22,
          user,
          " is online and has messages waiting: ",
          record);
      Violation.unless(
          away || record.getReleased() == 0,
          22,
          user,
          " has everything, but the mailbox keeps it: ",
          record);
    }
  }

  private @Nullable Client clientOf(UserKey user, DeviceRecord device) {
    for (Client client : world.clients) {
      Session session = client.session();
      if (client.user.equals(user)
          && session != null
          && session.ref.slot() == device.getSlot()
          && session.ref.incarnation() == device.getIncarnation()
          && session.ref.n() == device.getN()) {
        return client;
      }
    }
    return null;
  }

  private void nothingIsLeft() {
    for (int p = 0; p < world.plan.partitions; p++) {
      StoreChecks store = world.checks.whole(p);
      Violation.unless(store.contents.isEmpty(), 3, "messages stay for ever: ", store.users);
      Violation.unless(store.users.isEmpty(), 25, "users stay for ever: ", store.users);
      Violation.unless(store.isEmpty(), 25, "message ids stay for ever");
    }
  }
}
