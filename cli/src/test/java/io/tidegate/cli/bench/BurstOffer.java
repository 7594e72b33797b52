package io.tidegate.cli.bench;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Offers all messages of a burst to ingest as NDJSON batches, over several connections, each of
 * which sends the next batch when the last one was answered for good. A user's messages go over one
 * connection, so that their order is known. What is refused for want of capacity is sent again with
 * its id after the time that ingest names.
 */
final class BurstOffer {
  private static final int CONNECTIONS = 8;
  private static final int LINES = 500;
  private static final Duration REQUEST = Duration.ofSeconds(60);

  /** For one batch, however often it is refused. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String TEXT = "x".repeat(100);

  private final HttpClient http;
  private final URI ingest;
  private final BurstLedger ledger;
  private final Timeline offered;
  private final Timeline accepted;
  private final AtomicLong sentAgain = new AtomicLong();
  private final AtomicLong busy = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /**
   * @param offered counts messages when they are sent for the first time
   * @param accepted counts messages when their answer is there
   */
  BurstOffer(HttpClient http, URI ingest, BurstLedger ledger, Timeline offered, Timeline accepted) {
    this.http = http;
    this.ingest = ingest;
    this.ledger = ledger;
    this.offered = offered;
    this.accepted = accepted;
  }

  /** Returns when each message was accepted or refused for good. */
  void run() throws InterruptedException, ExecutionException {
    int connections = Math.min(CONNECTIONS, ledger.users());
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> all = new ArrayList<>();
      for (int connection = 0; connection < connections; connection++) {
        int own = connection;
        all.add(
            threads.submit(
                () -> {
                  offer(own, connections);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  /** Messages that were sent again after they were refused for want of capacity. */
  long sentAgain() {
    return sentAgain.get();
  }

  /** Answers of 429 and 503 to whole batches. */
  long busy() {
    return busy.get();
  }

  /** Requests without an answer. */
  long failures() {
    return failures.get();
  }

  private void offer(int connection, int connections) throws InterruptedException {
    List<Integer> batch = new ArrayList<>(LINES);
    for (int message = 0; message < ledger.messages(); message++) {
      if (message % ledger.users() % connections == connection) {
        batch.add(message);
      }
      if (batch.size() == LINES) {
        send(batch);
        batch.clear();
      }
    }
    send(batch);
  }

  private void send(List<Integer> batch) throws InterruptedException {
    List<Integer> open = List.copyOf(batch);
    offered.add(open.size());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!open.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "ingest has not taken " + ledger.id(open.getFirst()) + " within " + PATIENCE);
      }
      long waitMillis = 500;
      try {
        HttpResponse<String> response = post(open);
        waitMillis = retryMillis(response);
        open = left(open, response);
      } catch (IOException e) {
        failures.incrementAndGet();
      }
      if (!open.isEmpty()) {
        sentAgain.addAndGet(open.size());
        Thread.sleep(waitMillis);
      }
    }
  }

  private HttpResponse<String> post(List<Integer> messages)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(ingest)
            .header("content-type", "application/x-ndjson")
            .timeout(REQUEST)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    messages.stream().map(this::line).collect(joining())))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String line(int message) {
    return "{\"to\":{\"user\":\""
        + ledger.user(message % ledger.users())
        + "\"},\"id\":\""
        + ledger.id(message)
        + "\",\"data\":{\"text\":\""
        + TEXT
        + "\"}}\n";
  }

  /** The messages that are to be sent again, in their order. */
  private List<Integer> left(List<Integer> messages, HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == 429 || status == 503) {
      busy.incrementAndGet();
      return messages;
    }
    if (status != 200) {
      messages.forEach(ledger::refused);
      return List.of();
    }
    List<String> results = response.body().lines().filter(line -> !line.isBlank()).toList();
    List<Integer> again = new ArrayList<>();
    int taken = 0;
    for (int i = 0; i < messages.size(); i++) {
      int message = messages.get(i);
      String result = i < results.size() ? results.get(i) : "\"status\":503";
      if (result.contains("\"id\":\"" + ledger.id(message) + "\"")
          && result.contains("\"accepted\":1")) {
        ledger.accepted(message);
        taken++;
      } else if (result.contains("\"status\":503")) {
        again.add(message);
      } else {
        ledger.refused(message);
      }
    }
    accepted.add(taken);
    return again;
  }

  private static long retryMillis(HttpResponse<String> response) {
    String seconds = response.headers().firstValue("retry-after").orElse("");
    return seconds.matches("[0-9]{1,2}") ? 1_000L * Long.parseLong(seconds) : 500;
  }
}
