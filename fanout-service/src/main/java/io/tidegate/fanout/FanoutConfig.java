package io.tidegate.fanout;

import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.require;
import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.fanout.topology.FanoutTopology;
import io.tidegate.fanout.topology.UserHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a fan-out service is told at its start.
 *
 * @param kafka the way of all clients to it
 * @param auth whether requests to the HTTP port must show an API key
 * @param issuer whose tokens let callers in, too; null: nobody's
 * @param tls of the HTTP port; null: it is plain
 * @param tlsPeers of requests to other instances; null: they are plain
 * @param host the address that the HTTP port is bound to
 * @param port of HTTP, 0 for any
 * @param advertised {@code host:port} under which other instances reach the HTTP port; null: host
 *     and port as bound
 * @param applicationId the consumer group, and how the changelog's and the transactions' names
 *     begin; the same for all instances
 * @param instanceId names this instance for good, such as a StatefulSet's pod: one that comes back
 *     within the session timeout goes on without a rebalance; null for an instance that nobody
 *     waits for
 * @param stateDir where RocksDB is; to be lost without harm, since the changelog is in Kafka
 * @param threads 1 to 64; more than tasks (partitions) are idle
 * @param standbys copies of every store on other instances, 0 to 4
 * @param commitInterval 1 ms to 1 s: half of it a push waits for its commit where there is nothing
 *     else to do, and up to four times as long as it where its thread works all the time
 * @param sessionTimeout 1 s to 5 min: after so long without a sign of life an instance's tasks
 *     move. Kafka refuses less than its {@code group.min.session.timeout.ms}, 6 s by default
 * @param drain 0 s to 5 min: how long closing may take
 * @param adaptive whether releases of low urgency slow while the system is busy
 */
