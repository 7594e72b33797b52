package io.tidegate.loadtest.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.loadtest.devices.FleetSettings.Crowd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens that a stub of ingest makes. */
final class AskedTokensTest {
  private static final Crowd CROWD = new Crowd(10, 200, i -> "load-" + i / 2, i -> "d" + i % 2);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger under = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** Of the first request; 200 of all behind it. */
  private volatile int firstStatus = 200;

  private volatile String answer = "{\"token\":\"of %s %s for %s\"}";

  AskedTokensTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/tokens", this::make);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  private void make(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(under.incrementAndGet(), Math::max);
    JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
    asked.add(body.toString());
    int status = requests.incrementAndGet() == 1 ? firstStatus : 200;
    try {
      Thread.sleep(Duration.ofMillis(20));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] bytes =
        answer
            .formatted(
                body.path("user").asString(),
                body.path("device").asString(),
                body.path("ttl").asString())
            .getBytes(UTF_8);
    under.decrementAndGet();
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private AskedTokens tokens() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return AskedTokens.of(RunSamples.target(uri, uri, null), CROWD);
  }

  @Test
  void eachDeviceHasItsOwnAndSoManyAreAskedForAtOnce() throws Exception {
    AskedTokens tokens = tokens();

    for (int i = 10; i < 210; i++) {
      assertThat(tokens.token("load-" + i / 2, "d" + i % 2))
          .isEqualTo("of load-%d d%d for PT24H", i / 2, i % 2);
    }
    assertThat(tokens.token("load-0", "d0")).isNull();
    assertThat(requests).hasValue(200);
    assertThat(most.get()).isBetween(2, AskedTokens.AT_ONCE);
  }

  @Test
  void oneThatIsRefusedForNowIsAskedForAgain() throws Exception {
    firstStatus = 429;
    AskedTokens tokens = tokens();

    assertThat(requests).hasValue(201);
    assertThat(asked).hasSize(200);
    assertThat(tokens.token("load-5", "d0")).isEqualTo("of load-5 d0 for PT24H");
  }

  @Test
  void oneThatIsRefusedForGoodEndsItAtOnce() {
    firstStatus = 403;

    assertThatThrownBy(this::tokens)
        .isInstanceOf(LoadTestException.class)
        .hasMessageContaining("/v1/tokens answered 403");
    assertThat(requests.get()).isLessThan(CROWD.count());
  }

  @Test
  void anAnswerWithoutATokenIsSaid() {
    answer = "{}";

    assertThatThrownBy(this::tokens)
        .isInstanceOf(LoadTestException.class)
        .hasMessageEndingWith("/v1/tokens answered no token");
  }
}
