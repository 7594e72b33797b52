package io.tidegate.cli.demo;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.send.IngestClient;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.cli.up.Pipeline;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate demo}: a feed of real events through the pipeline, accounted for. */
@Command(
    name = "demo",
    description = {
      "Replay a feed of real events through the pipeline, and account for every one.",
      "An event goes to everyone who was active in one of its areas before. Without --feed the feed"
          + " is the git history of the current folder. Starts the pipeline if it is not running.",
      "Exit codes: 0 every event is accounted for, 1 not, 2 something it needs is not there."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration DEFAULT_LENGTH = Duration.ofSeconds(20);

  /** Without any progress for so long, what is missing is missing. */
  Duration patience = Duration.ofSeconds(30);

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--feed",
      paramLabel = "FILE",
      description = "NDJSON with id, time, who, areas, files (default: git log).")
  @Nullable Path feed;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "N times as fast as it happened (default: so that it takes 20 s).")
  @Nullable Double speed;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "100",
      description = "Only the N most active people take part (default: ${DEFAULT-VALUE}).")
  int users;

  @Option(names = "--ingest-port", defaultValue = "8080", description = "Default: 8080.")
  int ingestPort;

  @Option(names = "--delivery-port", defaultValue = "8081", description = "Default: 8081.")
  int deliveryPort;

  @Option(names = "--fanout-port", defaultValue = "8082", description = "Default: 8082.")
  int fanoutPort;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:19092",
      description = "Of the pipeline that runs already (default: ${DEFAULT-VALUE}).")
  String kafka = "";

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description =
          "Of the embedded Kafka if it has to be started (default: the one it had, else 19092).")
  @Nullable Integer kafkaPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "For the pipeline if it has to be started (default: .tidegate).")
  @Nullable Path dataDir;

  @Mixin KafkaOptions options = new KafkaOptions();
  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    if (users < 1 || users > 100_000) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--users: want 1 to 100000, got " + users);
    }
    List<FeedEvent> events = events();
    Pace pace = pace(events);
    try (HttpClient http = HttpClient.newHttpClient()) {
      if (isRunning(http)) {
        return play(http, events, pace, kafka);
      }
      DataFolder folder = DataFolder.open(dataDir == null ? DataFolder.defaultPath() : dataDir);
      Logs.toFile(folder.resolve("tidegate.log"));
      output.note("Starting the pipeline, data in " + folder.path());
      Pipeline.Settings settings =
          new Pipeline.Settings(
              null,
              kafkaPort,
              options.embeddedPlan(),
              !options.arePartitionsStated(),
              ingestPort,
              deliveryPort,
              fanoutPort,
              0);
      try (Pipeline pipeline = Pipeline.start(folder, settings)) {
        return play(http, events, pace, pipeline.kafka());
      }
    }
  }

  private int play(HttpClient http, List<FeedEvent> events, Pace pace, String bootstrap)
      throws StartupException, InterruptedException {
    String run = "demo-" + UUID.randomUUID().toString().substring(0, 8);
    Account account = new Account();
    Set<String> people = Followers.busiest(events, users);
    List<String> names = people.stream().map(who -> FeedSender.user(run, who)).toList();
    URI connect = URI.create("ws://127.0.0.1:" + deliveryPort + ClientProtocol.CONNECT_PATH);
    try (IngestClient ingest = new IngestClient(uri(ingestPort, "/v1/messages"));
        OutcomeReader _ = new OutcomeReader(bootstrap, options.plan().topics(), run, account);
        Audience audience = new Audience(connect, names, account)) {
      Replay replay =
          new Replay(
              output,
              account,
              new FeedSender(ingest, run, account),
              audience,
              new Settlement(
                  account, new MailboxReader(http, uri(fanoutPort, "/")), names, patience),
              names.size());
      return replay.run(events, new Followers(people), pace) ? 0 : 1;
    }
  }

  private List<FeedEvent> events() throws StartupException {
    try {
      return feed == null ? GitFeed.read(Path.of("")) : FileFeed.read(feed);
    } catch (FeedException e) {
      throw new StartupException("" + e.getMessage(), e);
    }
  }

  private Pace pace(List<FeedEvent> events) {
    try {
      return speed == null
          ? Pace.over(events.getFirst().time(), events.getLast().time(), DEFAULT_LENGTH)
          : new Pace(events.getFirst().time(), speed);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private boolean isRunning(HttpClient http) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(ingestPort, "/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
