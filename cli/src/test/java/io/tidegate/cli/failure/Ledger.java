package io.tidegate.cli.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What ingest was asked to take, by message id (of one to several users: by its id and the user),
 * and what it answered. Each attempt to send a message has one answer. Safe for use by many
 * threads.
 */
final class Ledger {
  /** How a message was sent. */
  enum Way {
    SINGLE,
    /** One message to several users, each of whom has a tally. */
    USERS,
    BATCH,
    STREAM
  }

  /** What came of one attempt. */
  enum Answer {
    /** 202, or what stands for it in a batch or a stream. */
    ACCEPTED,
    /** 503 after Kafka had not acknowledged it in time. */
    GIVEN_UP,
    /** 503 at once: no room, or Kafka's trouble was known already. */
    TURNED_AWAY,
    /** Sent on a stream that the server closed; PROTOCOL.md lets such a message be either. */
    UNANSWERED,
    /** Anything else, which nothing allows. */
    WRONG
  }

  private static final int KEPT = 20;
  private static final long HIGHEST_MICROS = Duration.ofMinutes(5).toNanos() / 1_000;

  /** Of one message id. */
  private static final class Tally {
    private int attempts;
    private int accepted;
    private int turnedAway;
  }

  // All guarded by this.
  private final Map<String, Tally> tallies = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private Map<Answer, Long> counts = noCounts();
  private Histogram latencies = new Histogram(HIGHEST_MICROS, 3);
  private long slowestMicros;
  private long slowestAcceptedMicros;
  private long phaseNanos = System.nanoTime();
  private long markNanos = Long.MAX_VALUE;
  private final Map<Way, Long> acceptedSinceMark = new EnumMap<>(Way.class);
  private long firstSinceMark = -1;

  /** Before the message is sent. */
  synchronized void attempt(String id) {
    tallies.computeIfAbsent(id, _ -> new Tally()).attempts++;
  }

  /**
   * After its answer has come.
   *
   * @param begunNanos when it was sent
   */
  synchronized void answered(String id, Way way, Answer answer, long begunNanos) {
    long now = System.nanoTime();
    counts.merge(answer, 1L, Long::sum);
    Tally tally = tallies.get(id);
    if (tally == null) {
      wrong(id + " has an answer, but was never sent");
      return;
    }
    if (answer != Answer.UNANSWERED) {
      long micros = Math.min(HIGHEST_MICROS, (now - begunNanos) / 1_000);
      latencies.recordValue(micros);
      slowestMicros = Math.max(slowestMicros, micros);
    }
    switch (answer) {
      case ACCEPTED -> {
        tally.accepted++;
        slowestAcceptedMicros = Math.max(slowestAcceptedMicros, (now - begunNanos) / 1_000);
        if (begunNanos >= markNanos) {
          acceptedSinceMark.merge(way, 1L, Long::sum);
          firstSinceMark = firstSinceMark < 0 ? now : firstSinceMark;
        }
      }
      case GIVEN_UP -> {
        if (way == Way.SINGLE && refused.size() < KEPT) {
          refused.add(id);
        }
      }
      case TURNED_AWAY -> tally.turnedAway++;
      case UNANSWERED, WRONG -> {}
    }
  }

  /** Something that must not be. */
  synchronized void wrong(String what) {
    if (wrong.size() < KEPT) {
      wrong.add(what);
    }
  }

  /** The first that were. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Counts and latencies begin anew; the ids stay. */
  synchronized void beginPhase() {
    counts = noCounts();
    latencies = new Histogram(HIGHEST_MICROS, 3);
    slowestAcceptedMicros = 0;
    phaseNanos = System.nanoTime();
  }

  /** From now on, accepted means: what was sent from now on. */
  synchronized void mark() {
    markNanos = System.nanoTime();
    firstSinceMark = -1;
    acceptedSinceMark.clear();
  }

  synchronized long acceptedSinceMark(Way way) {
    return acceptedSinceMark.getOrDefault(way, 0L);
  }

  /** How long after the mark a message that was sent after it was accepted; -1: none yet. */
  synchronized double secondsToFirstAccepted() {
    return firstSinceMark < 0 ? -1 : (firstSinceMark - markNanos) / 1e9;
  }

  synchronized long count(Answer answer) {
    return counts.getOrDefault(answer, 0L);
  }

  /** Of all phases. */
  synchronized Duration slowest() {
    return Duration.ofNanos(slowestMicros * 1_000);
  }

  /** Of those accepted in this phase, whenever they were sent. */
  synchronized Duration slowestAccepted() {
    return Duration.ofNanos(slowestAcceptedMicros * 1_000);
  }

  /** Some single messages that were given up, no longer kept here. */
  synchronized List<String> takeRefused() {
    List<String> taken = List.copyOf(refused);
    refused.clear();
    return taken;
  }

  /**
   * What contradicts: a message that was accepted must be in the topic as often as it was accepted
   * at least, and none more often than it was sent, but for the attempts that were turned away. For
   * one that was sent once and accepted that is exactly once.
   *
   * @param inTopic how often each id is there
   */
  synchronized List<String> contradictions(Map<String, Integer> inTopic) {
    List<String> found = new ArrayList<>();
    tallies.forEach(
        (id, tally) -> {
          int times = inTopic.getOrDefault(id, 0);
          if (times < tally.accepted || times > tally.attempts - tally.turnedAway) {
            found.add(
                "%s: sent %d times, accepted %d times, turned away %d times, in the topic %d times"
                    .formatted(id, tally.attempts, tally.accepted, tally.turnedAway, times));
          }
        });
    inTopic.keySet().stream()
        .filter(id -> !tallies.containsKey(id))
        .forEach(id -> found.add(id + ": in the topic, but never sent"));
    return found.subList(0, Math.min(KEPT, found.size()));
  }

  synchronized int accepted() {
    return tallies.values().stream().mapToInt(tally -> tally.accepted).sum();
  }

  /** Attempts that are in the topic although they were not accepted. */
  synchronized long unacknowledged(Map<String, Integer> inTopic) {
    return tallies.entrySet().stream()
        .mapToLong(each -> inTopic.getOrDefault(each.getKey(), 0) - each.getValue().accepted)
        .sum();
  }

  /** One line of a phase's record. */
  synchronized String line(String phase) {
    double seconds = (System.nanoTime() - phaseNanos) / 1e9;
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return "%-18s %6.1f %8.0f %8d %8d %8d %8d %6d %8.1f %8.0f %8.0f"
        .formatted(
            phase,
            seconds,
            all / seconds,
            count(Answer.ACCEPTED),
            count(Answer.GIVEN_UP),
            count(Answer.TURNED_AWAY),
            count(Answer.UNANSWERED),
            count(Answer.WRONG),
            latencies.getValueAtPercentile(50) / 1e3,
            latencies.getValueAtPercentile(99) / 1e3,
            latencies.getMaxValue() / 1e3);
  }

  static String head() {
    return "%-18s %6s %8s %8s %8s %8s %8s %6s %8s %8s %8s"
        .formatted(
            "phase",
            "s",
            "answers/s",
            "202",
            "given up",
            "at once",
            "unansw.",
            "wrong",
            "p50 ms",
            "p99 ms",
            "max ms");
  }

  private static Map<Answer, Long> noCounts() {
    return new EnumMap<>(Answer.class);
  }
}
