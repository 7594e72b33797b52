package io.tidegate.ingest.policies;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.ingest.publish.NotWrittenException;
import io.tidegate.ingest.publish.SettingsWriter;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.publish.Window;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes policies and users' settings: checks what is asked for against what is known, writes it
 * to Kafka, and waits until it is known here, so that whoever asks next sees it. Safe for use by
 * many threads; changes of one tenant's policies come one after the other, and wait for nobody
 * else's.
 *
 * <p>What is known is what this instance has read. Two instances that are asked for changes of one
 * policy in the same few milliseconds both find their precondition true, and the later record wins;
 * likewise a tenant can come to have a few more policies than may be.
 */
public final class PolicyStore {
  /** Of one tenant. Everyone who applies policies has them all in memory. */
  public static final int MAX_POLICIES = 1000;

  /** How long a change is waited for to come back from Kafka. */
  private static final Duration READ_BACK = Duration.ofSeconds(2);

  private final Policies known;
  private final TableFeed feed;
  private final SettingsWriter writer;
  private final Duration patience;
  private final Turns turns = new Turns();

  /**
   * @param patience how long a change waits for those of its tenant before it
   */
  public PolicyStore(Policies known, TableFeed feed, SettingsWriter writer, Duration patience) {
    this.known = known;
    this.feed = feed;
    this.writer = writer;
    this.patience = patience;
  }

  /** Whether all policies are known that there were at start. Until then nothing is answered. */
  public boolean caughtUp() {
    return feed.caughtUp();
  }

  /** How many are known, of all tenants. */
  public int size() {
    return known.size();
  }

  /** How many records of the topic could not be read. */
  public long skipped() {
    return feed.skipped();
  }

  public @Nullable StoredPolicy find(String tenant, String name) {
    return known.find(tenant, name);
  }

  /** Sorted by name. */
  public List<StoredPolicy> of(String tenant) {
    return known.of(tenant);
  }

  /**
   * @param window of the request
   */
  public Change put(
      String tenant, String name, Policy policy, Precondition precondition, Window window) {
    return change(
        tenant,
        name,
        precondition,
        before ->
            before == null && known.of(tenant).size() >= MAX_POLICIES ? new Change.Full() : null,
        policy,
        window);
  }

  /**
   * @param window of the request
   */
  public Change delete(String tenant, String name, Precondition precondition, Window window) {
    return change(
        tenant,
        name,
        precondition,
        before -> before == null ? new Change.Absent() : null,
        null,
        window);
  }

  /** What keeps a change from being made. */
  private interface Obstacle {
    @Nullable Change to(@Nullable StoredPolicy before);
  }

  private Change change(
      String tenant,
      String name,
      Precondition precondition,
      Obstacle obstacle,
      @Nullable Policy policy,
      Window window) {
    if (!caughtUp()) {
      return notRead();
    }
    try {
      if (!turns.enter(tenant, patience)) {
        return new Change.NotNow("changes before this one take too long");
      }
    } catch (InterruptedException e) {
      return new Change.NotNow("stopping");
    }
    try {
      StoredPolicy before = known.find(tenant, name);
      if (!precondition.holds(before)) {
        return new Change.Mismatch(before);
      }
      Change inTheWay = obstacle.to(before);
      if (inTheWay != null) {
        return inTheWay;
      }
      long version = writer.policy(tenant, name, policy, window);
      return new Change.Durable(version, before == null, readBack(version));
    } catch (NotWrittenException e) {
      return new Change.Unknown(e.reason());
    } finally {
      turns.leave(tenant);
    }
  }

  private boolean readBack(long version) {
    try {
      return feed.awaitTold(version, READ_BACK);
    } catch (InterruptedException e) {
      // The service is stopping. The flag stays down: with it up, the answer could not be written.
      return false;
    }
  }

  private static Change notRead() {
    return new Change.NotNow("the policies are not read from Kafka yet");
  }

  /**
   * @param settings null: none any more
   * @param window of the request
   */
  public Change set(UserKey user, @Nullable UserSettings settings, Window window) {
    if (settings != null) {
      Change inTheWay = fault(user.tenant(), settings);
      if (inTheWay != null) {
        return inTheWay;
      }
    }
    try {
      return new Change.Durable(writer.user(user, settings, window), false, true);
    } catch (NotWrittenException e) {
      return new Change.Unknown(e.reason());
    }
  }

  private @Nullable Change fault(String tenant, UserSettings settings) {
    if (!caughtUp()) {
      return notRead();
    }
    String name = settings.policy();
    StoredPolicy named = known.find(tenant, name == null ? Policy.DEFAULT_NAME : name);
    if (named == null && name != null) {
      return new Change.NoSuchPolicy(name);
    }
    try {
      settings.effective(named == null ? Policy.NONE : named.policy());
      return null;
    } catch (InvalidPolicyException e) {
      return new Change.Misfit(e);
    }
  }
}
