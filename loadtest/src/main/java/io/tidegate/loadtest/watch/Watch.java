package io.tidegate.loadtest.watch;

import io.tidegate.contract.meters.JvmMeters;
import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks once a second, on a thread of its own, at what the processes use that are measured. One
 * that cannot be read is left out for that second. Services of one process are one in the report.
 */
public final class Watch implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final long SECOND_MILLIS = 1_000;

  /** Before what the machine's own would be taken for. */
  private static final String GENERATOR = "generator: ";

  private final HttpClient http;
  private final List<Probe> probes = new ArrayList<>();
  private @Nullable Thread thread;
  private volatile boolean over;

  public Watch(@Nullable SSLContext tls) {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    this.http = (tls == null ? client : client.sslContext(tls)).build();
  }

  /** Before {@link #start}. */
  public void service(String name, URI metrics) {
    probes.add(new ServiceProbe(name, metrics, http));
  }

  /** The machine that this runs on, with what the generator's JVM is; before {@link #start}. */
  public void machine() {
    Map<String, String> runtime = new TreeMap<>(LocalMachine.of(Path.of("/")));
    JvmMeters.options().forEach((name, value) -> runtime.put(GENERATOR + name, value));
    probes.add(new MachineProbe(Path.of("/proc/stat"), runtime));
  }

  /** Before {@link #start}. */
  public void local(String name, long pid) {
    probes.add(new LocalProbe(name, pid));
  }

  /**
   * @param startNanos of {@link System#nanoTime}: when second 0 begins
   */
  public void start(long startNanos) {
    Thread looking = new Thread(() -> look(startNanos), "load-watch");
    looking.setDaemon(true);
    thread = looking;
    looking.start();
  }

  private void look(long startNanos) {
    try {
      while (!over) {
        for (Probe probe : probes) {
          long nanos = System.nanoTime();
          try {
            probe.read((int) (Math.max(0, nanos - startNanos) / 1_000_000_000L), nanos);
          } catch (IOException e) {
            // It may be down for a while, which its series shows.
          }
        }
        Thread.sleep(SECOND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; what was read then is what there is. */
  public List<Watched> end() throws InterruptedException {
    over = true;
    if (thread != null) {
      thread.interrupt();
      thread.join();
    }
    Map<String, Watched> processes = new LinkedHashMap<>();
    for (Probe probe : probes) {
      Watched watched = probe.watched();
      String key = probe.process().isEmpty() ? watched.name() : probe.process();
      if (!watched.gauges().isEmpty()) {
        processes.merge(key, watched, Watch::together);
      }
    }
    return List.copyOf(processes.values());
  }

  /** Two services of one process: what both show counts once. */
  private static Watched together(Watched one, Watched other) {
    Map<String, Gauge> gauges = new LinkedHashMap<>(other.gauges());
    gauges.putAll(one.gauges());
    return new Watched(
        one.name() + "+" + other.name(),
        one.url() + " " + other.url(),
        one.version(),
        together(one.runtime(), other.runtime()),
        together(one.settings(), other.settings()),
        gauges);
  }

  private static Map<String, String> together(Map<String, String> one, Map<String, String> other) {
    Map<String, String> both = new TreeMap<>(other);
    both.putAll(one);
    return both;
  }

  @Override
  public void close() {
    over = true;
    if (thread != null) {
      thread.interrupt();
    }
    http.shutdownNow();
  }
}
