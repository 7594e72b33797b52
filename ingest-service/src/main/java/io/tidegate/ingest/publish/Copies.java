package io.tidegate.ingest.publish;

/**
 * On how many brokers what lies on a topic is to lie.
 *
 * @param replicas of each partition, 1 or more
 * @param minInsync how many of them, at the least, have what Kafka has acknowledged with acks=all:
 *     the topic's {@code min.insync.replicas}
 */
public record Copies(int replicas, int minInsync) {
  private static final int SAFE = 2;

  /** How many brokers have a record, at the least, once it is acknowledged. */
  public int ofAcknowledged() {
    return Math.min(replicas, minInsync);
  }

  /**
   * Whether a record may be lost with one broker although there are to be more of it: while the
   * other replicas are behind, the leader alone acknowledges.
   */
  public boolean mayBeTheLeadersAlone() {
    return replicas > 1 && minInsync < SAFE;
  }
}