public record FanoutConfig(
    KafkaAccess kafka,
    Topics topics,
    Auth auth,
    @Nullable TrustedIssuer issuer,
    @Nullable TlsFiles tls,
    @Nullable TlsFiles tlsPeers,
    String host,
    int port,
    @Nullable String advertised,
    String applicationId,
    @Nullable String instanceId,
    Path stateDir,
    StoreKind store,
    int threads,
    int standbys,
    Duration commitInterval,
    Duration sessionTimeout,
    Duration drain,
    boolean adaptive,
    SequencerSettings sequencer) {

  public static final int DEFAULT_PORT = 8082;

  static final String PREFIX = "TIDEGATE_FANOUT_";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,150}");
  private static final Pattern HOST_AND_PORT = Pattern.compile("[^\\s/@?#]{1,255}:[0-9]{1,5}");

  public FanoutConfig {
    filled("host", host);
    within("port", port, 0, 65_535);
    require(
        advertised == null || HOST_AND_PORT.matcher(advertised).matches(),
        "advertised",
        "want host:port",
        String.valueOf(advertised));
    require(
        advertised != null || !isWildcard(host),
        "advertised",
        "want host:port at which other instances reach this one, because the host is " + host,
        "nothing");
    named("applicationId", applicationId);
    if (instanceId != null) {
      named("instanceId", instanceId);
    }
    within("threads", threads, 1, 64);
    within("standbys", standbys, 0, 4);
    within("commitInterval", commitInterval, Duration.ofMillis(1), Duration.ofSeconds(1));
    within("sessionTimeout", sessionTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
    within("drain", drain, Duration.ZERO, Duration.ofMinutes(5));
    // For what the core refuses, so that it does so here and not in a stream thread.
    UserHandler.sequencer(sequencer);
  }

  public static FanoutConfig defaults(String bootstrapServers) {
    return new FanoutConfig(
        KafkaAccess.plain(bootstrapServers),
        Topics.DEFAULT,
        Auth.NONE,
        null,
        null,
        null,
        "127.0.0.1",
        DEFAULT_PORT,
        null,
        applicationId(Topics.DEFAULT),
        null,
        Path.of(System.getProperty("java.io.tmpdir"), "tidegate", "fanout"),
        StoreKind.ROCKSDB,
        1,
        0,
        Duration.ofMillis(15),
        Duration.ofSeconds(6),
        Duration.ofSeconds(5),
        true,
        SequencerSettings.defaults());
  }

  /**
   * The defaults with what {@code environment} says otherwise; the module's README lists the
   * variables.
   *
   * @throws IllegalArgumentException naming the variable and the reason
   */
  public static FanoutConfig from(Map<String, String> environment) {
    return Environment.read(
        environment,
        PREFIX,
        variables -> {
          KafkaAccess access = variables.kafka("127.0.0.1:9092");
          return defaults(access.servers()).withKafka(access).with(draft -> draft.read(variables));
        });
  }

  /** What of it anyone may see, as {@link Environment#shown}. */
  public SortedMap<String, String> shown() {
    return Environment.shown(PREFIX, new FanoutDraft(this)::read);
  }

  /** How long an open transaction of an instance that died can hold back readers. */
  public Duration transactionTimeout() {
    // Longer than the session timeout: while a rebalance waits for a member that died, the others
    // cannot commit, and a transaction that is aborted under them costs them their stores.
    return sessionTimeout.plusSeconds(2).plus(FanoutTopology.commitsAtLast(commitInterval));
  }

  public FanoutConfig withKafka(KafkaAccess access) {
    return with(draft -> draft.kafka = access);
  }

  /** With the application id that follows from the prefix, too. */
  public FanoutConfig withTopics(Topics other) {
    return with(
        draft -> {
          draft.topics = other;
          draft.applicationId = applicationId(other);
        });
  }

  /**
   * @param otherAdvertised null: as bound
   */
  public FanoutConfig withAddress(
      String otherHost, int otherPort, @Nullable String otherAdvertised) {
    return with(
        draft -> {
          draft.host = otherHost;
          draft.port = otherPort;
          draft.advertised = otherAdvertised;
        });
  }

  /** Requests to other instances trust {@code peers} and show the same certificate. */
  public FanoutConfig withTls(TlsFiles files, TlsFiles peers) {
    return with(
        draft -> {
          draft.tls = files;
          draft.tlsPeers = peers;
        });
  }

  /** Requests must show an API key, or a token of that issuer. */
  public FanoutConfig withIssuer(TrustedIssuer other) {
    return with(
        draft -> {
          draft.auth = Auth.KEYS;
          draft.issuer = other;
        });
  }

  public FanoutConfig withAuth(Auth other) {
    return with(draft -> draft.auth = other);
  }

  public FanoutConfig withPort(int other) {
    return with(draft -> draft.port = other);
  }

  public FanoutConfig withInstance(String otherApplicationId, @Nullable String otherInstanceId) {
    return with(
        draft -> {
          draft.applicationId = otherApplicationId;
          draft.instanceId = otherInstanceId;
        });
  }

  public FanoutConfig withStore(StoreKind otherStore, Path otherStateDir) {
    return with(
        draft -> {
          draft.store = otherStore;
          draft.stateDir = otherStateDir;
        });
  }

  public FanoutConfig withParallelism(int otherThreads, int otherStandbys) {
    return with(
        draft -> {
          draft.threads = otherThreads;
          draft.standbys = otherStandbys;
        });
  }

  public FanoutConfig withDrain(Duration other) {
    return with(draft -> draft.drain = other);
  }

  public FanoutConfig withAdaptive(boolean other) {
    return with(draft -> draft.adaptive = other);
  }

  public FanoutConfig withSequencer(SequencerSettings other) {
    return with(draft -> draft.sequencer = other);
  }

  private FanoutConfig with(Consumer<FanoutDraft> change) {
    FanoutDraft draft = new FanoutDraft(this);
    change.accept(draft);
    return draft.config();
  }

  static String applicationId(Topics topics) {
    return topics.prefix() + "-fanout";
  }

  /** Listens everywhere, which is no place to be reached at. */
  private static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
  }

  private static void named(String field, String value) {
    require(NAME.matcher(value).matches(), field, "want 1 to 150 of [a-zA-Z0-9._-]", value);
  }
}
