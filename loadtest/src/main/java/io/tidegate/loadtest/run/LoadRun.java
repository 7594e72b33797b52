package io.tidegate.loadtest.run;

import io.tidegate.contract.Topics;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.devices.Devices;
import io.tidegate.loadtest.devices.Fleet;
import io.tidegate.loadtest.devices.FleetCounts;
import io.tidegate.loadtest.devices.FleetSettings;
import io.tidegate.loadtest.ledger.Audit;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.ledger.LimitCheck;
import io.tidegate.loadtest.ledger.Succession;
import io.tidegate.loadtest.net.Sockets;
import io.tidegate.loadtest.offer.Door;
import io.tidegate.loadtest.offer.DoorRules;
import io.tidegate.loadtest.offer.KafkaDoor;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.offer.Outgoing;
import io.tidegate.loadtest.offer.Requests;
import io.tidegate.loadtest.offer.RestDoor;
import io.tidegate.loadtest.profile.Happening;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.report.Acceptance;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Watched;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Backlog;
import io.tidegate.loadtest.schedule.Share;
import io.tidegate.loadtest.topics.TopicReader;
import io.tidegate.loadtest.watch.Place;
import io.tidegate.loadtest.watch.Watch;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run: devices connect, the load is offered at its own pace, what is under way is awaited, and
 * every message is accounted for.
 */
public final class LoadRun {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** For all to have a session, beside the time that connecting them is to take. */
  static final Duration WELCOME = Duration.ofSeconds(60);

  private static final long LOOK_MILLIS = 20;

  /** Reasons why connections to ingest failed, each when it is another than the one before. */
  private static final int FAILURES_TOLD = 5;

  private final Profile profile;
  private final Target target;
  private final RunOptions options;
  private final Progress progress;
  private final Part part;
  private final Share share;

  private final Arrivals arrivals;
  private final Audience audience;
  private final Faults faults = new Faults();
  private final Ledger ledger;
  private final Measures measures = new Measures();

  /** What is booked of it, once it is known what holds for pushes. */
  private record Books(
      Policy rules, Judgement judgement, @Nullable Audit audit, Accounts accounts) {}

  public LoadRun(Profile profile, Target target, RunOptions options, Progress progress) {
    this(profile, target, options, progress, Part.whole(profile.receivers()));
  }

  /**
   * @param part what is done of it; who starts all generators prepares the run
   */
  public LoadRun(Profile profile, Target target, RunOptions options, Progress progress, Part part) {
    this.profile = profile;
    this.target = target;
    this.options = options;
    this.progress = progress;
    this.part = part;
    this.share = part.share();
    this.arrivals = new Arrivals(profile.phases());
    this.audience = new Audience(profile.receivers(), options.seed());
    Succession succession =
        Succession.of(profile.sending(), profile.receivers().kind(), arrivals.messages(), audience);
    this.ledger = new Ledger(part.ids(), arrivals.messages(), audience, share, succession, faults);
  }

  /**
   * @param policy of all users
   */
  private Books books(Policy policy) {
    Policy rules = profile.sending().concernedBy(policy);
    Judgement judgement = Judgement.of(profile, rules);
    Audit audit = options.audit() ? audit(rules, judgement) : null;
    // By when pushes came, where nobody says when they were released.
    LimitCheck limits =
        new LimitCheck(
            audit == null ? rules : Policy.NONE,
            profile.sending(),
            audience.devices(),
            profile.receivers().devices(),
            options.slack(),
            faults);
    Accounts accounts =
        new Accounts(
            arrivals,
            audience,
            part,
            ledger,
            limits,
            faults,
            audit,
            measures,
            profile.warmUp(),
            judgement,
            acceptance());
    return new Books(rules, judgement, audit, accounts);
  }

  private String acceptance() {
    return switch (profile.sending().through()) {
      case REST -> Acceptance.REQUEST;
      case BATCH -> Acceptance.LINE;
      case KAFKA -> Acceptance.RECORD;
    };
  }

  private boolean isKafka() {
    return profile.sending().through() == Sending.Through.KAFKA;
  }

  private Audit audit(Policy policy, Judgement judgement) {
    Audit.Rules rules =
        new Audit.Rules(
            policy, profile.sending(), judgement.lossCounts(), options.slack().toMillis());
    return new Audit(
        part.ids(),
        arrivals.messages(),
        audience,
        share,
        ledger,
        rules,
        arrivals.dueFrom(profile.warmUp()),
        faults);
  }

