package io.tidegate.delivery.connection;

import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.metrics.EndpointMetrics;
import io.tidegate.delivery.outgoing.Outgoing;
import io.tidegate.delivery.webhook.Hosting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that this worker serves: those of users in its partitions, spread over the event
 * loops by their hosts. Safe for use by many threads.
 */
public final class Hooks implements Hosting, AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Hooks.class);

  /** Longer than an endpoint waits for the end of a request. */
  private static final long PATIENCE_MILLIS = 4_000;

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
  private int leftOut;

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
    return leftOut;
  }

  @Override
  public synchronized void changed(EndpointKey endpoint) {
    // Its end is not waited for: it is served elsewhere as before, or nowhere.
    var _ = place(endpoint);
  }

  @Override
  public void assigned(Set<Integer> given) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    synchronized (this) {
      mine = Set.copyOf(given);
      leftOut = 0;
      for (EndpointKey endpoint : List.copyOf(served.keySet())) {
        ends.add(place(endpoint));
      }
      for (Endpoints.Known known : endpoints.all()) {
        if (!served.containsKey(known.key())) {
          ends.add(place(known.key()));
        }
      }
    }
    await(ends);
  }

  /**
   * Makes what is served be what is to be served, of one endpoint.
   *
   * @return completed once nothing is under way that another worker may begin
   */
  private CompletableFuture<Void> place(EndpointKey key) {
    Endpoints.Known known = endpoints.find(key);
    Endpoints.Known wanted =
        known != null
                && known.disabled() == null
                && mine.contains(key.owner().partition(partitions))
            ? known
            : null;
    Served now = served.get(key);
    if (now != null && wanted != null && wanted.offset() == now.offset()) {
      return CompletableFuture.completedFuture(null);
    }
    served.remove(key);
    Runnable next = wanted == null ? () -> {} : serving(wanted);
    CompletableFuture<Void> end = new CompletableFuture<>();
    Runnable ended =
        () -> {
          end.complete(null);
          next.run();
        };
    if (now == null) {
      ended.run();
    } else if (!Tasks.execute(now.loop().loop().thread(), () -> now.loop().drop(key, ended))) {
      end.complete(null);
    }
    return end;
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
      leftOut++;
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

  private static void await(List<CompletableFuture<Void>> ends) {
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOGGER.atWarn().log("requests to endpoints are still under way");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails an end", e);
    }
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
    loops.forEach(loop -> Tasks.execute(loop.loop().thread(), loop::cut));
    outgoing.close();
  }
}
