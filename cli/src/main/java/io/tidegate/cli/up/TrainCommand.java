package io.tidegate.cli.up;

import io.tidegate.cli.ProcessEnd;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.listen.ListenCommand;
import io.tidegate.cli.send.SendCommand;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tidegate train}: the life of a pipeline in a few seconds, on free ports and in a folder of
 * its own, so that the JVM sees which classes a start needs and which methods are hot under load.
 * The script runs it once per build.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Run everything once, for the ahead-of-time cache.")
public final class TrainCommand implements Callable<Integer> {
  private static final int USERS = 40;
  private static final int MESSAGES = 500;
  private static final int SENDERS = 16;
  private static final int SINGLES = 500;
  private static final Duration LOAD = Duration.ofSeconds(60);

  @Option(
      names = "--folder",
      required = true,
      description = "Made for the run, and removed after it.")
  Path temporary = Path.of("");

  @Override
  public Integer call() throws StartupException, IOException, InterruptedException {
    // The JVM writes its cache on the way out, which takes longer than stopping may.
    ProcessEnd.takeYourTime();
    RequestThreads.limit();
    try {
      TopicPlan plan =
          new TopicPlan(Topics.DEFAULT, TopicPlan.EMBEDDED_PARTITIONS, TopicPlan.DEFAULT_SLOTS);
      DataFolder folder = DataFolder.open(temporary);
      try (Pipeline pipeline = Pipeline.start(folder, Pipeline.Settings.anyPorts(plan))) {
        return exercise(pipeline, temporary);
      }
    } finally {
      delete(temporary);
    }
  }

  private static int exercise(Pipeline pipeline, Path folder)
      throws IOException, InterruptedException {
    String ingest = "http://127.0.0.1:" + pipeline.ingestPort();
    String delivery = "http://127.0.0.1:" + pipeline.deliveryPort();
    int sent =
        new CommandLine(new SendCommand())
            .execute("--url", ingest, "--to", "alice,bob", "hello", "{\"text\":\"world\"}");
    int shown = listen(delivery, "alice", 2);
    Path load = Files.write(folder.resolve("load.ndjson"), load());
    CountDownLatch devices = new CountDownLatch(USERS);
    for (int user = 0; user < USERS; user++) {
      String name = "u" + user;
      Thread.startVirtualThread(
          () -> {
            if (listen(delivery, name, MESSAGES) == 0) {
              devices.countDown();
            }
          });
    }
    sent += new CommandLine(new SendCommand()).execute("--url", ingest, "--file", load.toString());
    singles(URI.create(ingest + "/v1/messages"));
    // Devices that wait for more than they get end with the process.
    boolean all = sent == 0 && devices.await(LOAD.toSeconds(), TimeUnit.SECONDS);
    return all && shown == 0 ? 0 : 1;
  }

  private static int listen(String url, String user, int count) {
    return new CommandLine(new ListenCommand())
        .execute("--url", url, "--user", user, "--count", Integer.toString(count));
  }

  /** A request a message, from several at once, only to have run: none of them must succeed. */
  private static void singles(URI messages) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
      for (int sender = 0; sender < SENDERS; sender++) {
        HttpRequest request =
            HttpRequest.newBuilder(messages)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(line("single" + sender, 0)))
                .build();
        senders.execute(
            () -> {
              for (int sent = 0; sent < SINGLES && isAnswered(client, request); sent++) {}
            });
      }
      senders.shutdown();
      if (!senders.awaitTermination(LOAD.toSeconds(), TimeUnit.SECONDS)) {
        senders.shutdownNow();
      }
    }
  }

  private static boolean isAnswered(HttpClient client, HttpRequest request) {
    try {
      HttpResponse<Void> _ = client.send(request, HttpResponse.BodyHandlers.discarding());
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<String> load() {
    List<String> lines = new ArrayList<>();
    for (int message = 0; message < MESSAGES; message++) {
      for (int user = 0; user < USERS; user++) {
        lines.add(line("u" + user, message));
      }
    }
    return lines;
  }

  private static String line(String user, int message) {
    return "{\"to\":{\"user\":\"%s\"},\"data\":{\"n\":%d,\"text\":\"%s\"}}"
        .formatted(user, message, "x".repeat(100));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
