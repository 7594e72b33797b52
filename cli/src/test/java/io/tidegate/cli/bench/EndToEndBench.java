package io.tidegate.cli.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * End-to-end latency of a running Tidegate at a steady rate: from the instant a message was due to
 * be sent (so a stall counts for every message behind it) to the instant a device has it. REST in,
 * WebSocket out, everything on one machine.
 *
 * <p>Arguments: ingest URL, delivery URL, messages a second, seconds, users, {@code durable} or
 * {@code live}. The first fifth of the time warms up and is not counted.
 */
public final class EndToEndBench {
  private static final int TICK_MILLIS = 10;

  private EndToEndBench() {}

  public static void main(String[] args) throws Exception {
    URI ingest = URI.create(args[0] + "/v1/messages");
    URI connect = URI.create(args[1].replaceFirst("^http", "ws") + "/v1/connect");
    int rate = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    int users = Integer.parseInt(args[4]);
    boolean live = args[5].equals("live");

    Histogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    AtomicLong received = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    String run = UUID.randomUUID().toString().substring(0, 8);
    long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) / 5;
    try (HttpClient http = HttpClient.newHttpClient()) {
      List<BenchDevice> devices = new ArrayList<>();
      for (int u = 0; u < users; u++) {
        devices.add(
            new BenchDevice(
                http,
                connect,
                run + "-" + u,
                sentNanos -> {
                  received.incrementAndGet();
                  if (sentNanos > warm) {
                    latencies.recordValue((System.nanoTime() - sentNanos) / 1_000);
                  }
                }));
      }
      for (BenchDevice device : devices) {
        device.awaitWelcome();
      }
      long sent = offer(http, ingest, run, rate, seconds, users, live, refused);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (received.get() < sent && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      System.out.printf(
          Locale.ROOT,
          "%s %d msg/s %d s %d users: sent %d refused %d received %d;"
              + " ms p50 %.1f p90 %.1f p99 %.1f p99.9 %.1f max %.1f%n",
          args[5],
          rate,
          seconds,
          users,
          sent,
          refused.get(),
          received.get(),
          latencies.getValueAtPercentile(50) / 1e3,
          latencies.getValueAtPercentile(90) / 1e3,
          latencies.getValueAtPercentile(99) / 1e3,
          latencies.getValueAtPercentile(99.9) / 1e3,
          latencies.getMaxValue() / 1e3);
      devices.forEach(BenchDevice::close);
      if (received.get() != sent) {
        System.exit(1);
      }
    }
  }

  /** Sends every tick's share as one NDJSON batch, late or not; says how many were sent. */
  private static long offer(
      HttpClient http,
      URI ingest,
      String run,
      int rate,
      int seconds,
      int users,
      boolean live,
      AtomicLong refused) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    long start = System.nanoTime();
    long sent = 0;
    long ticks = seconds * 1_000L / TICK_MILLIS;
    for (long tick = 0; tick < ticks; tick++) {
      long at = start + TimeUnit.MILLISECONDS.toNanos(tick * TICK_MILLIS);
      LockSupport.parkNanos(at - System.nanoTime());
      long upTo = (tick + 1) * TICK_MILLIS * rate / 1_000;
      StringBuilder lines = new StringBuilder();
      for (; sent < upTo; sent++) {
        lines.append("{\"to\":{\"user\":\"").append(run).append('-').append(sent % users);
        lines
            .append("\"},\"data\":{\"t\":")
            .append(at)
            .append(",\"text\":\"")
            .append("x".repeat(100));
        lines.append("\"}").append(live ? ",\"ttl\":0" : "").append("}\n");
      }
      if (lines.isEmpty()) {
        continue;
      }
      HttpRequest request =
          HttpRequest.newBuilder(ingest)
              .header("content-type", "application/x-ndjson")
              .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
              .build();
      answers.add(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .thenAccept(
                  answer ->
                      refused.addAndGet(
                          answer.body().lines().filter(l -> !l.contains("\"accepted\"")).count())));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    return sent;
  }
}
