package io.tidegate.fanout.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Outcome;
import io.tidegate.fanout.record.DeadLetterCause;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.PresenceChange;
import io.tidegate.fanout.sequencer.UserEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What fan-out counts, per process. The law of conservation, in messages:
 *
 * <pre>
 * messages - group.messages - group.copies + group.reached
 *     = duplicates + rerouted + outcomes (all kinds) + what entered mailboxes and is there yet
 *       + dead letters whose message id is not known
 * </pre>
 *
 * It is exact over a run without a fault of Kafka's; a transaction that aborts is counted again
 * when its records are.
 */
public final class FanoutMetrics {
  private static final Duration[] LAG_BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final Counter messages;
  private final Counter duplicates;
  private final Counter rerouted;
  private final Counter sessionsUp;
  private final Counter sessionsDown;
  private final Counter sessionsUnknown;
  private final Counter slotsTaken;
  private final Counter joins;
  private final Counter leaves;
  private final AtomicInteger connected = new AtomicInteger();
  private final Counter acks;
  private final Counter settings;
  private final Counter originals;
  private final Counter copies;
  private final Counter repeatedCopies;
  private final Counter reached;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Counter joined;
  private final Counter left;
  private final Counter pushed;
  private final Counter live;
  private final Counter liveLost;
  private final Counter resets;
  private final Counter beyondSlots;
  private final Counter purged;
  private final Counter slowed;
  private final Map<Effect.Mode, Counter> attached = new EnumMap<>(Effect.Mode.class);
  private final Map<DeadLetterCause, Counter> deadLetters = new EnumMap<>(DeadLetterCause.class);
  private final Map<CloseCode, Counter> kicked = new ConcurrentHashMap<>();
  private final Map<Ending, Counter> outcomes = new ConcurrentHashMap<>();
  private final Timer dueLag;

  private record Ending(Outcome.Kind kind, Outcome.Reason reason) {}

