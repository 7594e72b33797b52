package io.tidegate.ingest.endpoints;

import com.google.protobuf.ByteString;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookKey;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.ingest.policies.Turns;
import io.tidegate.ingest.publish.NotWrittenException;
import io.tidegate.ingest.publish.SettingsWriter;
import io.tidegate.ingest.publish.Window;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes endpoints: checks what is asked for against what is known, writes it to Kafka, and waits
 * until it is known here. Safe for use by many threads; changes of one tenant come one after the
 * other. As with policies, two instances that are asked in the same few milliseconds may both find
 * room, and the later record wins.
 */
public final class EndpointStore {
  /** Of one user or group. Each is a device, of which fan-out keeps 32 a user. */
  public static final int MOST_OF_OWNER = 10;

  /** Of one tenant. */
  public static final int MOST_OF_TENANT = 10_000;

  /** How long the secret before signs beside a new one. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  /** How long a change is waited for to come back from Kafka. */
  private static final Duration READ_BACK = Duration.ofSeconds(2);

  private final EndpointTable table;
  private final WebhookRules rules;
  private final WebhookKey key;
  private final SettingsWriter writer;
  private final Duration patience;
  private final InstantSource clock;
  private final Turns turns = new Turns();
  private final SecureRandom random = new SecureRandom();

  /**
   * @param patience how long a change waits for those of its tenant before it
   */
  public EndpointStore(
      EndpointTable table,
      WebhookRules rules,
      WebhookKey key,
      SettingsWriter writer,
      Duration patience,
      InstantSource clock) {
    this.table = table;
    this.rules = rules;
    this.key = key;
    this.writer = writer;
    this.patience = patience;
    this.clock = clock;
  }

  /** Whether all are known that there were at start. Until then nothing is answered. */
  public boolean caughtUp() {
    return table.feed().caughtUp();
  }

  /** How many are known, of all tenants. */
  public int size() {
    return table.known().size();
  }

  /** How many records of the topic could not be read or kept. */
  public long skipped() {
    return table.feed().skipped();
  }

  public Endpoints.@Nullable Known find(EndpointKey endpoint) {
    return table.known().find(endpoint);
  }

  /** Sorted by name. */
  public List<Endpoints.Known> of(UserKey owner) {
    return table.known().of(owner);
  }

  public long nowMillis() {
    return clock.millis();
  }

  /**
   * Makes it, or says where it is from now on; one that was disabled is sent to again.
   *
   * @param window of the request
   * @param then what follows once Kafka has it, before another change of the tenant
   */
  public EndpointChange put(EndpointKey endpoint, String url, Window window, Runnable then) {
    String refusal = rules.refusal(url);
    if (refusal != null) {
      return new EndpointChange.Refused(refusal);
    }
    return inTurn(
        endpoint,
        before -> {
          EndpointChange full = before == null ? full(endpoint) : null;
          if (full != null) {
            return full;
          }
          Endpoint to = before == null ? drawn(url) : before.endpoint().withUrl(url);
          EndpointChange change = write(before, endpoint, to, window);
          then.run();
          return change;
        });
  }

  private Endpoint drawn(String url) {
    byte[] salt = new byte[Endpoint.SALT_BYTES];
    random.nextBytes(salt);
    return new Endpoint(url, clock.millis(), ByteString.copyFrom(salt), 1, 0);
  }

  private @Nullable EndpointChange full(EndpointKey endpoint) {
    if (of(endpoint.owner()).size() >= MOST_OF_OWNER) {
      return new EndpointChange.Full("there are " + MOST_OF_OWNER + " already, as many as may be");
    }
    if (table.known().size(endpoint.owner().tenant()) >= MOST_OF_TENANT) {
      return new EndpointChange.Full(
          "the tenant has " + MOST_OF_TENANT + " endpoints, as many as may be");
    }
    if (size() >= Endpoints.MOST) {
      return new EndpointChange.Full(
          "there are " + Endpoints.MOST + " endpoints of all tenants, as many as may be");
    }
    return null;
  }

  /**
   * Another secret signs from now on, and that of now beside it for {@link #OVERLAP}. As long as
   * two sign nothing changes, so that asking again cannot end the one that is in use.
   *
   * @param window of the request
   */
  public EndpointChange rotate(EndpointKey endpoint, Window window) {
    return inTurn(
        endpoint,
        before -> {
          if (before == null) {
            return new EndpointChange.Absent();
          }
          Endpoint now = before.endpoint();
          long millis = clock.millis();
          return now.overlaps(millis)
              ? durable(before, false, true)
              : write(before, endpoint, now.rotated(millis + OVERLAP.toMillis()), window);
        });
  }

  /**
   * @param window of the request
   * @param wasLast what follows, before another change of the tenant, if its owner has no other;
   *     not while it cannot be said, because it is not read back
   */
  public EndpointChange delete(EndpointKey endpoint, Window window, Runnable wasLast) {
    return inTurn(
        endpoint,
        before -> {
          long version = writer.endpoint(endpoint, null, window);
          forgetStatus(before, window);
          boolean shown = readBack(version);
          if (shown && of(endpoint.owner()).isEmpty()) {
            wasLast.run();
          }
          return new EndpointChange.Deleted(shown);
        });
  }

  private EndpointChange write(
      Endpoints.@Nullable Known before, EndpointKey endpoint, Endpoint to, Window window)
      throws NotWrittenException {
    long version = writer.endpoint(endpoint, to, window);
    forgetStatus(before, window);
    boolean shown = readBack(version);
    return durable(new Endpoints.Known(endpoint, to, version, null), before == null, shown);
  }

  private EndpointChange durable(Endpoints.Known known, boolean created, boolean shown) {
    Endpoint to = known.endpoint();
    return new EndpointChange.Durable(
        known, key.secret(known.key(), to, to.generation()), created, shown);
  }

  /** What spoke of the endpoint as it was counts for nothing, and need not be kept. */
  private void forgetStatus(Endpoints.@Nullable Known before, Window window)
      throws NotWrittenException {
    if (before != null && before.disabled() != null) {
      writer.forgetStatus(before.key(), window);
    }
  }

  private boolean readBack(long version) {
    try {
      return table.feed().awaitTold(version, READ_BACK);
    } catch (InterruptedException e) {
      // The service is stopping. The flag stays down: with it up, the answer could not be written.
      return false;
    }
  }

  /** A change in the tenant's turn. */
  private interface Step {
    EndpointChange of(Endpoints.@Nullable Known before) throws NotWrittenException;
  }

  private EndpointChange inTurn(EndpointKey endpoint, Step step) {
    if (!caughtUp()) {
      return new EndpointChange.NotNow("the endpoints are not read from Kafka yet");
    }
    String tenant = endpoint.owner().tenant();
    try {
      if (!turns.enter(tenant, patience)) {
        return new EndpointChange.NotNow("changes before this one take too long");
      }
    } catch (InterruptedException e) {
      return new EndpointChange.NotNow("stopping");
    }
    try {
      return step.of(find(endpoint));
    } catch (NotWrittenException e) {
      return new EndpointChange.Unknown(e.reason());
    } finally {
      turns.leave(tenant);
    }
  }
}
