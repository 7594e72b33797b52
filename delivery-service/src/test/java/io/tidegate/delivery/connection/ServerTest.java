package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.delivery.DeliveryService;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.slot.Load;
import io.tidegate.testhttp2.TestHttp2;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server with sockets of the kernel's, which hold something too. */
final class ServerTest {
  /** More than the kernel holds for a client that does not read. */
  private static final String LONG = "x".repeat(256 * 1024);

  /** More than one read of the server's holds. */
  private static final int REQUESTS = 40;

  private final DeliveryMetrics metrics = new DeliveryMetrics();
  private final AtomicInteger asked = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server =
        Server.start(
            Wire.settings(10, 60, Origins.NONE),
            null,
            4,
            new RecordingLog(),
            new Door.Open(),
            new LongHealth(),
            metrics);
    server.open(17);
  }

  @AfterEach
  void stop() {
    server.close();
    metrics.close();
  }

  @Test
  void clientThatAsksAndDoesNotReadShouldBeAnsweredOnceUntilItReads() throws Exception {
    // Given
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      // When
      client
          .getOutputStream()
          .write("GET /health/live HTTP/1.1\r\n\r\n".repeat(REQUESTS).getBytes(UTF_8));

      // Then
      await().until(() -> asked.get() > 0);
      await().during(Duration.ofMillis(500)).until(() -> asked.get() == 1);

      // When
      byte[] read = client.getInputStream().readNBytes(REQUESTS * LONG.length());

      // Then
      assertThat(read).hasSize(REQUESTS * LONG.length());
      assertThat(asked).hasValue(REQUESTS);
    }
  }

  @Test
  void loadShouldBeWhatTheMetricsSay() {
    // When
    Load load = server.load();

    // Then
    assertThat(load.connections()).isZero();
    assertThat(load.unwritablePermille()).isZero();
    assertThat(metrics.scrape())
        .contains("tidegate_delivery_unwritable_ratio 0.0")
        .contains("tidegate_delivery_loop_delay_seconds " + load.loopDelayMillis() / 1_000.0);
  }

  private Server start(int perAddress, int arrivalsPerSecond) throws Exception {
    Server started =
        Server.start(
            Wire.settings(10, 60, Origins.NONE, perAddress, arrivalsPerSecond, SocketIo.AUTO),
            null,
            4,
            new RecordingLog(),
            new Door.Open(),
            new LongHealth(),
            metrics);
    started.open(17);
    return started;
  }

  private static String upgrade(Socket client) throws Exception {
    client.setSoTimeout(10_000);
    client.getOutputStream().write((Wire.REQUEST + "\r\n").getBytes(UTF_8));
    StringBuilder head = new StringBuilder();
    int next;
    while (head.indexOf("\r\n\r\n") < 0 && (next = client.getInputStream().read()) >= 0) {
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void addressShouldHaveSoManyConnectionsAndNoMore() throws Exception {
    try (Server bounded = start(2, 1_000);
        Socket first = new Socket(InetAddress.getLoopbackAddress(), bounded.port());
        Socket second = new Socket(InetAddress.getLoopbackAddress(), bounded.port())) {
      // Given
      assertThat(upgrade(first)).startsWith("HTTP/1.1 101 ");
      assertThat(upgrade(second)).startsWith("HTTP/1.1 101 ");

      // When
      try (Socket third = new Socket(InetAddress.getLoopbackAddress(), bounded.port())) {
        String refused = upgrade(third);

        // Then
        assertThat(refused).startsWith("HTTP/1.1 429 ").contains("retry-after: ");
      }
      assertThat(metrics.scrape())
          .contains("tidegate_delivery_requests_refused_total{reason=\"address\"} 1.0");

      // When: one of them leaves
      first.shutdownOutput();

      // Then
      await()
          .until(
              () -> {
                try (Socket late = new Socket(InetAddress.getLoopbackAddress(), bounded.port())) {
                  return upgrade(late).startsWith("HTTP/1.1 101 ");
                }
              });
    }
  }

  @Test
  void streamsOfOneConnectionShouldCountForTheirAddressEach() throws Exception {
    try (Server bounded = start(2, 1_000);
        TestHttp2 client = TestHttp2.open(bounded.port())) {
      // Given
      client.head(1, "GET", "/v1/stream?user=alice&device=a", true);
      client.head(3, "GET", "/v1/stream?user=alice&device=b", true);

      // When
      TestHttp2.Answer third =
          client.head(5, "GET", "/v1/stream?user=alice&device=c", true).await(5);

      // Then
      assertThat(third.status()).isEqualTo(429);
      assertThat(bounded.sessions()).isEqualTo(2);

      // When
      client.number(TestHttp2.RST_STREAM, 1, TestHttp2.CANCEL);

      // Then
      await().until(() -> bounded.sessions() == 1);
    }
  }

  @Test
  void boundOverAllShouldEndASocketOfHttp2ThatTakesNothing() throws Exception {
    try (TestHttp2 client = TestHttp2.open(server.port())) {
      // Given: room for all of it, but for the kernel's.
      client.setting(TestHttp2.INITIAL_WINDOW_SIZE, Http2Wire.ENOUGH);
      client.number(TestHttp2.WINDOW_UPDATE, 0, 4 * Http2Wire.ENOUGH);
      await().until(() -> metrics.scrape().contains("tidegate_delivery_http2_connections 1.0"));

      // When
      for (int i = 0; i < Http2Codec.MAX_STREAMS; i++) {
        client.head(2 * i + 1, "GET", "/health/live", true);
      }

      // Then: within looks of a second and a tenth of one, and perhaps before all were asked.
      await().until(() -> metrics.scrape().contains("tidegate_delivery_http2_connections 0.0"));
      assertThat(metrics.scrape()).doesNotContain("tidegate_delivery_outbound_closes_total 0.0");
      assertThat(metrics.scrape()).contains("tidegate_delivery_outbound_bytes 0.0");
    }
  }

  @Test
  void http2MayBeSwitchedOff() throws Exception {
    DeliveryConfig off = DeliveryConfig.defaults("none:1").withPort(0).withHttp2(false);
    try (Server other =
            Server.start(
                DeliveryService.serverSettings(off),
                null,
                4,
                new RecordingLog(),
                new Door.Open(),
                new LongHealth(),
                metrics);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
      // When
      client.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8));

      // Then
      assertThat(new String(client.getInputStream().readNBytes(9), UTF_8)).isEqualTo("HTTP/1.1 ");
    }
  }

  @Test
  void socketsFarBeyondThoseOfAnAddressShouldBeClosedUnread() throws Exception {
    try (Server bounded = start(1, 1_000)) {
      // When
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 18; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), bounded.port()));
      }

      // Then
      Socket last = sockets.getLast();
      last.setSoTimeout(10_000);
      assertThat(last.getInputStream().read()).isEqualTo(-1);
      assertThat(metrics.scrape())
          .contains("tidegate_delivery_sockets_refused_total{reason=\"address\"} 1.0");
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  @Test
  void nothingShouldBeAcceptedWhileAnEventLoopIsBehind() throws Exception {
    // Given
    CountDownLatch busy = new CountDownLatch(1);
    server.execute(
        0,
        () -> {
          try {
            busy.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    await().until(() -> metrics.scrape().contains("tidegate_delivery_accept_paused 1.0"));

    // When
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client.getOutputStream().write("GET /health/ready HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      // Then
      await()
          .during(Duration.ofMillis(300))
          .until(() -> metrics.scrape().contains("tidegate_delivery_sockets_accepted_total 0.0"));

      // When
      busy.countDown();

      // Then
      client.setSoTimeout(10_000);
      assertThat(client.getInputStream().read()).isEqualTo('H');
      await().until(() -> metrics.scrape().contains("tidegate_delivery_accept_paused 0.0"));
      assertThat(metrics.scrape())
          .contains("tidegate_delivery_sockets_accepted_total 1.0")
          .contains("tidegate_delivery_accept_pauses_total 1.0");
    }
  }

  @ParameterizedTest
  @EnumSource(SocketIo.class)
  void socketsShouldBeServedAlikeInEachWay(SocketIo io) throws Exception {
    // Given
    try {
      io.onThisMachine();
    } catch (StartupException e) {
      Assumptions.abort(String.valueOf(e.getMessage()));
    }
    RecordingLog log = new RecordingLog();
    try (Server other =
        Server.start(
            Wire.settings(10, 60, Origins.NONE, 0, 1_000, io),
            null,
            4,
            log,
            new Door.Open(),
            new LongHealth(),
            metrics)) {
      other.open(17);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), other.port());
          Socket stream = new Socket(InetAddress.getLoopbackAddress(), other.port());
          TestHttp2 http2 = TestHttp2.open(other.port())) {
        // When
        assertThat(upgrade(socket)).startsWith("HTTP/1.1 101 ");
        socket.getOutputStream().write(Wire.masked(0x81, Wire.HELLO.getBytes(UTF_8)));
        socket.getOutputStream().write(Wire.masked(0x89, "probe".getBytes(UTF_8)));
        stream
            .getOutputStream()
            .write(
                "GET /v1/stream?user=bob&device=tab HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));

        for (int i = 0; i < 3; i++) {
          http2.head(2 * i + 1, "GET", "/v1/stream?user=carol&device=d" + i, true);
        }

        // Then
        assertThat(socket.getInputStream().readNBytes(7))
            .isEqualTo("\u008a\u0005probe".getBytes(ISO_8859_1));
        await().until(() -> log.records.size() == 5);
        assertThat(log.records).anyMatch(record -> record.startsWith("up default/alice phone"));
      }
      await().until(() -> other.sessions() == 0);
    }
  }

  private final class LongHealth implements Health.Source {
    @Override
    public Health live() {
      asked.incrementAndGet();
      return new Health(List.of(new Health.Check("long", true, LONG)));
    }

    @Override
    public Health ready() {
      return live();
    }
  }
}
