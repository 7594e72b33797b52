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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Messages to one user and to several, alone and in NDJSON batches, at steady rates, whatever
 * becomes of those before: while Kafka stands still more and more wait. Every request ends with an
 * answer or is wrong.
 */
final class Posts implements AutoCloseable {
  /** Of a message to several. */
  private static final int USERS = 3;

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

  /**
   * A message, and to how many users: one has its name, several have it with a number behind it.
   */
  private record Item(String id, int users) {
    List<String> parts() {
      return users == 1
          ? List.of(id)
          : IntStream.range(0, users).mapToObj(user -> id + "." + user).toList();
    }
  }

  /**
   * Begins to send so many singles a second, a tenth as many to several users, and so many batches
   * of so many lines, of which some are to several users.
   */
  void start(int singles, int batches, int lines) {
    every(singles, () -> single(name + "-single-" + number.incrementAndGet()));
    every(singles / 10, this::users);
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
    one(new Item(id, 1), Ledger.Way.SINGLE);
  }

  private void users() {
    one(new Item(name + "-users-" + number.incrementAndGet(), USERS), Ledger.Way.USERS);
  }

  private void one(Item item, Ledger.Way way) {
    item.parts().forEach(ledger::attempt);
    long begun = System.nanoTime();
    Ledger.Answer answer;
    try {
      HttpResponse<String> response = post("application/json", line(item));
      answer = whole(response, item);
    } catch (IOException e) {
      ledger.wrong(item.id() + ": no answer, " + e);
      answer = Ledger.Answer.WRONG;
    }
    for (String part : item.parts()) {
      ledger.answered(part, way, answer, begun);
    }
  }

  private void batch(int lines) {
    long batch = number.incrementAndGet();
    List<Item> items = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      Item item = new Item(name + "-batch-" + batch + "-" + i, i % 5 == 4 ? USERS : 1);
      items.add(item);
      item.parts().forEach(ledger::attempt);
      body.append(line(item)).append('\n');
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
          Item item = items.get(i);
          answers.add(reading.line(result, item.id(), item.users(), response.headers()));
        }
      } else {
        items.forEach(item -> answers.add(whole(response, item)));
      }
    } catch (IOException e) {
      ledger.wrong(name + "-batch-" + batch + ": no answer, " + e);
      items.forEach(_ -> answers.add(Ledger.Answer.WRONG));
    }
    for (int i = 0; i < lines; i++) {
      for (String part : items.get(i).parts()) {
        ledger.answered(part, Ledger.Way.BATCH, answers.get(i), begun);
      }
    }
  }

  private Ledger.Answer whole(HttpResponse<String> response, Item item) {
    return reading.whole(
        response.statusCode(), response.headers(), response.body(), item.id(), item.users());
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

  private String line(Item item) {
    String users =
        item.parts().stream().map(part -> "\"u-" + part + "\"").collect(Collectors.joining(","));
    String to = item.users() == 1 ? "{\"user\":" + users + "}" : "{\"users\":[" + users + "]}";
    return "{\"id\":\"" + item.id() + "\",\"to\":" + to + ",\"data\":\"" + data + "\"}";
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
