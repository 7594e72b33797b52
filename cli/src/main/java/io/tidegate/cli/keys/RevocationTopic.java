package io.tidegate.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.topics.CompactedTopic;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.Revocations;
import java.util.Comparator;
import java.util.List;

/** The revocations on a Kafka, all of them read. What is over is removed with every write. */
final class RevocationTopic implements TopicCommand.Opened {
  private final Revocations revocations;
  private final CompactedTopic topic;

  private RevocationTopic(Revocations revocations, CompactedTopic topic) {
    this.revocations = revocations;
    this.topic = topic;
  }

  /**
   * @throws StartupException if Kafka does not answer, or has no such topic
   */
  static RevocationTopic open(KafkaAccess kafka, Topics topics)
      throws StartupException, InterruptedException {
    Revocations revocations = new Revocations();
    return new RevocationTopic(
        revocations,
        CompactedTopic.open(
            kafka, topics, topics.revocations(), "revocations", revocations::changed));
  }

  /** Those that are not over, by what they mean. */
  List<Revocation> all(long nowMillis) {
    return revocations.all().stream()
        .filter(each -> !each.isOver(nowMillis))
        .sorted(Comparator.comparing(Revocation::tenant).thenComparing(Revocation::key))
        .toList();
  }

  /** Returns what was written, which means what was there before, too, once it is durable. */
  Revocation put(Revocation revocation, long nowMillis)
      throws StartupException, InterruptedException {
    removeOver(nowMillis);
    Revocation before = revocations.find(revocation.key());
    if (before == null && revocations.size() >= Revocations.MOST) {
      throw new StartupException(
          "there are "
              + Revocations.MOST
              + " revocations, which is the most; revoke users rather than tokens, and undo those"
              + " that are not needed");
    }
    Revocation written = before == null ? revocation : before.joined(revocation);
    topic.write(written.key().getBytes(UTF_8), written.toBytes());
    return written;
  }

  /** Returns once it is durable; false: there was none of that key. */
  boolean undo(String key, long nowMillis) throws StartupException, InterruptedException {
    removeOver(nowMillis);
    if (revocations.find(key) == null) {
      return false;
    }
    topic.write(key.getBytes(UTF_8), null);
    return true;
  }

  private void removeOver(long nowMillis) throws StartupException, InterruptedException {
    for (Revocation over : revocations.forget(nowMillis)) {
      topic.write(over.key().getBytes(UTF_8), null);
    }
  }

  @Override
  public void close() {
    topic.close();
  }
}
