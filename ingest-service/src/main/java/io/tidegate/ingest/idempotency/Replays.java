package io.tidegate.ingest.idempotency;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The keys of requests that are in flight, and the answers to those that are over: so many, so many
 * bytes, and for so long. Where there would be more, the oldest answer of the tenant that has the
 * most bytes goes first, so that no tenant's can be driven out by another that has more; those in
 * flight stay, and are as many as there are requests. An answer of more than {@value
 * #MAX_ENTITY_BYTES} bytes is not kept. Safe for use by many threads.
 */
public final class Replays {
  public static final int MAX_ENTITY_BYTES = 256 * 1024;

  /** What one costs beside its key and its answer. */
  static final int OVERHEAD_BYTES = 480;

  private record Id(String tenant, String key) {}

  private record Kept(KeptAnswer answer, long atNanos, long bytes) {}

  /** What a tenant has. */
  private static final class Shelf {
    private final String tenant;

    /** The oldest first. */
    private final Set<Id> ids = new LinkedHashSet<>();

    private long bytes;

    Shelf(String tenant) {
      this.tenant = tenant;
    }
  }

  /** What is known of a key. */
  public sealed interface Known {}

  /** Nothing: it is in flight from now on, until the turn is over. */
  public final class Turn implements Known, AutoCloseable {
    private final Id id;

    private Turn(Id id) {
      this.id = id;
    }

    /** Keeps the answer. */
    public void keep(KeptAnswer answer) {
      finish(id, answer);
    }

    /** The key is in flight no more; where nothing was kept, it is forgotten. */
    @Override
    public void close() {
      leave(id);
    }
  }

  /** A request with it is being served. */
  public record InFlight() implements Known {}

  /** A request with it was answered. */
  public record Answered(KeptAnswer answer) implements Known {}

  private final int most;
  private final long mostBytes;
  private final long ageNanos;
  private final LongSupplier nanoTime;
  private final Set<Id> inFlight = new HashSet<>();

  /** The oldest first. */
  private final Map<Id, Kept> kept = new LinkedHashMap<>();

  private final Map<String, Shelf> shelves = new HashMap<>();

  /** Those of {@link #shelves}. */
  private final NavigableSet<Shelf> bySize =
      new TreeSet<>(
          Comparator.<Shelf>comparingLong(shelf -> shelf.bytes)
              .thenComparing(shelf -> shelf.tenant));

  private long bytes;
  private long evicted;

  /**
   * @param most answers, 0 for none
   * @param mostBytes of answers with their keys
   * @param ageNanos for how long each is kept
   */
  public Replays(int most, long mostBytes, long ageNanos, LongSupplier nanoTime) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.ageNanos = ageNanos;
    this.nanoTime = nanoTime;
  }

  /** A request comes with the key. A {@link Turn} is to be closed. */
  public synchronized Known begin(String tenant, String key) {
    Id id = new Id(tenant, key);
    forgetOld();
    Kept found = kept.get(id);
    if (found != null) {
      return new Answered(found.answer());
    }
    return inFlight.add(id) ? new Turn(id) : new InFlight();
  }

  private synchronized void finish(Id id, KeptAnswer answer) {
    if (answer.entity().length > MAX_ENTITY_BYTES) {
      return;
    }
    long cost =
        (long) OVERHEAD_BYTES + id.tenant().length() + id.key().length() + answer.entity().length;
    if (kept.putIfAbsent(id, new Kept(answer, nanoTime.getAsLong(), cost)) == null) {
      resize(id, cost).ids.add(id);
    }
    while (kept.size() > most || bytes > mostBytes) {
      forget(bySize.last().ids.iterator().next());
      evicted++;
    }
  }

  private void forgetOld() {
    long now = nanoTime.getAsLong();
    while (!kept.isEmpty()) {
      Map.Entry<Id, Kept> oldest = kept.entrySet().iterator().next();
      if (now - oldest.getValue().atNanos() < ageNanos) {
        return;
      }
      forget(oldest.getKey());
    }
  }

  private void forget(Id id) {
    Shelf shelf = resize(id, -requireNonNull(kept.remove(id)).bytes());
    shelf.ids.remove(id);
    if (shelf.ids.isEmpty()) {
      bySize.remove(shelf);
      shelves.remove(shelf.tenant);
    }
  }

  /** The tenant's shelf, so many bytes larger. */
  private Shelf resize(Id id, long more) {
    Shelf shelf = shelves.computeIfAbsent(id.tenant(), Shelf::new);
    bySize.remove(shelf);
    shelf.bytes += more;
    bySize.add(shelf);
    bytes += more;
    return shelf;
  }

  private synchronized void leave(Id id) {
    inFlight.remove(id);
  }

  /** How many answers are kept. */
  public synchronized int size() {
    return kept.size();
  }

  /** What they cost. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many had to go before their time. */
  public synchronized long evicted() {
    return evicted;
  }
}
