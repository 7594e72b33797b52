package io.tidegate.cli.failure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Single messages and NDJSON batches at steady rates, whatever becomes of those before: while Kafka
 * stands still more and more wait. Every request ends with an answer or is wrong.
 */
final class Posts implements AutoCloseable {
  private final HttpClient http;
  private final URI messages;
  private final Duration patience;
  private final String name;
  private final String data;
  private final Ledger ledger;
  private final Reading reading;
  private final AtomicLong number = new AtomicLong();
  private final Phaser underWay = new Phaser(1);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);

  /**
   * @param name that the ids begin with, so that no two of these send the same
   * @param ingest its base URL
   * @param patience of a request; one that has no answer by then hangs, which is wrong
   * @param dataBytes of each message, about
   */
  Posts(String name, HttpClient http, URI ingest, Duration patience, int dataBytes, Ledger ledger) {
    this.name = name;
    this.http = http;
    this.messages = ingest.resolve("/v1/messages");
    this.patience = patience;
    this.data = "x".repeat(dataBytes);
    this.ledger = ledger;
    this.reading = new Reading(ledger);
  }

  /** Begins to send so many singles a second, and so many batches of so many lines. */
  void start(int singles, int batches, int lines) {
    every(singles, () -> single(name + "-single-" + number.incrementAndGet()));
    every(batches, () -> batch(lines));
  }

  private void every(int rate, Runnable task) {
    if (rate > 0) {
      var _ =
          clock.scheduleAtFixedRate(
              () -> spawn(task), 0, 1_000_000_000L / rate, TimeUnit.NANOSECONDS);
    }
  }

  private void spawn(Runnable task) {
    underWay.register();
    senders.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            ledger.wrong("the test's own fault: " + e);
          } finally {
            underWay.arriveAndDeregister();
          }
        });
  }

  /** Sends a message with that id, and returns after its answer. */
  void single(String id) {
    ledger.attempt(id);
    long begun = System.nanoTime();
    Ledger.Answer answer;
    try {
      HttpResponse<String> response = post("application/json", line(id));
      answer = reading.whole(response.statusCode(), response.headers(), response.body(), id);
    } catch (IOException e) {
      ledger.wrong(id + ": no answer, " + e);
      answer = Ledger.Answer.WRONG;
    }
    ledger.answered(id, Ledger.Way.SINGLE, answer, begun);
  }

  private void batch(int lines) {
    long batch = number.incrementAndGet();
    List<String> ids = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      String id = name + "-batch-" + batch + "-" + i;
      ids.add(id);
      ledger.attempt(id);
      body.append(line(id)).append('\n');
    }
    long begun = System.nanoTime();
    List<Ledger.Answer> answers = new ArrayList<>();
    try {
      HttpResponse<String> response = post("application/x-ndjson", body.toString());
      if (response.statusCode() == 200) {
        List<String> results = response.body().lines().toList();
        for (int i = 0; i < lines; i++) {
          // Where the batch was not read to its end, its last result says so for all after it.
          String result = results.get(Math.min(i, results.size() - 1));
          answers.add(reading.line(result, ids.get(i), response.headers()));
        }
      } else {
        ids.forEach(
            id ->
                answers.add(
                    reading.whole(response.statusCode(), response.headers(), response.body(), id)));
      }
    } catch (IOException e) {
      ledger.wrong(name + "-batch-" + batch + ": no answer, " + e);
      ids.forEach(_ -> answers.add(Ledger.Answer.WRONG));
    }
    for (int i = 0; i < lines; i++) {
      ledger.answered(ids.get(i), Ledger.Way.BATCH, answers.get(i), begun);
    }
  }

  private HttpResponse<String> post(String type, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(messages)
            .header("content-type", type)
            .timeout(patience)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private String line(String id) {
    return "{\"id\":\"" + id + "\",\"to\":{\"user\":\"u-" + id + "\"},\"data\":\"" + data + "\"}";
  }

  /** Sends no more; returns once all that were sent are answered. */
  void finish() {
    clock.shutdownNow();
    underWay.arriveAndAwaitAdvance();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    senders.shutdownNow();
  }
}
