package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An ingest-service whose port speaks TLS. */
class TlsTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create("authority");

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    AUTHORITY.issue("server").write(folder);
    AUTHORITY.write(folder);
  }

  private TestIngest start(boolean clients) throws StartupException {
    return start(clients, UnaryOperator.identity());
  }

  private TestIngest start(boolean clients, UnaryOperator<IngestConfig> change)
      throws StartupException {
    return TestIngest.acking(
        config ->
            change
                .apply(config)
                .withTls(
                    new TlsFiles(
                        "TIDEGATE_INGEST_TLS_",
                        folder.resolve("cert.pem"),
                        folder.resolve("key.pem"),
                        clients ? folder.resolve("ca.pem") : null))
                .withReadTimeouts(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(20)));
  }

  /**
   * @param own a folder with the certificate that is shown; null: none is
   */
  private HttpClient client(@Nullable Path own) throws StartupException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(
            ClientTls.context(
                new TlsFiles(
                    "C_",
                    own == null ? null : own.resolve("cert.pem"),
                    own == null ? null : own.resolve("key.pem"),
                    folder.resolve("ca.pem"))))
        .build();
  }

  private static HttpRequest post(TestIngest ingest) {
    return HttpRequest.newBuilder(
            URI.create("https://127.0.0.1:" + ingest.service.port() + "/v1/messages"))
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(TestIngest.TO_ALICE))
        .build();
  }

  private static String metrics(TestIngest ingest, HttpClient client) throws Exception {
    URI uri = URI.create("https://127.0.0.1:" + ingest.service.port() + "/metrics");
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void messageShouldBeAcceptedOverTls() throws Exception {
    try (TestIngest ingest = start(false);
        HttpClient client = client(null)) {
      // When
      HttpResponse<String> response = client.send(post(ingest), BodyHandlers.ofString());

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(metrics(ingest, client))
          .contains("tidegate_ingest_tls_certificate_expiry_seconds ")
          .contains("tidegate_ingest_tls_handshakes_failed_total 0.0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientThatPrefersHttp2ShouldBeServedOverItIfItIsSpoken(boolean spoken) throws Exception {
    try (TestIngest ingest = start(false, config -> config.withHttp2(spoken));
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(
                    ClientTls.context(new TlsFiles("C_", null, null, folder.resolve("ca.pem"))))
                .build()) {
      // When
      HttpResponse<String> response = client.send(post(ingest), BodyHandlers.ofString());

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.version())
          .isEqualTo(spoken ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void streamShouldWorkOverTls() throws Exception {
    // Given
    CompletableFuture<String> acked = new CompletableFuture<>();
    try (TestIngest ingest = start(false);
        HttpClient client = client(null)) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .subprotocols("tidegate.ingest.v1")
              .buildAsync(
                  URI.create("wss://127.0.0.1:" + ingest.service.port() + "/v1/messages/stream"),
                  new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(
                        WebSocket self, CharSequence text, boolean last) {
                      if (text.toString().contains("\"ack\"")) {
                        acked.complete(text.toString());
                      }
                      self.request(1);
                      return null;
                    }
                  })
              .join();

      // When
      socket.sendText(TestIngest.TO_ALICE, true).join();

      // Then
      assertThat(acked.get(20, TimeUnit.SECONDS)).isEqualTo("{\"op\":\"ack\",\"n\":1}");
      socket.abort();
    }
  }

  @Test
  void clientWithoutACertificateShouldGetNoAnswerWhereOneIsAskedFor() throws Exception {
    // Given
    Path own = Files.createDirectory(folder.resolve("own"));
    AUTHORITY.issue("producer").write(own);
    Path other = Files.createDirectory(folder.resolve("other"));
    TestAuthority.create("other").issue("producer").write(other);
    try (TestIngest ingest = start(true);
        HttpClient with = client(own);
        HttpClient without = client(null);
        HttpClient wrong = client(other)) {
      // When
      HttpResponse<String> response = with.send(post(ingest), BodyHandlers.ofString());

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> without.send(post(ingest), BodyHandlers.ofString()));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> wrong.send(post(ingest), BodyHandlers.ofString()));
      assertThat(ingest.kafka.history()).hasSize(1);
      await()
          .until(
              () ->
                  metrics(ingest, with).contains("tidegate_ingest_tls_handshakes_failed_total 2"));
    }
  }

  @Test
  void curlShouldBeServedWithTheAuthorityAndACertificate() throws Exception {
    // Given
    assumeThat(curl(List.of("--version")).status()).isZero();
    Path own = Files.createDirectory(folder.resolve("own"));
    AUTHORITY.issue("producer").write(own);
    try (TestIngest ingest = start(true)) {
      String url = "https://127.0.0.1:" + ingest.service.port() + "/v1/messages";
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "-sS",
                  "-m",
                  "15",
                  "--cacert",
                  folder.resolve("ca.pem").toString(),
                  "-H",
                  "Content-Type: application/json",
                  "-d",
                  TestIngest.TO_ALICE,
                  url));

      // When
      Curl without = curl(arguments);
      arguments.addAll(
          List.of(
              "--cert", own.resolve("cert.pem").toString(),
              "--key", own.resolve("key.pem").toString()));
      Curl with = curl(arguments);

      // Then
      assertThat(without.status()).isNotZero();
      assertThat(with.output()).isEqualTo("{\"id\":\"m1\",\"accepted\":1}");
    }
  }

  private record Curl(int status, String output) {}

  private static Curl curl(List<String> arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Curl(process.waitFor(), output);
    } catch (IOException e) {
      return new Curl(-1, "no curl");
    }
  }

  @Test
  void plainHttpToATlsPortShouldBeClosedAndNoneBeHurt() throws Exception {
    try (TestIngest ingest = start(false);
        HttpClient client = client(null);
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), ingest.service.port())) {
      // When
      plain.setSoTimeout(20_000);
      plain.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      String answer = new String(readToEnd(plain), UTF_8);

      // Then
      assertThat(answer).doesNotContain("HTTP/1.1");
      assertThat(client.send(post(ingest), BodyHandlers.ofString()).statusCode()).isEqualTo(202);
    }
  }

  private static byte[] readToEnd(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      return new byte[0]; // reset
    }
  }

  @Test
  void tlsToAPlainPortShouldBeClosed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config);
        HttpClient client = client(null)) {
      // When
      // Then
      assertThatExceptionOfType(SSLException.class)
          .isThrownBy(() -> client.send(post(ingest), BodyHandlers.ofString()));
    }
  }

  @Test
  void clientThatStallsOverTlsShouldBeAnswered408AndClosed() throws Exception {
    try (TestIngest ingest = start(false);
        SSLSocket socket =
            (SSLSocket)
                ClientTls.context(new TlsFiles("C_", null, null, folder.resolve("ca.pem")))
                    .getSocketFactory()
                    .createSocket("127.0.0.1", ingest.service.port())) {
      // When
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("POST /v1/messages HTTP/1.1\r\nHost:".getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

      // Then
      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .contains("urn:tidegate:problem:request-timeout");
    }
  }

  @Test
  void brokenFileShouldKeepTheServiceFromStarting() throws Exception {
    // Given
    Files.writeString(folder.resolve("key.pem"), "no key");

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> start(false))
        .withMessageStartingWith(
            "TIDEGATE_INGEST_TLS_KEY=" + folder.resolve("key.pem") + ": no PEM");
  }
}
