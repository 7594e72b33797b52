package io.tidegate.cli.topics;

import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every topic of an installation as it should be.
 *
 * @param partitions P, 1 to {@link #MAX_PARTITIONS}: fixed for ever, since users hash to it
 * @param slots W, 1 to {@link #MAX_SLOTS}: one per delivery worker; may grow
 */
public record TopicPlan(Topics topics, int partitions, int slots) {
  public static final int DEFAULT_PARTITIONS = 12;

  /**
   * For a broker, all services and one fan-out thread on one machine: each transaction writes a
   * batch and a marker to every partition it touched, which with 12 of them is most of the work.
   */
  public static final int EMBEDDED_PARTITIONS = 4;

  public static final int DEFAULT_SLOTS = 16;
  public static final int MAX_PARTITIONS = 1024;

  /** Each transaction of fan-out writes a marker to every slot it touched. */
  public static final int MAX_SLOTS = 512;

  private static final Duration SHORT_SEGMENT = Duration.ofMinutes(10);
  private static final Duration LIVE_SEGMENT = Duration.ofMinutes(2);
  private static final int SHORT_SEGMENT_BYTES = 64 << 20;
  private static final int COMPACT_SEGMENT_BYTES = 16 << 20;

  public TopicPlan {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "partitions: want 1 to " + MAX_PARTITIONS + ", got " + partitions);
    }
    if (slots < 1 || slots > MAX_SLOTS) {
      throw new IllegalArgumentException("slots: want 1 to " + MAX_SLOTS + ", got " + slots);
    }
  }

  /** The same with as many partitions by user. */
  public TopicPlan withPartitions(int others) {
    return new TopicPlan(topics, others, slots);
  }

  /**
   * One topic of the plan.
   *
   * @param mayGrow a partition is a slot, so that more of them do no harm
   */
  public record Planned(String name, int partitions, boolean mayGrow, Map<String, String> config) {}

  public List<Planned> all() {
    return List.of(
        byUser(topics.messages(), deleted(Duration.ofDays(7))),
        byUser(topics.sessions(), stamped(deleted(Duration.ofDays(1)))),
        byUser(topics.acks(), stamped(shortLived(Duration.ofHours(1), SHORT_SEGMENT))),
        byUser(topics.members(), compacted()),
        byUser(topics.users(), compacted()),
        bySlot(topics.inbox(), stamped(shortLived(Duration.ofHours(1), SHORT_SEGMENT))),
        bySlot(topics.live(), stamped(shortLived(Duration.ofMinutes(10), LIVE_SEGMENT))),
        single(topics.workers(), compacted()),
        single(topics.policies(), compacted()),
        single(topics.keys(), compacted()),
        single(topics.revocations(), compacted()),
        single(topics.endpoints(), compacted()),
        byUser(topics.outcomes(), stamped(deleted(Duration.ofDays(7)))),
        byUser(topics.presence(), stamped(deleted(Duration.ofDays(7)))),
        byUser(topics.deadLetters(), stamped(deleted(Duration.ofDays(30)))));
  }

  private Planned byUser(String name, Map<String, String> config) {
    return new Planned(name, partitions, false, config);
  }

  private Planned bySlot(String name, Map<String, String> config) {
    return new Planned(name, slots, true, config);
  }

  private static Planned single(String name, Map<String, String> config) {
    return new Planned(name, 1, false, config);
  }

  private static Map<String, String> deleted(Duration retention) {
    Map<String, String> config = new TreeMap<>();
    config.put("cleanup.policy", "delete");
    config.put("retention.ms", Long.toString(retention.toMillis()));
    return config;
  }

  /** Retention deletes whole segments, so that theirs must be shorter than it. */
  private static Map<String, String> shortLived(Duration retention, Duration segment) {
    Map<String, String> config = deleted(retention);
    config.put("segment.ms", Long.toString(segment.toMillis()));
    config.put("segment.bytes", Integer.toString(SHORT_SEGMENT_BYTES));
    return config;
  }

  private static Map<String, String> compacted() {
    Map<String, String> config = new TreeMap<>();
    config.put("cleanup.policy", "compact");
    config.put("segment.ms", Long.toString(Duration.ofHours(1).toMillis()));
    config.put("segment.bytes", Integer.toString(COMPACT_SEGMENT_BYTES));
    config.put("min.cleanable.dirty.ratio", "0.1");
    return config;
  }

  /**
   * By the broker's clock, because what fan-out writes may carry the time of an old message, and
   * would be deleted at once.
   */
  private static Map<String, String> stamped(Map<String, String> config) {
    config.put("message.timestamp.type", "LogAppendTime");
    return config;
  }
}
