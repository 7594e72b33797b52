package io.tidegate.cli.failure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks 20 times a second at how much an ingest process holds, and keeps the most. Resident memory
 * is known on Linux only, else -1.
 */
final class IngestWatch implements AutoCloseable {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http;
  private final URI metrics;
  private final long pid;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private volatile double mostBytes;
  private volatile long mostResident;
  private volatile long looks;

  IngestWatch(HttpClient http, URI ingest, long pid) {
    this.http = http;
    this.metrics = ingest.resolve("/metrics");
    this.pid = pid;
    var _ = clock.scheduleWithFixedDelay(this::look, 0, 50, TimeUnit.MILLISECONDS);
  }

  // One thread at a time.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void look() {
    try {
      mostBytes = Math.max(mostBytes, gauge("tidegate_ingest_inflight_bytes"));
      mostResident = Math.max(mostResident, residentKib());
      looks++;
    } catch (IOException | RuntimeException e) {
      // An exception would end the looks. The next one will tell; a service that answers nothing is
      // seen by those who send.
    }
  }

  /** The value of a metric without labels. */
  double gauge(String name) throws IOException {
    HttpResponse<String> answer;
    try {
      answer =
          http.send(
              HttpRequest.newBuilder(metrics).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " is not in " + metrics));
  }

  long residentKib() throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    Matcher found = RESIDENT.matcher(Files.readString(status));
    return found.find() ? Long.parseLong(found.group(1)) : -1;
  }

  double mostBytes() {
    return mostBytes;
  }

  long mostResidentKib() {
    return mostResident;
  }

  long looks() {
    return looks;
  }

  /** Forgets the most of before. */
  void beginPhase() {
    mostBytes = 0;
    mostResident = 0;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
