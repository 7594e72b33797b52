package io.tidegate.delivery.connection;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.metrics.EndpointMetrics;
import io.tidegate.delivery.outgoing.Outgoing;
import io.tidegate.delivery.webhook.EndpointLog;
import io.tidegate.delivery.webhook.Gate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's endpoints. All of one host are on one loop, so that what is known of the host
 * needs no lock. Runs on the loop's thread.
 */
final class HookLoop {
  /** Given in one go, beside which the loop has other things to do. */
  private static final int MOST_TURNS = 64;

  private final Loop loop;
  private final HookSettings settings;
  private final Outgoing outgoing;
  private final EndpointLog log;
  private final EndpointMetrics metrics;
  private final DoubleSupplier chance;
  private final Gate<Hook> gate;
  private final Map<EndpointKey, Hook> hooks = new HashMap<>();

  /** Not served any more, and waiting for the end of a request. */
  private final Set<Hook> leaving = new HashSet<>();

  private long bytes;
  private boolean wakesLater;

  // Read on any thread.
  private volatile int underWay;
  private volatile int openHosts;

  /**
   * @param settings the loop's share
   */
  HookLoop(
      Loop loop,
      HookSettings settings,
      Outgoing outgoing,
      EndpointLog log,
      EndpointMetrics metrics,
      DoubleSupplier chance) {
    this.loop = loop;
    this.settings = settings;
    this.outgoing = outgoing;
    this.log = log;
    this.metrics = metrics;
    this.chance = chance;
    this.gate = new Gate<>(settings.gate(), chance);
  }

  Loop loop() {
    return loop;
  }

  HookSettings settings() {
    return settings;
  }

  Outgoing outgoing() {
    return outgoing;
  }

  EndpointLog log() {
    return log;
  }

  EndpointMetrics metrics() {
    return metrics;
  }

  DoubleSupplier chance() {
    return chance;
  }

  Gate<Hook> gate() {
    return gate;
  }

  /** Serves it; what it was before has been dropped. */
  void serve(Endpoints.Known known, EndpointUrl url) {
    drop(known.key(), () -> {});
    Hook hook = new Hook(this, known, url);
    hooks.put(known.key(), hook);
    hook.start();
  }

  /**
   * Serves it no more.
   *
   * @param gone called once nothing is under way to it
   */
  void drop(EndpointKey key, Runnable gone) {
    Hook hook = hooks.remove(key);
    if (hook == null) {
      gone.run();
      return;
    }
    leaving.add(hook);
    hook.leave(
        () -> {
          leaving.remove(hook);
          gone.run();
        });
  }

  /** Those that are not served any more wait for nothing. */
  void cut() {
    List.copyOf(leaving).forEach(Hook::cut);
  }

  void fence(String detail, long now) {
    for (Hook hook : all()) {
      hook.close(CloseCode.FENCED, detail, now);
    }
  }

  /** About once a second. */
  void tick(long now) {
    for (Hook hook : all()) {
      hook.tick(now);
    }
    wake();
  }

  private List<Hook> all() {
    List<Hook> all = new ArrayList<>(hooks.values());
    all.addAll(leaving);
    return all;
  }

  /** Those whose turn it is go on. */
  void wake() {
    // Again, because some that are woken may have nothing to ask for any more.
    List<Hook> turn = gate.wake(loop.now());
    for (int turns = 1; !turn.isEmpty() && turns < MOST_TURNS; turns++) {
      turn.forEach(Hook::woken);
      turn = gate.wake(loop.now());
    }
    if (!turn.isEmpty()) {
      turn.forEach(Hook::woken);
      wakeLater();
    }
    counted();
  }

  /** The same once the loop has done what is before it. */
  void wakeLater() {
    if (!wakesLater) {
      wakesLater =
          Tasks.execute(
              loop.thread(),
              () -> {
                wakesLater = false;
                wake();
              });
    }
  }

  private void counted() {
    underWay = gate.underWay();
    openHosts = gate.open();
  }

  void holds(long more) {
    bytes += more;
  }

  void frees(long less) {
    bytes -= less;
  }

  /**
   * Where too much waits, those pay that hold most, until it fits: none that holds no more than an
   * equal share, or only what is being posted to it.
   *
   * @param spared who does not pay either, because it held nothing before
   */
  void pay(@Nullable Hook spared, long now) {
    while (bytes > settings.bytes()) {
      Hook most = null;
      for (Hook hook : hooks.values()) {
        if (!hook.equals(spared) && hook.mayPay() && (most == null || hook.held() > most.held())) {
          most = hook;
        }
      }
      if (most == null || most.held() <= settings.bytes() / hooks.size()) {
        return;
      }
      most.crowded(now);
    }
  }

  /** Requests that are under way; on any thread. */
  int underWay() {
    return underWay;
  }

  /** Hosts that are left alone; on any thread. */
  int openHosts() {
    return openHosts;
  }
}
