package io.tidegate.delivery;

import static io.tidegate.contract.settings.Bounds.atLeast;
import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.require;
import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.DurationText;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.token.TokenKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.connection.SocketIo;
import io.tidegate.delivery.pace.Pace;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set of a worker.
 *
 * @param kafka the way of all clients to it
 * @param tls null: plain HTTP and WebSockets
 * @param host to listen on
 * @param port to listen on; 0: any that is free
 * @param slot this worker's partition of the inbox; no two workers may have the same
 * @param loops event loops, 1 to 64
 * @param io how sockets are served
 * @param deflate level of permessage-deflate, 1 to 9, where a WebSocket's client offers it; 0:
 *     never
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1
 * @param auth whether a hello must show a token
 * @param keys the public keys of tokens
 * @param tokens which tokens are taken
 * @param origins whose pages may connect
 * @param webhooks endpoints
 */
public record DeliveryConfig(
    KafkaAccess kafka,
    Topics topics,
    @Nullable TlsFiles tls,
    String host,
    int port,
    int slot,
    int loops,
    SocketIo io,
    int deflate,
    boolean http2,
    DeliveryAuth auth,
    TokenKeys keys,
    TokenRules tokens,
    Origins origins,
    WebhookConfig webhooks,
    Limits limits,
    Timing timing) {

  public static final int DEFAULT_PORT = 8081;

  static final String PREFIX = "TIDEGATE_DELIVERY_";

  /** Of an ingest on this machine. */
  static final String DEFAULT_TOKEN_KEYS = "http://127.0.0.1:8080/.well-known/jwks.json";

  private static final Duration HOUR = Duration.ofHours(1);

  public DeliveryConfig {
    filled("host", host);
    within("port", port, 0, 65_535);
    atLeast("slot", slot, 0);
    within("loops", loops, 1, 64);
    within("deflate", deflate, 0, 9);
  }

  /**
   * How much is taken.
   *
   * @param connections WebSockets and streams at one time
   * @param addressConnections the same of one address, an IPv4 address or the network of the first
   *     64 bits of an IPv6 one, up to 1,000,000; 0: any number, as where all come through a proxy
   * @param arrivalsPerSecond sessions that may begin, with a burst of one second's worth, 1 to
   *     1,000,000, and at least one for each event loop; five seconds' worth waits, and beyond that
   *     who comes is sent away
   * @param departuresPerSecond sessions that are sent to other workers when this one stops, 1 to
   *     1,000,000; more only where a client would have to stay away for more than 30 s
   * @param frameBytes of one message of a client, 256 to 1 MiB
   * @param framesPerSecond of a client, with a burst of one second's worth
   * @param window messages unacked in flight to one session; a hello that asks for more gets this
   * @param bytesPerSecond of pushes to one client at most, 4,096 to 1,000,000,000, with a burst of
   *     one second's worth; 0: any number
   * @param outboundBytes that may wait for a client, whether it reads or not
   * @param outboundLimitBytes that may wait for a client that reads, give or take a frame; then it
   *     is sent no more, and closed as slow when it has read them
   * @param outboundTotalBytes that may wait for all clients together; beyond it those for whom most
   *     waits are closed as slow. By default a quarter of the heap that the JVM may have, and 16
   *     MiB at least
   * @param batches of inbox records that may wait at an event loop
   */
  public record Limits(
      int connections,
      int addressConnections,
      int arrivalsPerSecond,
      int departuresPerSecond,
      int frameBytes,
      int framesPerSecond,
      int window,
      int bytesPerSecond,
      long outboundBytes,
      long outboundLimitBytes,
      long outboundTotalBytes,
      int batches) {
    public static final Limits DEFAULT =
        new Limits(
            16_000,
            0,
            2_000,
            500,
            16 * 1024,
            1_000,
            ClientProtocol.MAX_WINDOW,
            0,
            1024 * 1024,
            16 * 1024 * 1024,
            Math.max(16 * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4),
            4);

    public Limits {
      atLeast("limits.connections", connections, 1);
      within("limits.addressConnections", addressConnections, 0, 1_000_000);
      within("limits.arrivalsPerSecond", arrivalsPerSecond, 1, 1_000_000);
      within("limits.departuresPerSecond", departuresPerSecond, 1, 1_000_000);
      within("limits.frameBytes", frameBytes, 256, 1024 * 1024);
      within("limits.framesPerSecond", framesPerSecond, 1, 1_000_000);
      within("limits.window", window, 1, ClientProtocol.MAX_WINDOW);
      if (bytesPerSecond != 0) {
        within("limits.bytesPerSecond", bytesPerSecond, Pace.LEAST_BYTES, Pace.MOST_BYTES);
      }
      atLeast("limits.outboundBytes", outboundBytes, 1024);
      require(
          outboundLimitBytes >= outboundBytes,
          "limits.outboundLimitBytes",
          "want at least limits.outboundBytes, " + outboundBytes,
          outboundLimitBytes);
      require(
          outboundTotalBytes >= outboundBytes,
          "limits.outboundTotalBytes",
          "want at least limits.outboundBytes, " + outboundBytes,
          outboundTotalBytes);
      within("limits.batches", batches, 1, 1024);
    }
  }

  /**
   * How long things may take.
   *
   * @param hello from the upgrade to the hello, and for an HTTP request to be there
   * @param attach from the hello to the sequencer's answer
   * @param ping between pings
   * @param pong from a ping to any sign of life
   * @param maxAge of a connection, give or take a quarter of it for each; then its client is sent
   *     away to come again, so that load spreads over workers that were added
   * @param slow in which a client with more than {@code outboundBytes} waiting has to take 32 KiB
   * @param mostDelay that a push is held, whatever a hello asks for, to be sent with others
   * @param ack between batches of acks
   * @param beat between heartbeats; less than half of {@code fence}
   * @param fence without a round trip of a heartbeat, then every session is closed
   * @param start for Kafka to answer, at the start
   * @param notice for which a worker that stops says that it is not ready and goes on as ever, so
   *     that balancers send nobody there any more when it drains; where nobody is there it is left
   *     out
   * @param drain for everything else that {@code close()} does
   */
  public record Timing(
      Duration hello,
      Duration attach,
      Duration ping,
      Duration pong,
      Duration maxAge,
      Duration slow,
      Duration mostDelay,
      Duration ack,
      Duration beat,
      Duration fence,
      Duration start,
      Duration notice,
      Duration drain) {
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            // All have moved within 7.5 h of an addition, for 0.7 reconnects a second of 16,000.
            Duration.ofHours(6),
            Duration.ofSeconds(10),
            Duration.ofMillis(Pace.MOST_DELAY_MILLIS),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5));

    public Timing {
      positive("timing.hello", hello);
      positive("timing.attach", attach);
      positive("timing.ping", ping);
      positive("timing.pong", pong);
      within("timing.maxAge", maxAge, Duration.ofSeconds(1), Duration.ofDays(30));
      positive("timing.slow", slow);
      within("timing.mostDelay", mostDelay, Duration.ZERO, HOUR);
      positive("timing.ack", ack);
      positive("timing.beat", beat);
      positive("timing.fence", fence);
      positive("timing.start", start);
      require(
          beat.compareTo(fence.dividedBy(2)) < 0,
          "timing.beat",
          "want less than half of timing.fence, " + DurationText.format(fence),
          beat);
      within("timing.notice", notice, Duration.ZERO, HOUR);
      within("timing.drain", drain, Duration.ZERO, HOUR);
    }

    private static void positive(String field, Duration time) {
      within(field, time, Duration.ofMillis(1), HOUR);
    }
  }

  public static DeliveryConfig defaults(String bootstrapServers) {
    return new DeliveryConfig(
        KafkaAccess.plain(bootstrapServers),
        Topics.DEFAULT,
        null,
        "127.0.0.1",
        DEFAULT_PORT,
        0,
        2,
        SocketIo.AUTO,
        0,
        true,
        DeliveryAuth.NONE,
        new TokenKeys(DEFAULT_TOKEN_KEYS, ""),
        TokenRules.OURS,
        Origins.NONE,
        WebhookConfig.DEFAULT,
        Limits.DEFAULT,
        Timing.DEFAULT);
  }

  /**
   * The defaults with what {@code environment} says otherwise: {@code TIDEGATE_KAFKA}, {@code
   * TIDEGATE_KAFKA_CONFIG}, {@code TIDEGATE_TOPIC_PREFIX} and the {@code TIDEGATE_DELIVERY_…}
   * variables that the README lists.
   *
   * @throws IllegalArgumentException naming the variable and the reason
   */
  public static DeliveryConfig from(Map<String, String> environment) {
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
    return Environment.shown(PREFIX, new DeliveryDraft(this)::read);
  }

  public DeliveryConfig withKafka(KafkaAccess access) {
    return with(draft -> draft.kafka = access);
  }

  public DeliveryConfig withTopics(Topics named) {
    return with(draft -> draft.topics = named);
  }

  public DeliveryConfig withTls(TlsFiles files) {
    return with(draft -> draft.tls = files);
  }

  public DeliveryConfig withHost(String name) {
    return with(draft -> draft.host = name);
  }

  public DeliveryConfig withPort(int number) {
    return with(draft -> draft.port = number);
  }

  public DeliveryConfig withSlot(int number) {
    return with(draft -> draft.slot = number);
  }

  /** Nobody has said where the public keys of tokens are. */
  public boolean hasDefaultTokenKeys() {
    return keys.tokenKeys().equals(DEFAULT_TOKEN_KEYS);
  }

  /**
   * A hello must show a token.
   *
   * @param keys a file or a URL
   */
  public DeliveryConfig withTokens(String keys, TokenRules rules) {
    return with(
        draft -> {
          draft.auth = DeliveryAuth.TOKENS;
          draft.keys = new TokenKeys(keys, draft.keys.tokenCa());
          draft.tokens = rules;
        });
  }

  /**
   * @param perAddress connections; 0: any number
   */
  public DeliveryConfig withAddressConnections(int perAddress) {
    return with(draft -> draft.addressConnections = perAddress);
  }

  /** Sessions that may begin. */
  public DeliveryConfig withArrivalsPerSecond(int rate) {
    return with(draft -> draft.arrivalsPerSecond = rate);
  }

  /**
   * @param level 1 to 9; 0: nothing is compressed
   */
  public DeliveryConfig withDeflate(int level) {
    return with(draft -> draft.deflate = level);
  }

  public DeliveryConfig withHttp2(boolean spoken) {
    return with(draft -> draft.http2 = spoken);
  }

  /**
   * @param bytes a second of pushes to one client; 0: any number
   */
  public DeliveryConfig withBytesPerSecond(int bytes) {
    return with(draft -> draft.bytesPerSecond = bytes);
  }

  public DeliveryConfig withIo(SocketIo way) {
    return with(draft -> draft.io = way);
  }

  public DeliveryConfig withOrigins(Origins some) {
    return with(draft -> draft.origins = some);
  }

  public DeliveryConfig withWebhooks(WebhookConfig some) {
    return with(draft -> draft.webhooks = some);
  }

  /** Give or take a quarter of it. */
  public DeliveryConfig withMaxAge(Duration age) {
    return with(draft -> draft.maxAge = age);
  }

  /**
   * @param bytes that may wait for a client to read them
   * @param limitBytes beyond which it is closed at once
   * @param time that it may have more than {@code bytes} waiting
   */
  public DeliveryConfig withSlow(long bytes, long limitBytes, Duration time) {
    return with(
        draft -> {
          draft.outboundBytes = bytes;
          draft.outboundLimitBytes = limitBytes;
          draft.slow = time;
        });
  }

  /**
   * @param every between heartbeats
   * @param without a round trip for so long, every session is closed
   */
  public DeliveryConfig withFence(Duration every, Duration without) {
    return with(
        draft -> {
          draft.beat = every;
          draft.fence = without;
        });
  }

  public DeliveryConfig withStart(Duration most) {
    return with(draft -> draft.start = most);
  }

  public DeliveryConfig withNotice(Duration before) {
    return with(draft -> draft.notice = before);
  }

  public DeliveryConfig withDrain(Duration all) {
    return with(draft -> draft.drain = all);
  }

  private DeliveryConfig with(Consumer<DeliveryDraft> change) {
    DeliveryDraft draft = new DeliveryDraft(this);
    change.accept(draft);
    return draft.config();
  }
}
