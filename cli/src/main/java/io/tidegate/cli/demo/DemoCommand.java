package io.tidegate.cli.demo;

import io.tidegate.cli.Logs;
import io.tidegate.cli.Output;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.Serving;
import io.tidegate.cli.send.IngestClient;
import io.tidegate.cli.topics.KafkaConfigOption;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.cli.up.Pipeline;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code tidegate demo}: a feed of real events through the pipeline, accounted for. */
@Command(
    name = "demo",
    description = {
      "Replay a feed of real events through the pipeline, and account for every one.",
      "An event goes to everyone who was active in one of its areas before. Without --feed the feed"
          + " is the git history of the current folder. Starts the pipeline if it is not running;"
          + " finds one that `tidegate up` runs by its data folder.",
      "Exit codes: 0 every event is accounted for, 1 not, 2 something it needs is not there."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final List<String> PORTS =
      List.of("--ingest-port", "--delivery-port", "--fanout-port");

  /** For the way of one message through ingest and fan-out. */
  private static final Duration PROBE = Duration.ofSeconds(10);

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

  @Option(
      names = "--ingest-port",
      defaultValue = "8080",
      description = "Default: that of the running `up`, else 8080; so the next two: 8081, 8082.")
  int ingestPort;

  @Option(names = "--delivery-port", defaultValue = "8081", description = "WebSocket.")
  int deliveryPort;

  @Option(names = "--fanout-port", defaultValue = "8082", description = "Mailboxes.")
  int fanoutPort;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "Of the pipeline that runs already (default: what its `up` wrote into --data-dir).")
  @Nullable String kafka;

  @Mixin KafkaConfigOption kafkaConfig = new KafkaConfigOption();

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description =
          "Of the embedded Kafka if it has to be started (default: the one it had, else 19092).")
  @Nullable Integer kafkaPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Of the `up` that runs, or for the pipeline if it has to be started (default: .tidegate"
              + " beside the tidegate script).")
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
      Serving serving = serving(http);
      if (serving != null) {
        ingestPort = serving.ingestPort();
        deliveryPort = serving.deliveryPort();
        fanoutPort = serving.fanoutPort();
        KafkaAccess access =
            kafka == null
                ? kafkaConfig.ofRunning(serving.kafka(), serving.kafkaConfig(), output::note)
                : kafkaConfig.access(kafka, output::note);
        return play(http, events, pace, access);
      }
      DataFolder folder = DataFolder.open(dataFolder());
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
        return play(http, events, pace, pipeline.access());
      }
    }
  }

  private int play(HttpClient http, List<FeedEvent> events, Pace pace, KafkaAccess bootstrap)
      throws StartupException, InterruptedException {
    String run = "demo-" + UUID.randomUUID().toString().substring(0, 8);
    Account account = new Account();
    Set<String> people = Followers.busiest(events, users);
    List<String> names = people.stream().map(who -> FeedSender.user(run, who)).toList();
    URI connect = URI.create("ws://127.0.0.1:" + deliveryPort + ClientProtocol.CONNECT_PATH);
    try (IngestClient ingest = new IngestClient(uri(ingestPort, "/v1/messages"));
        OutcomeReader outcomes =
            new OutcomeReader(bootstrap, options.plan().topics(), run, account);
        Audience audience = new Audience(connect, names, account)) {
      FeedSender sender = new FeedSender(ingest, run, account);
      sender.probe();
      if (!outcomes.awaitProbe(PROBE)) {
        throw new StartupException(notItsKafka(bootstrap.servers()));
      }
      Replay replay =
          new Replay(
              output,
              account,
              sender,
              audience,
              new Settlement(
                  account, new MailboxReader(http, uri(fanoutPort, "/")), names, patience),
              names.size());
      boolean balanced = replay.run(events, new Followers(people), pace);
      if (!output.json()) {
        account.reasons().forEach(this::explain);
      }
      return balanced ? 0 : 1;
    }
  }

  private void explain(String reason, long count) {
    String words =
        reason.endsWith(Outcome.Reason.MAILBOX_FULL.label())
            ? ": whoever is away has a full mailbox, whose oldest message makes room"
                + " (TIDEGATE_FANOUT_MAILBOX_MAX_ENTRIES, 10,000 by default)"
            : "";
    output.line(String.format(Locale.ROOT, "%,d %s%s", count, reason, words));
  }

  /**
   * The pipeline that runs; null if none does.
   *
   * @throws CommandLine.ParameterException if one does whose Kafka nobody knows
   */
  private @Nullable Serving serving(HttpClient http) throws InterruptedException {
    Serving written = Serving.read(dataFolder());
    ParseResult given = spec.commandLine().getParseResult();
    boolean portsGiven =
        PORTS.stream().anyMatch(port -> given != null && given.hasMatchedOption(port));
    if (written != null && !portsGiven && isRunning(http, written.ingestPort())) {
      return written;
    }
    String told = kafka;
    if (!isRunning(http, ingestPort)) {
      if (told != null) {
        throw usage("--kafka: is of a pipeline that runs, and none is ready on port " + ingestPort);
      }
      if (kafkaConfig.isGiven()) {
        throw usage("--kafka-config: is of a pipeline that runs, as --kafka");
      }
      return null;
    }
    if (told == null && written != null && written.ingestPort() == ingestPort) {
      return new Serving(
          ingestPort, deliveryPort, fanoutPort, written.kafka(), written.kafkaConfig());
    }
    if (told == null) {
      throw usage(
          "--kafka: wanted, since the pipeline on port "
              + ingestPort
              + " is not that of an `up` with its data in "
              + dataFolder()
              + "; or name its folder with --data-dir");
    }
    return new Serving(ingestPort, deliveryPort, fanoutPort, told, null);
  }

  private String notItsKafka(String bootstrap) {
    return "the outcome of a first message did not come within "
        + PROBE.toSeconds()
        + " s on Kafka at "
        + bootstrap
        + ": it is not that of the pipeline on port "
        + ingestPort
        + " (or has another --prefix), or no fan-out runs";
  }

  private Path dataFolder() {
    return dataDir == null ? DataFolder.defaultPath() : dataDir;
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
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

  private static boolean isRunning(HttpClient http, int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(port, "/health/ready")).timeout(Duration.ofSeconds(2)).build();
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
