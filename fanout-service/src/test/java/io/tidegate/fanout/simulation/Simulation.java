package io.tidegate.fanout.simulation;

import io.tidegate.contract.CloseCode;
import io.tidegate.fanout.mailbox.SharedMessages;

/**
 * One run: everything happens in an order drawn from the seed, then all is well, then all is over.
 */
final class Simulation {
  private static final long TXN_TIMEOUT_MILLIS = 5_000;

  private final World world;
  private final Apps apps;

  private Simulation(World world) {
    this.world = world;
    this.apps = new Apps(world);
  }

  /**
   * @throws Violation saying the seed, the invariant, and what happened last
   * @throws Crash saying the same of an exception
   */
  static void run(long seed, Mutant mutant) {
    World world = new World(seed, mutant);
    try {
      new Simulation(world).run();
    } catch (Violation violation) {
      throw new Violation(story(world, seed, String.valueOf(violation.getMessage())), violation);
    } catch (RuntimeException e) {
      if (e instanceof IllegalStateException
          && e.getStackTrace()[0].getClassName().equals(SharedMessages.class.getName())) {
        // It looks itself whether references and messages are there.
        throw new Violation(story(world, seed, e.toString()), new Violation(6, e.toString()));
      }
      throw new Crash(story(world, seed, e.toString()), e);
    }
  }

  private static String story(World world, long seed, String what) {
    return "seed "
        + seed
        + (world.mutant == Mutant.NONE ? "" : " with mutant " + world.mutant)
        + ": "
        + what
        + "\nreproduce with -Dsimulation.seed="
        + seed
        + "\n"
        + world.plan.settings
        + "\n"
        + world.trace;
  }

  private void run() {
    for (int p = 0; p < world.plan.partitions; p++) {
      world.kafka.assign(p, world.random.nextInt(world.plan.processes));
    }
    apps.joinFirst();
    for (int i = 0; i < world.plan.steps; i++) {
      step();
    }
    new Ending(world).run();
  }

  private void step() {
    world.press();
    int what = world.random.nextInt(100);
    if (what < 14) {
      apps.act();
    } else if (what < 44) {
      process(world.any(world.processes));
    } else if (what < 64) {
      work(world.any(world.workers));
    } else if (what < 84) {
      if (!world.clients.isEmpty()) {
        use(world.any(world.clients));
      }
    } else if (what < 92) {
      world.clock.pass(time());
    } else {
      if (!world.delayed.isEmpty() && world.random.nextBoolean()) {
        world.delayed.remove(world.random.nextInt(world.delayed.size())).run();
      }
      world.kafka.resolve(world.clock.steady, TXN_TIMEOUT_MILLIS);
    }
    if (world.plan.faults > 0 && world.random.nextInt(1000) < world.plan.faults) {
      fault();
    }
  }

  private long time() {
    return switch (world.random.nextInt(8)) {
      case 0 -> 0;
      case 3 -> world.random.nextInt(1, world.plan.days ? 6 * 3_600_000 : 60);
      case 1 -> world.random.nextInt(1, 4_000);
      case 2 -> world.random.nextInt(1, 30_000);
      default -> world.random.nextInt(1, 60);
    };
  }

  private void process(FanOut process) {
    if (!process.alive) {
      return;
    }
    if (world.random.nextInt(3) == 0) {
      process.readPolicies(world.random.nextInt(1, 3));
      process.sweep();
      process.endLostSessions();
    }
    switch (world.random.nextInt(9)) {
      case 8 -> process.goOn(world.random.nextInt(1, world.random.nextBoolean() ? 4 : 80));
      case 0 -> process.sync();
      case 1 -> process.punctuate();
      case 2 -> {
        process.sync();
        process.commit();
      }
      case 3 -> {
        process.read(4);
        process.commit();
      }
      case 4 -> {
        if (world.random.nextInt(4) == 0) {
          process.wakeForNothing(world.any(world.users));
          process.purge();
        }
      }
      default -> {
        process.read(world.random.nextInt(1, 6));
        process.flushSome();
      }
    }
  }

  private void work(Worker worker) {
    if (!worker.alive) {
      if (world.random.nextInt(4) == 0) {
        replace(worker);
      }
      return;
    }
    worker.start();
    worker.tick();
    worker.poll(world.random.nextInt(1, 8));
    if (world.random.nextBoolean()) {
      worker.flushAcks();
    }
  }

  /** A new process for the slot. */
  private void replace(Worker worker) {
    world.workers.set(world.workers.indexOf(worker), new Worker(worker.slot, world));
  }

  private void use(Client client) {
    Session session = client.session();
    if (session == null) {
      if (client.stopped ? world.random.nextInt(10) == 0 : world.random.nextInt(2) == 0) {
        Worker worker = world.any(world.workers);
        if (worker.accepts()) {
          client.connect(worker);
        }
      }
    } else if (world.random.nextInt(25) == 0) {
      client.disconnect(CloseCode.NORMAL);
      client.stopped = false;
    } else if (world.random.nextInt(3) > 0) {
      client.read(session, world.random.nextInt(1, 6));
      if (world.random.nextInt(3) == 0) {
        client.ack();
      }
    }
    if (world.plan.backups && world.random.nextInt(30) == 0) {
      client.backUpOrRestore();
    }
  }

  private void fault() {
    FanOut process = world.any(world.processes);
    Worker worker = world.any(world.workers);
    switch (world.random.nextInt(15)) {
      case 0 -> process.die();
      case 1 -> process.commitAndDie(world.random.nextBoolean());
      case 2 -> {
        if (process.alive) {
          process.abandon();
        }
      }
      case 3, 4, 5 -> rebalance();
      case 6 -> {
        if (!process.alive) {
          process.restart();
        }
      }
      case 7 -> worker.crash();
      case 8 -> worker.cutOff(!worker.isCutOff());
      case 9 -> {
        if (world.random.nextBoolean()) {
          worker.drain();
        } else {
          world.workers.add(new Worker(worker.slot, world)); // while the old one is still there
        }
      }
      case 10 -> {
        if (world.plan.clockGoesBack) {
          world.clock.set(-world.random.nextInt(1, 2_000));
        }
      }
      case 11 -> {
        if (world.plan.clockGoesForward) {
          world.clock.set(world.random.nextInt(1, 4_000_000));
        }
      }
      default -> {
        if (world.plan.rebuilds) {
          new Rebuild(world).run(world.random.nextInt(world.plan.partitions));
        }
      }
    }
  }

  /** A partition gets another owner; the old one may not know. */
  private void rebalance() {
    int p = world.random.nextInt(world.plan.partitions);
    FanOut to = world.any(world.processes);
    if (!to.alive) {
      to.restart();
    }
    int from = world.kafka.owner[p];
    if (from >= 0 && world.processes.get(from).alive && world.random.nextBoolean()) {
      world.processes.get(from).giveUp(p);
    }
    world.trace.add("partition", p, "goes from process", from, "to", to.id);
    world.kafka.assign(p, to.id);
  }
}
