package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.ingest.endpoints.EndpointTable;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.policies.Policies;
import io.tidegate.ingest.publish.Copies;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.publish.TopicProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An ingest-service on a port of its own, over a Kafka whose answers the test gives by hand. */
final class TestIngest implements AutoCloseable {
  static final String TO_ALICE = "{\"to\":{\"user\":\"alice\"},\"data\":{\"n\":1},\"id\":\"m1\"}";

  final MockProducer<byte[], byte[]> kafka;
  final IngestService service;
  volatile TopicProbe.Answer topic = new TopicProbe.Answer.Present(12);

  /** On how many brokers Kafka keeps what it acknowledges, as it is asked at start. */
  static final Copies COPIES = new Copies(3, 2);

  /** How far fan-out is behind. */
  final Eta eta = new Eta(Duration.ofMinutes(1).toNanos());

  /** The keys that are known, where keys are asked for. */
  final Keyring keyring = new Keyring();

  /** Whether the keys have been read. */
  volatile boolean keysCaughtUp = true;

  /** Whether the policies have been read. */
  volatile boolean caughtUp = true;

  /** Whether what was written is read back. */
  volatile boolean readsBack = true;

  /** The endpoints that are known, where there are any. */
  final Endpoints known = new Endpoints();

  private final CheckedClient client = new CheckedClient();

  private TestIngest(MockProducer<byte[], byte[]> kafka, UnaryOperator<IngestConfig> change)
      throws StartupException {
    this.kafka = kafka;
    IngestConfig config =
        change.apply(IngestConfig.defaults("mock:9092").withAddress("127.0.0.1", 0));
    Policies policies = new Policies();
    TrustedIssuer trusted = config.issuer();
    WatchedIssuer issuer = trusted == null ? null : trusted.open("test-token-keys");
    KeyTable table =
        config.auth() == Auth.KEYS ? new KeyTable(keyring, new KeyFeed(), issuer) : null;
    service =
        IngestService.start(
            config,
            new OpenKafka(
                kafka,
                new Probe(),
                policies,
                new Feed(Topics.DEFAULT.policies(), policies::changed),
                table,
                config.webhooks().isOn() ? endpoints() : null,
                eta,
                () -> {}));
  }

  private EndpointTable endpoints() {
    return new EndpointTable(
        known,
        new Feed(
            Topics.DEFAULT.endpoints(),
            (key, value, offset) -> {
              var _ = known.changed(key, value, offset);
            }));
  }

  /** Kafka acknowledges everything at once. */
  static TestIngest acking(UnaryOperator<IngestConfig> change) throws StartupException {
    return over(
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
        change);
  }

  /** As {@link #acking}, for a field. */
  static TestIngest start(UnaryOperator<IngestConfig> change) {
    try {
      return acking(change);
    } catch (StartupException e) {
      throw new AssertionError(e);
    }
  }

  /** Kafka acknowledges what the test completes. */
  static TestIngest silent(UnaryOperator<IngestConfig> change) throws StartupException {
    return over(
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          // A flush has no answer either until the test gives it.
          @Override
          public void flush() {}
        },
        change);
  }

  /** Any Kafka. */
  static TestIngest over(MockProducer<byte[], byte[]> kafka, UnaryOperator<IngestConfig> change)
      throws StartupException {
    return new TestIngest(kafka, change);
  }

  private final class Probe implements TopicProbe {
    @Override
    public Answer ask(String name, Duration timeout) {
      return topic;
    }

    @Override
    public Copies copies(String name, Duration timeout) {
      return COPIES;
    }

    @Override
    public void close() {}
  }

  private final class KeyFeed implements TableFeed {
    @Override
    public boolean caughtUp() {
      return keysCaughtUp;
    }

    @Override
    public boolean awaitTold(long offset, Duration timeout) {
      return true;
    }

    @Override
    public long skipped() {
      return 0;
    }

    @Override
    public void close() {}
  }

  /** Reads what the producer was given when it is asked to have read it. */
  private final class Feed implements TableFeed {
    private final String name;
    private final TopicTable.Listener listener;
    private int told;

    Feed(String name, TopicTable.Listener listener) {
      this.name = name;
      this.listener = listener;
    }

    @Override
    public boolean caughtUp() {
      return caughtUp;
    }

    @Override
    public synchronized boolean awaitTold(long offset, Duration timeout) {
      List<ProducerRecord<byte[], byte[]>> records =
          kafka.history().stream().filter(record -> record.topic().equals(name)).toList();
      for (; readsBack && told <= offset; told++) {
        listener.changed(records.get(told).key(), records.get(told).value(), told);
      }
      return told > offset;
    }

    @Override
    public long skipped() {
      return 0;
    }

    @Override
    public void close() {}
  }

  static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  HttpRequest post(String contentType, BodyPublisher body) {
    return request("/v1/messages").header("Content-Type", contentType).POST(body).build();
  }

  TestHttp http() {
    return new TestHttp(service.port());
  }

  HttpResponse<String> post(String json) throws IOException, InterruptedException {
    return send(post("application/json", BodyPublishers.ofString(json)));
  }

  HttpResponse<String> postBatch(String lines) throws IOException, InterruptedException {
    return send(post("application/x-ndjson", BodyPublishers.ofString(lines)));
  }

  CompletableFuture<HttpResponse<String>> postLater(String contentType, String body) {
    return sendLater(post(contentType, BodyPublishers.ofString(body)));
  }

  CompletableFuture<HttpResponse<String>> sendLater(HttpRequest request) {
    return client.sendLater(request);
  }

  void awaitSent(int records) {
    await().until(() -> kafka.history().size() == records);
  }

  /** The value of one line of the metrics. */
  double metric(String line) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(l -> l.startsWith(line + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + line));
  }

  /** A connection to write what no client library would. */
  Raw raw() throws IOException {
    return new Raw(service.port());
  }

  /** A socket that fails rather than waits for ever. What comes is held against the contract. */
  static final class Raw implements AutoCloseable {
    private static final int MAX_KEPT_BYTES = 1 << 20;

    final Socket socket;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    Raw(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      socket.setTcpNoDelay(true);
    }

    Raw write(String text) throws IOException {
      byte[] bytes = text.getBytes(UTF_8);
      socket.getOutputStream().write(bytes);
      if (written.size() < MAX_KEPT_BYTES) {
        written.writeBytes(bytes);
      }
      return this;
    }

    /** All that comes until the server closes. */
    String readToEnd() throws IOException {
      return checked(socket.getInputStream().readAllBytes());
    }

    /** What came before the end or the reset. */
    String readWhatIsThere() throws IOException {
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      byte[] bytes = new byte[8192];
      try {
        for (int n = socket.getInputStream().read(bytes);
            n > 0;
            n = socket.getInputStream().read(bytes)) {
          received.write(bytes, 0, n);
        }
      } catch (SocketException e) {
        // Reset: bytes of ours were still under way.
      }
      return checked(received.toByteArray());
    }

    private String checked(byte[] received) {
      RawExchanges.check(written.toByteArray(), received);
      return new String(received, UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() {
    service.close();
    client.close();
  }
}
