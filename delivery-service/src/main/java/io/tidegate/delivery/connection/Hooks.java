package io.tidegate.delivery.connection;

import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.metrics.EndpointMetrics;
import io.tidegate.delivery.outgoing.Outgoing;
import io.tidegate.delivery.webhook.Hosting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that this worker serves: those of users in its partitions, spread over the event
 * loops by their hosts. Safe for use by many threads.
 */
public final class Hooks implements Hosting, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Hooks.class);

  /** For those that are cut to be gone. */
  private static final Duration CUT = Duration.ofMillis(250);

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Endpoints endpoints;
  private final int partitions;
  private final HookSettings settings;
  private final List<HookLoop> loops;
  private final Outgoing outgoing;
  private final EndpointMetrics metrics;

  /** Changed under the lock of this, read by anyone. */
  private final Map<EndpointKey, Served> served = new ConcurrentHashMap<>();

  // Guarded by this.
  private Set<Integer> mine = Set.of();
  private boolean toldOfTooMany;
  private final Set<EndpointKey> leftOut = new HashSet<>();

  /** Whose end is waited for, before it is served anew. */
  private final Map<EndpointKey, CompletableFuture<Void>> ending = new HashMap<>();

  /** Where it is served, and as which record has it. */
  private record Served(HookLoop loop, long offset) {}

  Hooks(
      Endpoints endpoints,
      int partitions,
      HookSettings settings,
      List<HookLoop> loops,
      Outgoing outgoing,
      EndpointMetrics metrics) {
    this.endpoints = endpoints;
    this.partitions = partitions;
    this.settings = settings;
    this.loops = List.copyOf(loops);
    this.outgoing = outgoing;
    this.metrics = metrics;
    metrics.gauge("served", "Endpoints that this worker serves", this::size);
    metrics.gauge(
        "left.out", "Endpoints that it would serve if there were not too many", this::leftOut);
    metrics.gauge(
        "requests.under.way",
        "Requests to endpoints that are under way",
        () -> this.loops.stream().mapToInt(HookLoop::underWay).sum());
    metrics.gauge(
        "hosts.open",
        "Hosts that are left alone, because requests to them failed",
        () -> this.loops.stream().mapToInt(HookLoop::openHosts).sum());
  }

  private int size() {
    return served.size();
  }

  private synchronized int leftOut() {
    return leftOut.size();
  }

  @Override
  public synchronized void changed(EndpointKey endpoint) {
    // Its end is not waited for: it is served elsewhere as before, or nowhere.
    var _ = place(endpoint);
  }

  @Override
  public void assigned(Set<Integer> given, Duration patience) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    synchronized (this) {
      mine = Set.copyOf(given);
      leftOut.clear();
      Set<EndpointKey> chosen = chosen();
      for (EndpointKey endpoint : List.copyOf(served.keySet())) {
        ends.add(chosen.contains(endpoint) ? place(endpoint) : replace(endpoint, null));
      }
      for (EndpointKey endpoint : chosen) {
        if (!served.containsKey(endpoint)) {
          ends.add(place(endpoint));
        }
      }
      for (Endpoints.Known known : endpoints.all()) {
        if (!chosen.contains(known.key())) {
          ends.add(place(known.key())); // left out, or of no concern
        }
      }
    }
    if (!ended(ends, patience)) {
      LOGGER.atWarn().log("requests to endpoints were cut, because others are to go on");
      cut();
      boolean _ = ended(ends, CUT);
    }
  }

  /** As many as may be served, of tenants by turns, so that none takes the room of others. */
  private Set<EndpointKey> chosen() {
    Map<String, Deque<EndpointKey>> tenants = new TreeMap<>();
    for (Endpoints.Known known : endpoints.all()) {
      if (wanted(known.key()) != null) {
        tenants
            .computeIfAbsent(known.key().owner().tenant(), _ -> new ArrayDeque<>())
            .add(known.key());
      }
    }
    Deque<Deque<EndpointKey>> turns = new ArrayDeque<>(tenants.values());
    Set<EndpointKey> chosen = new LinkedHashSet<>();
    while (!turns.isEmpty() && chosen.size() < settings.most()) {
      Deque<EndpointKey> turn = turns.remove();
      chosen.add(turn.remove());
      if (!turn.isEmpty()) {
        turns.add(turn);
      }
    }
    return chosen;
  }

  private Endpoints.@Nullable Known wanted(EndpointKey key) {
    Endpoints.Known known = endpoints.find(key);
    return known != null
            && known.disabled() == null
            && mine.contains(key.owner().partition(partitions))
        ? known
        : null;
  }

  /**
   * Makes what is served be what is to be served, of one endpoint.
   *
   * @return completed once nothing is under way that another worker may begin
   */
  private CompletableFuture<Void> place(EndpointKey key) {
    Endpoints.Known wanted = wanted(key);
    Served now = served.get(key);
    if (now != null && wanted != null && wanted.offset() == now.offset()) {
      return CompletableFuture.completedFuture(null);
    }
    return replace(key, wanted);
  }

  /**
   * @param wanted null: it is served no more
   */
  private CompletableFuture<Void> replace(EndpointKey key, Endpoints.@Nullable Known wanted) {
    Served now = served.remove(key);
    leftOut.remove(key);
    Runnable next = wanted == null ? () -> {} : serving(wanted);
    CompletableFuture<Void> end = ending.getOrDefault(key, DONE);
    if (now != null) {
      CompletableFuture<Void> dropped = new CompletableFuture<>();
      if (!Tasks.execute(
          now.loop().loop().thread(), () -> now.loop().drop(key, () -> dropped.complete(null)))) {
        dropped.complete(null);
      }
      // Also of what it was before that, which may still have a request under way, on any loop.
      end = CompletableFuture.allOf(end, dropped);
    }
    CompletableFuture<Void> all = end;
    if (!all.isDone()) {
      ending.put(key, all);
    }
    var _ =
        all.thenRun(
            () -> {
              synchronized (this) {
                ending.remove(key, all);
              }
              next.run();
            });
    return all;
  }

  /** What serves it from then on, unless it is to be served otherwise by then. */
  private Runnable serving(Endpoints.Known known) {
    EndpointUrl url;
    try {
      url = settings.rules().require(known.endpoint().url());
    } catch (IllegalArgumentException e) {
      metrics.unfit();
      LOGGER
          .atWarn()
          .addKeyValue("endpoint", known.key().name())
          .addKeyValue("reason", e.getMessage())
          .log("an endpoint is not served");
      return () -> {};
    }
    if (served.size() >= settings.most()) {
      leftOut.add(known.key());
      if (!toldOfTooMany) {
        toldOfTooMany = true;
        LOGGER
            .atWarn()
            .addKeyValue("most", settings.most())
            .log("there are more endpoints than this worker serves; add workers");
      }
      return () -> {};
    }
    HookLoop loop = loops.get(Math.floorMod(url.origin().hashCode(), loops.size()));
    Served place = new Served(loop, known.offset());
    served.put(known.key(), place);
    return () ->
        Tasks.execute(
            loop.loop().thread(),
            () -> {
              if (isStill(known.key(), place)) {
                loop.serve(known, url);
              }
            });
  }

  private boolean isStill(EndpointKey key, Served place) {
    return place.equals(served.get(key));
  }

  private static boolean ended(List<CompletableFuture<Void>> ends, Duration patience) {
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails an end", e);
    }
  }

  private void cut() {
    loops.forEach(loop -> Tasks.execute(loop.loop().thread(), loop::cut));
  }

  /** Serves nothing any more, and waits for nothing: requests that are under way are cut. */
  @Override
  public void close() {
    synchronized (this) {
      mine = Set.of();
      for (EndpointKey endpoint : List.copyOf(served.keySet())) {
        var _ = place(endpoint);
      }
    }
    cut();
    outgoing.close();
  }
}
