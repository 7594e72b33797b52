package io.tidegate.cli.failure;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A broker that faults happen to, and an ingest-service on it, each a process of its own. What they
 * print stays in {@code target/kafka-fault}.
 */
final class FragileKafka implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final Path logs;
  private final int kafkaPort;
  private final int ingestPort;
  private final TidegateProcess broker;
  private final TidegateProcess ingest;
  // Not closed by try: that would wait for sockets for ever if an assertion fails.
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param folder for data
   * @param name of the folder for what the processes print
   * @param settings of ingest, by variable
   */
  FragileKafka(Path folder, String name, Map<String, String> settings) throws IOException {
    int[] ports = MortalSystem.freePorts(2);
    kafkaPort = ports[0];
    ingestPort = ports[1];
    logs = Files.createDirectories(Path.of("target", "kafka-fault", name));
    broker = TidegateProcess.broker(kafkaPort, logs, folder);
    ingest =
        new TidegateProcess(
            "ingest",
            ingestPort,
            logs,
            "run",
            "ingest",
            "--kafka",
            kafka(),
            "--port",
            Integer.toString(ingestPort));
    settings.forEach(ingest::with);
  }

  /** Returns when ingest is ready. */
  void start() throws Exception {
    broker.start();
    awaitListening();
    new TidegateProcess("topics", 0, logs, "topics", "create", "--kafka", kafka()).run();
    ingest.start();
    awaitReady();
  }

  TidegateProcess broker() {
    return broker;
  }

  TidegateProcess ingest() {
    return ingest;
  }

  String kafka() {
    return "127.0.0.1:" + kafkaPort;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + ingestPort);
  }

  HttpClient http() {
    return http;
  }

  private void awaitListening() {
    await()
        .atMost(START)
        .failFast("the broker ended, its log in " + logs + " says why", () -> !broker.isAlive())
        .until(() -> MortalSystem.isListening(kafkaPort));
  }

  void awaitReady() {
    await()
        .atMost(START)
        .failFast("ingest ended, its log in " + logs + " says why", () -> !ingest.isAlive())
        .until(() -> ready() == 200);
  }

  /** The status of its readiness; 0: it does not listen. */
  int ready() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url().resolve("/health/ready"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    ingest.close();
    broker.close();
  }
}
