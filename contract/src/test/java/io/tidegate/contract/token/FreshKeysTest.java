package io.tidegate.contract.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over a server that rotates, dies, answers rubbish and is slow. */
final class FreshKeysTest {
  private static final Duration SELDOM = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMillis(20);

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  private volatile String body = new TokenMaker("k1").publicJson();
  private volatile int status = 200;
  private volatile boolean silent;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          byte[] bytes = body.getBytes(UTF_8);
          try (exchange) {
            if (silent) {
              exchange.sendResponseHeaders(200, bytes.length);
              end.await();
            }
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  private void show(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private FreshKeys open(Duration refresh, Duration least) {
    FreshKeys keys = FreshKeys.open(KeySource.of(url(), null), refresh, least, "test-keys");
    await().until(keys::isKnown);
    return keys;
  }

  @Test
  void keyThatIsMissedShouldBeFetchedAndTheOldKeptOnlyWhileItIsThere() {
    // Given
    try (FreshKeys keys = open(SELDOM, SOON)) {
      assertThat(keys.keys().has("k1")).isTrue();

      // When
      body = new TokenMaker("k2").publicJson();
      keys.missed();

      // Then
      await().until(() -> keys.keys().has("k2"));
      assertThat(keys.keys().has("k1")).isFalse();
    }
  }

  @Test
  void rotationShouldBeSeenWithoutAnybodyAsking() {
    // Given
    try (FreshKeys keys = open(SOON, SOON)) {
      // When
      body = new TokenMaker("k2").publicJson();

      // Then
      await().until(() -> keys.keys().has("k2"));
    }
  }

  @Test
  void sourceShouldNotBeAskedMoreOftenThanMayBe() {
    // Given
    try (FreshKeys keys = open(SELDOM, SELDOM)) {
      // When
      for (int i = 0; i < 1_000; i++) {
        keys.missed();
      }

      // Then
      await().during(Duration.ofMillis(300)).until(() -> asked.get() == 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {} | answers 500",
        "302 | {} | answers 302",
        "200 | rubbish | not a JWK set",
        "200 | {\"keys\":[]} | has no RSA, EC or Ed25519 key to check signatures with"
      })
  void keysShouldStayWhileTheSourceHasNone(int code, String rubbish, String reason) {
    // Given
    try (FreshKeys keys = open(SELDOM, SOON)) {
      // When
      status = code;
      body = rubbish;
      keys.missed();
      await().until(() -> keys.failures() == 1);

      // Then
      assertThat(keys.keys().has("k1")).isTrue();
      assertThat(keys.detail()).isEqualTo("1 keys; " + url() + ": " + reason);
    }
  }

  @Test
  void answerWithoutEndShouldBeGivenUp() {
    // Given
    body = "x".repeat(KeySource.MOST_BYTES + 1);
    try (FreshKeys keys = FreshKeys.open(KeySource.of(url(), null), SELDOM, SELDOM, "test-keys")) {
      // When
      await().until(() -> keys.fetches() == 1);

      // Then
      assertThat(keys.isKnown()).isFalse();
      assertThat(keys.failures()).isEqualTo(1);
    }
  }

  @Test
  void slowSourceShouldHoldUpNobodyForLongerThanStated() throws Exception {
    // Given
    try (FreshKeys keys = open(SELDOM, SOON)) {
      silent = true;

      // When
      PublicKeys known = keys.await(Duration.ofMillis(50));

      // Then
      assertThat(known.has("k1")).isTrue();
      assertThat(keys.fetches()).isEqualTo(1);
      await().atMost(KeySource.FETCH.multipliedBy(4)).until(() -> keys.failures() == 1);
      assertThat(keys.detail()).endsWith("no answer in 5 s");
      silent = false;
    }
  }

  @Test
  void deadSourceShouldBeAskedAgainUntilItLives() throws Exception {
    // Given
    String text = url();
    int port = server.getAddress().getPort();
    server.stop(0);
    try (FreshKeys keys = FreshKeys.open(KeySource.of(text, null), SELDOM, SOON, "test-keys")) {
      await().until(() -> keys.failures() > 1);

      // When
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.createContext("/keys", this::show);
      server.start();

      // Then
      await().until(keys::isKnown);
    }
  }

  @Test
  void fileShouldBeReadAgain(@TempDir Path folder) throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("keys.json"), body);
    try (FreshKeys keys =
        FreshKeys.open(KeySource.of(file.toString(), null), SOON, SOON, "test-keys")) {
      await().until(() -> keys.keys().has("k1"));

      // When
      Files.writeString(file, new TokenMaker("k2").publicJson());

      // Then
      await().until(() -> keys.keys().has("k2"));
    }
  }

  @Test
  void emptyAnswerShouldBeAFailureFromTheBeginning() {
    // Given
    body = "";
    try (FreshKeys keys = FreshKeys.open(KeySource.of(url(), null), SELDOM, SELDOM, "test-keys")) {
      // When
      await().until(() -> keys.fetches() == 1);

      // Then
      assertThat(keys.failures()).isEqualTo(1);
      assertThat(keys.detail()).endsWith("not a JWK set");
    }
  }

  @Test
  void faultOfOursShouldBeAFailureAndNotTheEnd() {
    // Given
    AtomicBoolean faulty = new AtomicBoolean();
    FreshKeys.Reading source =
        () -> {
          if (faulty.get()) {
            throw new StackOverflowError("deep");
          }
          return body;
        };
    try (FreshKeys keys = FreshKeys.open(source, "it", SOON, SOON, "test-keys")) {
      await().until(keys::isKnown);

      // When
      faulty.set(true);
      await().until(() -> keys.failures() > 1);
      assertThat(keys.keys().has("k1")).isTrue();
      assertThat(keys.detail()).isEqualTo("1 keys; it: StackOverflowError: deep");
      body = new TokenMaker("k2").publicJson();
      faulty.set(false);

      // Then
      await().until(() -> keys.keys().has("k2"));
    }
  }

  @Test
  void sameKeysShouldStayTheSameObject() {
    // Given
    try (FreshKeys keys = open(SOON, SOON)) {
      PublicKeys first = keys.keys();
      long before = keys.fetches();

      // When
      await().until(() -> keys.fetches() > before + 1);

      // Then
      assertThat(keys.keys()).isSameAs(first);
    }
  }

  @Test
  void certificateOfTheSourceShouldBeOneOfAnAuthorityThatIsTrusted(@TempDir Path folder)
      throws Exception {
    // Given
    TestAuthority authority = TestAuthority.create("authority");
    authority.issue("keys").write(folder);
    authority.write(folder);
    TestAuthority.create("other").write(Files.createDirectory(folder.resolve("other")));
    TlsFiles files =
        new TlsFiles("X_TLS_", folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
    try (WatchedTls tls = WatchedTls.ofServer(files)) {
      HttpsServer secure =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
      secure.createContext("/keys", this::show);
      secure.start();
      String text = "https://127.0.0.1:" + secure.getAddress().getPort() + "/keys";

      // When // Then
      assertThat(KeySource.of(text, folder.resolve("ca.pem")).read()).isEqualTo(body);
      for (Path ca : new Path[] {folder.resolve("other/ca.pem"), null}) {
        assertThatIOException()
            .isThrownBy(() -> KeySource.of(text, ca).read())
            .withMessageContaining("PKIX path");
      }
      assertThatIOException()
          .isThrownBy(() -> KeySource.of(text, folder.resolve("none.pem")).read())
          .withMessageStartingWith("TOKEN_CA=");
      secure.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://keys.example/a, true",
    "HTTP://10.0.0.1/a, true",
    "http://127.0.0.1:8080/a, false",
    "http://LOCALHOST/a, false",
    "http://[::1]:80/a, false",
    "https://keys.example/a, false"
  })
  void keysThatAnyoneBetweenCanChangeShouldBeTold(String text, boolean clear) {
    assertThat(((KeySource.Url) KeySource.of(text, null)).isInTheClear()).isEqualTo(clear);
  }
}