  /**
   * Runs it to its end.
   *
   * @throws LoadTestException if it cannot begin; what was changed for it is as it was then
   */
  public Report run() throws LoadTestException, InterruptedException {
    if (!share.isWhole()) {
      return withDevices(part.others().rules(), () -> {});
    }
    return Preparation.around(target, options, profile, progress, this::withDevices);
  }

  private Report withDevices(Policy policy, Preparation.Ready ready)
      throws LoadTestException, InterruptedException {
    Books books = books(policy);
    try (Fleet fleet = new Fleet(fleetSettings(), books.accounts())) {
      connect(fleet);
      ready.await();
      try (Sockets sockets = new Sockets("load-offer", 1);
          Door door = door(sockets, books.accounts());
          Watch watch = watch();
          TopicReader topics = books.audit() == null ? null : topics()) {
        door.open();
        return withLoad(books, fleet, door, watch, topics);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new LoadTestException(String.valueOf(e.getMessage()), e);
    }
  }

  private FleetSettings fleetSettings() throws LoadTestException, InterruptedException {
    int each = profile.receivers().devices();
    Names names = options.names();
    FleetSettings.Crowd crowd =
        new FleetSettings.Crowd(
            share.first(),
            share.devices(),
            device -> names.user(device / each),
            device -> Names.device(device % each));
    return new FleetSettings(
        new FleetSettings.Target(target.delivery(), target.tls()),
        crowd,
        new FleetSettings.Speech(
            profile.connecting().sse(),
            FleetSettings.StreamAcks.REQUEST,
            profile.connecting().window(),
            tokens(crowd)),
        new FleetSettings.Dialing(
            perSecond(),
            FleetSettings.Dialing.DEFAULT.atOnce(),
            FleetSettings.Dialing.DEFAULT.timeout(),
            FleetSettings.Dialing.DEFAULT.welcome(),
            options.from(),
            FleetSettings.Dialing.DEFAULT.ackConnections()),
        options.deviceThreads());
  }

  private FleetSettings.@Nullable TokenSource tokens(FleetSettings.Crowd crowd)
      throws LoadTestException, InterruptedException {
    if (!options.asksTokens()) {
      return options.tokens();
    }
    progress.note("asking ingest for %,d tokens".formatted(crowd.count()));
    return AskedTokens.of(target, crowd);
  }

  /** How many devices connect here in a second. */
  private double perSecond() {
    return profile.connecting().perSecond() / share.of();
  }

  private void connect(Fleet fleet) throws LoadTestException, InterruptedException {
    int devices = share.devices();
    long begin = System.nanoTime();
    progress.note("connecting %,d devices to %s".formatted(devices, target.delivery()));
    Duration most = WELCOME.plus(profile.connectingTime());
    try {
      fleet.open().get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw notConnected(fleet, most, e);
    }
    if (fleet.counts().welcomedEver() < devices) {
      throw notConnected(fleet, most, null);
    }
    progress.note(
        "%,d devices connected in %.1f s".formatted(devices, (System.nanoTime() - begin) / 1e9));
  }

  private LoadTestException notConnected(Fleet fleet, Duration waited, @Nullable Exception cause) {
    int devices = share.devices();
    String message =
        "%,d of %,d devices have no session, after up to %d s; disconnects so far, by code: %s"
            .formatted(
                devices - fleet.counts().welcomedEver(),
                devices,
                waited.toSeconds(),
                measures.disconnects.counts());
    return cause == null ? new LoadTestException(message) : new LoadTestException(message, cause);
  }

  private Door door(Sockets sockets, Accounts accounts) {
    Sending sending = profile.sending();
    Backlog backlog = new Backlog(arrivals, this::isOwn);
    Outgoing outgoing =
        new Outgoing(part.ids(), options.names(), audience, profile.receivers().kind(), sending);
    if (isKafka()) {
      return new KafkaDoor(
          target.kafka(),
          new Topics(target.topicPrefix()).messages(),
          target.tenant(),
          outgoing,
          backlog,
          accounts);
    }
    URI uri = target.ingest("/v1/messages");
    boolean lines = sending.through() == Sending.Through.BATCH;
    return new RestDoor(
        sockets,
        uri,
        target.tls(),
        new Requests(uri, target.bearer(), lines, outgoing),
        DoorRules.of(connections(), sending.batch(), sending.linger(), sending.again()),
        backlog,
        accounts);
  }

  /** Whether a message is handed in here. */
  private boolean isOwn(long message) {
    return share.handsIn(audience, message);
  }

  private int connections() {
    return Math.max(1, options.connections() / share.of());
  }

  private Watch watch() {
    Watch watch = new Watch(target.tls());
    if (share.index() > 0) {
      // What is measured is looked at by one of them.
      return watch;
    }
    watch.service("ingest", target.ingest("/metrics"));
    watch.service("delivery", Target.at(target.delivery(), "/metrics"));
    if (target.fanout() != null) {
      watch.service("fanout", Target.at(target.fanout(), "/metrics"));
    }
    watch.machine();
    options.watched().forEach((name, place) -> watched(watch, name, place));
    return watch;
  }

  private static void watched(Watch watch, String name, Place place) {
    switch (place) {
      case Place.Pid process -> watch.local(name, process.pid());
      case Place.Service service -> watch.service(name, Target.at(service.url(), "/metrics"));
    }
  }

  private TopicReader topics() throws IOException {
    return new TopicReader(
        target.kafka(), new Topics(target.topicPrefix()), target.tenant(), options.names());
  }

  private Report withLoad(
      Books books, Fleet fleet, Door door, Watch watch, @Nullable TopicReader topics)
      throws LoadTestException, InterruptedException {
    Accounts accounts = books.accounts();
    Audit audit = books.audit();
    part.others().hear(accounts::acceptedElsewhere);
    Instant wall = part.others().begin();
    progress.note(
        "offering %,d messages over %.0f s"
            .formatted(arrivals.messages(), profile.length().toNanos() / 1e9));
    long reconnectsBefore = measures.welcomes.total();
    long start = System.nanoTime() + Duration.between(Instant.now(), wall).toNanos();
    accounts.start(start);
    watch.start(start);
    door.start(start);
    Script script = new Script(profile.happenings());
    Seconds seconds =
        new Seconds(arrivals, this::isOwn, measures, () -> fleet.counts().connected());
    String failure = "";
    int failures = 0;
    Drain drain = new Drain(Drain.quietNanos(profile.drain(), books.rules()));
    Effort effort = new Effort();
    while (true) {
      long now = System.nanoTime() - start;
      while (script.nextNanos() <= now) {
        play(script.take(), fleet);
      }
      if (now >= (seconds.count() + 1) * SECOND) {
        seconds.take();
        progress.second(seconds.last());
      }
      if (failures < FAILURES_TOLD && !door.lastFailure().equals(failure)) {
        failure = door.lastFailure();
        failures++;
        progress.note("a connection to ingest failed: " + failure);
      }
      boolean offered = part.others().isOver(door.isDone() && script.isEmpty());
      if (door.isDone()) {
        accounts.offered();
      } else {
        effort.look(now);
      }
      FleetCounts counts = fleet.counts();
      boolean back = counts.connected() + counts.over() >= share.devices();
      boolean all = offered && measures.acked.total() >= ledger.shownCount() && ledger.isComplete();
      if (drain.isOver(offered, back, all, ledger.shownCount(), now)) {
        break;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    seconds.take();
    ended(fleet);
    List<Watched> processes = watch.end();
    if (audit != null && topics != null) {
      progress.note("reading what fan-out wrote");
      try {
        topics.read(audit, wall.toEpochMilli());
        audit.settle();
      } catch (IOException e) {
        // What was found by then is not lost for that.
        faults.add(Fault.NO_AUDIT, () -> String.valueOf(e.getMessage()));
      }
    }
    return new Findings(
            profile,
            books.judgement(),
            target,
            options,
            arrivals,
            audience,
            share,
            ledger,
            faults,
            audit,
            measures,
            effort,
            new Findings.DoorUse(
                isKafka() ? 0 : connections(), door.mostInUse(), door.lastFailure()))
        .report(
            wall,
            seconds,
            fleet.counts().welcomedEver(),
            measures.welcomes.total() - reconnectsBefore,
            processes);
  }

  private void ended(Fleet fleet) {
    int over = fleet.counts().over();
    for (int device = 0; device < over; device++) {
      faults.add(Fault.CLOSED_FOR_GOOD, () -> "by code " + measures.disconnects.counts());
    }
    Throwable fault = fleet.fault();
    if (fault != null) {
      faults.add(Fault.GENERATOR, fault::toString);
    }
  }

  private void play(Script.Step step, Fleet fleet) {
    Happening happening = step.happening();
    int each = profile.receivers().devices();
    Devices chosen = device -> happening.includes(device / each);
    progress.note((step.undo() ? "end of " : "") + happening.text());
    switch (happening.kind()) {
      case CUT -> fleet.cut(chosen, false);
      case STOP_READING -> {
        if (step.undo()) {
          fleet.readAgain(chosen);
        } else {
          fleet.stopReading(chosen);
        }
      }
      case LEAVE -> {
        if (step.undo()) {
          fleet.comeBack(chosen, perSecond());
        } else {
          fleet.leave(chosen);
        }
      }
    }
  }
}
