package io.tidegate.contract.webhook;

import io.tidegate.contract.UserKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tidegate.endpoints} says as far as it has been read, at most {@value #MOST}
 * endpoints; a further one is not kept. One thread changes it, any may ask.
 */
public final class Endpoints {
  public static final int MOST = 100_000;

  private final int most;
  private final ConcurrentNavigableMap<EndpointKey, Known> known = new ConcurrentSkipListMap<>();

  private final Map<String, Integer> byTenant = new ConcurrentHashMap<>();

  /**
   * An endpoint as it stands.
   *
   * @param offset of its record
   * @param disabled why nothing is sent to it; null: it is sent what comes
   */
  public record Known(
      EndpointKey key, Endpoint endpoint, long offset, @Nullable EndpointStatus disabled) {}

  public Endpoints() {
    this(MOST);
  }

  Endpoints(int most) {
    this.most = most;
  }

  /**
   * Takes one record. One that cannot be read changes nothing.
   *
   * @param value null: it is gone
   * @return whose endpoint it speaks of
   * @throws IllegalArgumentException saying what is wrong with it, or that there are too many
   */
  public EndpointKey changed(byte[] key, byte @Nullable [] value, long offset) {
    if (EndpointStatus.isKey(key)) {
      EndpointKey endpoint = EndpointStatus.endpoint(key);
      status(endpoint, value == null ? null : EndpointStatus.parse(value));
      return endpoint;
    }
    EndpointKey endpoint = EndpointKey.parse(key);
    if (value == null) {
      if (known.remove(endpoint) != null) {
        count(endpoint, -1);
      }
      return endpoint;
    }
    Endpoint read = Endpoint.parse(value);
    if (!known.containsKey(endpoint)) {
      if (known.size() >= most) {
        throw new IllegalArgumentException("there are " + most + " endpoints already");
      }
      count(endpoint, 1);
    }
    known.put(endpoint, new Known(endpoint, read, offset, null));
    return endpoint;
  }

  /**
   * One is written after the record of which it speaks, so it counts for what is known or never
   * will: nothing is kept of an endpoint that is not.
   */
  private void status(EndpointKey endpoint, @Nullable EndpointStatus status) {
    Known there = known.get(endpoint);
    if (there != null) {
      boolean counts = status != null && status.offset() == there.offset();
      known.put(
          endpoint, new Known(endpoint, there.endpoint(), there.offset(), counts ? status : null));
    }
  }

  private void count(EndpointKey endpoint, int change) {
    byTenant.merge(endpoint.owner().tenant(), change, Integer::sum);
  }

  public @Nullable Known find(EndpointKey key) {
    return known.get(key);
  }

  /** A user's, sorted by name. */
  public List<Known> of(UserKey owner) {
    // Every name has a character from - to ~.
    return List.copyOf(
        known
            .subMap(new EndpointKey(owner, "-"), true, new EndpointKey(owner, "~".repeat(64)), true)
            .values());
  }

  public List<Known> all() {
    return List.copyOf(known.values());
  }

  /** Of one tenant. */
  public int size(String tenant) {
    return byTenant.getOrDefault(tenant, 0);
  }

  /** Of all tenants. */
  public int size() {
    return known.size();
  }
}
