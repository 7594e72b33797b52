package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server behind TLS that asks for clients' certificates, with sockets of the kernel's. */
final class TlsEntranceTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create("authority");

  /** More than one flush, and than the kernel holds. */
  private static final String LONG = "x".repeat(512 * 1024);

  private final DeliveryMetrics metrics = new DeliveryMetrics();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private WatchedTls tls;

  @SuppressWarnings("NullAway.Init")
  private Server server;

  @BeforeEach
  void start() throws Exception {
    AUTHORITY.issue("worker").write(folder);
    AUTHORITY.write(folder);
    Path own = Files.createDirectory(folder.resolve("own"));
    AUTHORITY.issue("device").write(own);
    tls =
        WatchedTls.ofServer(
            new TlsFiles(
                "X_TLS_",
                folder.resolve("cert.pem"),
                folder.resolve("key.pem"),
                folder.resolve("ca.pem")),
            Duration.ofMillis(200));
    server =
        Server.start(
            Wire.settings(10, 60, Origins.NONE),
            tls,
            4,
            new RecordingLog(),
            new Door.Open(),
            HEALTH,
            metrics);
    server.open(17);
  }

  @AfterEach
  void stop() {
    server.close();
    tls.close();
    metrics.close();
  }

  private static final Health.Source HEALTH =
      new Health.Source() {
        @Override
        public Health live() {
          return new Health(List.of(new Health.Check("long", true, LONG)));
        }

        @Override
        public Health ready() {
          return live();
        }
      };

  private HttpClient client(boolean own) throws Exception {
    return client(own, HttpClient.Version.HTTP_1_1);
  }

  private HttpClient client(boolean own, HttpClient.Version version) throws Exception {
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(
            ClientTls.context(
                new TlsFiles(
                    "C_",
                    own ? folder.resolve("own/cert.pem") : null,
                    own ? folder.resolve("own/key.pem") : null,
                    folder.resolve("ca.pem"))))
        .build();
  }

  private HttpRequest live() {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/health/live"))
        .build();
  }

  @Test
  void answerShouldComeWholeOverTls() throws Exception {
    try (HttpClient client = client(true)) {
      // When
      HttpResponse<String> response = client.send(live(), BodyHandlers.ofString());

      // Then
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains(LONG);
    }
  }

  @Test
  void streamShouldComeToItsLastEventOverTls() throws Exception {
    try (HttpClient client = client(true)) {
      // Given
      URI uri = URI.create("https://127.0.0.1:" + server.port() + "/v1/stream?user=alice");
      CompletableFuture<HttpResponse<String>> response =
          client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      await().until(() -> server.sessions() == 1);

      // When
      server.fence("test");

      // Then
      assertThat(response.get().statusCode()).isEqualTo(200);
      assertThat(response.get().body())
          .startsWith("retry: ")
          .endsWith("\"code\":4000,\"reason\":\"test\",\"reconnect\":\"backoff\"}\n\n");
      await().until(() -> server.sessions() == 0);
    }
  }

  @Test
  void clientThatOffersHttp2ShouldHaveItsStreamsOnOneConnection() throws Exception {
    try (HttpClient client = client(true, HttpClient.Version.HTTP_2)) {
      // Given
      HttpResponse<String> health = client.send(live(), BodyHandlers.ofString());
      List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        URI uri =
            URI.create("https://127.0.0.1:" + server.port() + "/v1/stream?user=alice&device=d" + i);
        streams.add(client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()));
      }
      await().until(() -> server.sessions() == 8);

      // When
      String scrape = metrics.scrape();
      server.fence("test");

      // Then
      assertThat(health.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(health.body()).contains(LONG);
      assertThat(scrape)
          .contains("tidegate_delivery_sockets 1.0")
          .contains("tidegate_delivery_http2_connections 1.0");
      for (CompletableFuture<HttpResponse<String>> stream : streams) {
        assertThat(stream.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(stream.get().body())
            .startsWith("retry: ")
            .endsWith("\"code\":4000,\"reason\":\"test\",\"reconnect\":\"backoff\"}\n\n");
      }
      assertThat(metrics.scrape()).doesNotContain("tidegate_delivery_http2_errors_total{");
    }
  }

  @Test
  void streamShouldGoOnWhereTheCertificateIsReplaced() throws Exception {
    try (HttpClient client = client(true);
        HttpClient later = client(true)) {
      // Given
      URI uri = URI.create("https://127.0.0.1:" + server.port() + "/v1/stream?user=alice");
      CompletableFuture<HttpResponse<String>> response =
          client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      await().until(() -> server.sessions() == 1);

      // When
      AUTHORITY.issue("worker").write(folder);
      await().atMost(Duration.ofSeconds(60)).until(() -> tls.reloads() == 1);
      Certificate fresh =
          later
              .send(live(), BodyHandlers.ofString())
              .sslSession()
              .orElseThrow()
              .getPeerCertificates()[0];
      server.fence("test");

      // Then: who was there before is told the end, over the connection that it has
      assertThat(response.get().body()).contains("\"code\":4000");
      assertThat(response.get().sslSession().orElseThrow().getPeerCertificates()[0])
          .isNotEqualTo(fresh);
    }
  }

  @Test
  void webSocketShouldWorkOverTls() throws Exception {
    // Given
    CompletableFuture<String> closed = new CompletableFuture<>();
    try (HttpClient client = client(true)) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .subprotocols("tidegate.v1")
              .buildAsync(
                  URI.create("wss://127.0.0.1:" + server.port() + "/v1/connect"),
                  new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onClose(
                        WebSocket self, int code, String reason) {
                      closed.complete(code + " " + reason);
                      return null;
                    }
                  })
              .join();

      // When
      socket.sendText("{\"op\":\"what\"}", true).join();

      // Then
      assertThat(closed.get(20, TimeUnit.SECONDS)).startsWith("45");
    }
  }

  @Test
  void clientWithoutACertificateShouldBeCountedAndNoFaultOfOurs() throws Exception {
    try (HttpClient client = client(false);
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      // When
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> client.send(live(), BodyHandlers.ofString()));
      plain.setSoTimeout(20_000);
      plain.getOutputStream().write("GET /health/live HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      // Then
      assertThat(new String(plain.getInputStream().readAllBytes(), UTF_8)).doesNotContain("HTTP");
      await()
          .untilAsserted(
              () ->
                  assertThat(metrics.scrape())
                      // The JDK's client tries a GET again.
                      .containsPattern("tidegate_delivery_tls_handshakes_failed_total [23]\\.0")
                      .contains("tidegate_delivery_tls_handshakes 0.0")
                      .contains("tidegate_delivery_faults_total 0.0")
                      .contains("tidegate_delivery_sockets 0.0"));
    }
  }
}