  public FanoutMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.messages = counter("messages", "Records read from the messages topic");
    this.duplicates = counter("duplicates", "Messages whose id came before");
    this.rerouted = counter("rerouted", "Messages moved to the partition of their key");
    this.sessionsUp = sessions("up");
    this.sessionsDown = sessions("down");
    this.sessionsUnknown = sessions("unknown");
    this.slotsTaken =
        counter(
            "presence.looked.at", "Connected users that were looked at: worker gone, or enabled");
    this.joins = presence("join");
    this.leaves = presence("leave");
    Gauge.builder(name("users.connected"), connected, AtomicInteger::get)
        .description("Users of this instance's partitions of whom a device is connected")
        .register(registry);
    this.acks = counter("acks", "Cumulative acks of sessions");
    this.settings = counter("settings", "Changes of what is set for a user");
    this.originals = counter("group.messages", "Messages for a group or everyone");
    this.copies = counter("group.copies", "Copies of such messages read, one per partition");
    this.repeatedCopies = counter("group.repeated", "Copies whose id came before");
    this.reached = counter("group.reached", "Users that a message for many has come to");
    Gauge.builder(name("group.under.way"), underWay, AtomicInteger::get)
        .description("Copies that have not come to all of their users yet")
        .register(registry);
    this.joined = members("joined");
    this.left = members("left");
    this.pushed = counter("pushed", "Messages sent to sessions, per session");
    this.live = counter("live", "Messages of ttl 0 sent to sessions, per session");
    this.liveLost = counter("live.lost", "Messages of ttl 0 that Kafka did not take in time");
    this.resets = counter("resets", "Sessions told in their middle that messages were removed");
    this.beyondSlots = counter("beyond.slots", "Records for a slot that the inbox topic lacks");
    this.purged = counter("dedupe.purged", "Message ids forgotten");
    this.slowed =
        counter("releases.slowed", "Events after which messages waited because the system is busy");
    for (Effect.Mode mode : Effect.Mode.values()) {
      attached.put(
          mode,
          Counter.builder(name("attached"))
              .description("Sessions answered")
              .tag("mode", mode.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (DeadLetterCause cause : DeadLetterCause.values()) {
      deadLetters.put(
          cause,
          Counter.builder(name("dead.letters"))
              .description("Records that could not be handled")
              .tag("cause", cause.label())
              .register(registry));
    }
    this.dueLag =
        Timer.builder(name("due.lag"))
            .description("How late users were woken; its count is the wake-ups")
            .serviceLevelObjectives(LAG_BOUNDS)
            .register(registry);
  }

  public void message() {
    messages.increment();
  }

  public void rerouted() {
    rerouted.increment();
  }

  /** A message for many was read, and written to every partition. */
  public void multiplied() {
    originals.increment();
  }

  /** One of those was read. */
  public void copied(boolean again) {
    copies.increment();
    if (again) {
      repeatedCopies.increment();
    }
  }

  /** So many more copies are under way; negative: fewer. */
  public void underWay(int more) {
    underWay.addAndGet(more);
  }

  public void member(boolean in) {
    (in ? joined : left).increment();
  }

  public void deadLetter(DeadLetterCause cause) {
    count(deadLetters.get(cause));
  }

  public void beyondSlots() {
    beyondSlots.increment();
  }

  public void liveLost() {
    liveLost.increment();
  }

  public void slowed() {
    slowed.increment();
  }

  public void purged(int ids) {
    purged.increment(ids);
  }

  public void due(long lagMillis) {
    dueLag.record(Duration.ofMillis(Math.max(0, lagMillis)));
  }

  /** Counts an event that was handled. */
  public void handled(UserEvent event) {
    switch (event) {
      case UserEvent.SessionUp _ -> sessionsUp.increment();
      case UserEvent.SessionDown _ -> sessionsDown.increment();
      case UserEvent.SessionUnknown _ -> sessionsUnknown.increment();
      case UserEvent.Acked _ -> acks.increment();
      case UserEvent.SettingsChanged _ -> settings.increment();
      case UserEvent.SlotsTaken _ -> slotsTaken.increment();
      case UserEvent.Arrived _, UserEvent.GroupArrived _, UserEvent.Due _ -> {}
    }
  }

  /** Counts an effect that was performed. */
  public void performed(Effect effect) {
    switch (effect) {
      case Effect.Attach attach -> count(attached.get(attach.mode()));
      case Effect.Deliver deliver -> pushed.increment(deliver.messages().size());
      case Effect.DeliverLive _ -> live.increment();
      case Effect.Kick kick -> kicked.computeIfAbsent(kick.code(), this::kicked).increment();
      case Effect.Reset _ -> resets.increment();
      case Effect.Duplicate _ -> duplicates.increment();
      case Effect.Reached _ -> reached.increment();
      case Effect.Ended ended -> ended(ended.outcome());
      case Effect.Announced(PresenceChange change) ->
          (change.joined() ? joins : leaves).increment();
      case Effect.Online _ -> {} // the task counts its users
    }
  }

  /** So many more users are connected; negative: fewer. */
  public void connected(int more) {
    connected.addAndGet(more);
  }

  public void ended(Outcome outcome) {
    outcomes
        .computeIfAbsent(new Ending(outcome.kind(), outcome.reason()), this::outcomes)
        .increment();
  }

  private Counter outcomes(Ending ending) {
    return Counter.builder(name("outcomes"))
        .description("Messages that came to their end")
        .tag("kind", ending.kind().label())
        .tag("reason", ending.reason().label())
        .register(registry);
  }

  private Counter kicked(CloseCode code) {
    return Counter.builder(name("kicked"))
        .description("Sessions told to close")
        .tag("code", code.label())
        .register(registry);
  }

  private Counter members(String change) {
    return Counter.builder(name("members"))
        .description("Who came into a group or left it")
        .tag("change", change)
        .register(registry);
  }

  private Counter presence(String change) {
    return Counter.builder(name("presence"))
        .description("Joins and leaves of users that were told")
        .tag("change", change)
        .register(registry);
  }

  private Counter sessions(String event) {
    return Counter.builder(name("sessions"))
        .description("What workers said of sessions")
        .tag("event", event)
        .register(registry);
  }

  private Counter counter(String things, String description) {
    return Counter.builder(name(things)).description(description).register(registry);
  }

  private static void count(@org.jspecify.annotations.Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }

  private static String name(String things) {
    return "tidegate.fanout." + things;
  }
}
