package io.tidegate.loadtest.offer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.channel.EventLoop;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.net.Sockets;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Backlog;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class RestDoorTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long MILLI = 1_000_000;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Sockets sockets = new Sockets("test", 1);
  private final Heard heard = new Heard();
  private HttpServer server;

  RestDoorTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    sockets.close();
    server.stop(0);
    threads.shutdownNow();
  }

  /** What the door told, by message. */
  private static final class Heard implements OfferEvents {
    private final Map<Long, Long> sent = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> waited = new ConcurrentHashMap<>();
    private final Map<Long, Long> lates = new ConcurrentHashMap<>();
    private final AtomicLong latestTick = new AtomicLong(-1);
    private final Map<Long, Long> accepted = new ConcurrentHashMap<>();
    private final Map<Long, Integer> requests = new ConcurrentHashMap<>();
    private final AtomicInteger request = new AtomicInteger();
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void requestBegins() {
      request.incrementAndGet();
    }

    @Override
    public void sent(long message, long nanos, long late) {
      requests.put(message, request.get());
      sent.put(message, nanos);
      waited.merge(message, late == HELD_UP, Boolean::logicalOr);
      lates.put(message, late);
    }

    @Override
    public void accepted(long message, long nanos) {
      accepted.put(message, nanos);
    }

    @Override
    public void refused(long message, String answer, boolean again) {
      refused.add(message + " " + answer + (again ? " again" : ""));
    }

    @Override
    public void ticked(long nanos, long late) {
      latestTick.accumulateAndGet(late, Math::max);
    }
  }

  private RestDoor door(Sending sending, int connections, double rate) throws IOException {
    URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/messages");
    DoorRules rules = DoorRules.of(connections, sending.batch(), sending.linger(), sending.again());
    RestDoor door = door(target, null, sending, rules, Duration.ofMillis(200), rate);
    door.open();
    door.start(System.nanoTime());
    return door;
  }

  private RestDoor door(
      URI target,
      @Nullable SSLContext tls,
      Sending sending,
      DoorRules rules,
      Duration load,
      double rate) {
    Audience audience = new Audience(new Receivers(Receivers.Kind.USER, 3, 1, 1, 3, 0), 1);
    Outgoing outgoing =
        new Outgoing(
            new MessageIds("run"), new Names("load"), audience, Receivers.Kind.USER, sending);
    boolean lines = sending.through() == Sending.Through.BATCH;
    return new RestDoor(
        sockets,
        target,
        tls,
        new Requests(target, "secret", lines, outgoing),
        rules,
        new Backlog(new Arrivals(List.of(Phase.steady(load, rate)))),
        heard);
  }

  private static Sending single(boolean again) {
    return new Sending(
        Sending.Through.REST, 1, Duration.ZERO, 50, Urgency.HIGH, 60, "né\"ws", true, again);
  }

  private static Sending lines(int batch) {
    return new Sending(
        Sending.Through.BATCH,
        batch,
        Duration.ofMillis(50),
        50,
        Urgency.NORMAL,
        null,
        null,
        false,
        true);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void everyMessageIsARequestThatSaysAllOfIt() throws IOException {
    List<JsonNode> bodies = Collections.synchronizedList(new ArrayList<>());
    List<String> keys = Collections.synchronizedList(new ArrayList<>());
    server.createContext(
        "/v1/messages",
        exchange -> {
          bodies.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          keys.add(exchange.getRequestHeaders().getFirst("authorization"));
          answer(exchange, 202, "{}");
        });

    RestDoor door = door(single(true), 4, 100);
    await().until(door::isDone);

    assertThat(heard.accepted).hasSize(20);
    assertThat(heard.refused).isEmpty();
    assertThat(keys).containsOnly("Bearer secret");
    JsonNode fifth =
        bodies.stream()
            .filter(body -> body.path("id").asString("").equals("run-5"))
            .findFirst()
            .orElseThrow();
    assertThat(fifth.toString())
        .startsWith(
            "{\"to\":{\"user\":\"load-1\"},\"id\":\"run-5\",\"collapse_key\":\"load\","
                + "\"urgency\":\"high\",\"ttl\":60,\"category\":\"né\\\"ws\",\"data\":{");
    assertThat(fifth.path("data").toString()).hasSize(50);
  }

  @Test
  void whatIsRefusedForNowIsHandedInAgain() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    server.createContext(
        "/v1/messages",
        exchange -> {
          if (requests.getAndIncrement() == 3) {
            answer(exchange, 503, "{}");
          } else {
            answer(exchange, 202, "{}");
          }
        });

    RestDoor door = door(single(true), 4, 50);
    await().until(door::isDone);

    assertThat(heard.accepted).hasSize(10);
    assertThat(heard.refused).singleElement().asString().endsWith(" 503 again");
    assertThat(requests).hasValue(11);
  }

  @Test
  void whatIsRefusedForGoodIsNot() throws IOException {
    server.createContext("/v1/messages", exchange -> answer(exchange, 400, "{}"));

    RestDoor door = door(single(true), 4, 50);
    await().until(door::isDone);

    assertThat(heard.accepted).isEmpty();
    assertThat(heard.refused).hasSize(10).allMatch(line -> line.endsWith(" 400"));
  }

  @Test
  void aConnectionThatBreaksCostsItsOwnMessageATry() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    server.createContext(
        "/v1/messages",
        exchange -> {
          if (requests.getAndIncrement() == 3) {
            exchange.close();
          } else {
            answer(exchange, 202, "{}");
          }
        });

    RestDoor door = door(single(true), 2, 50);
    await().until(door::isDone);

    assertThat(heard.accepted).hasSize(10);
    assertThat(heard.refused).singleElement().asString().endsWith(" broken again");
  }

  @Test
  void linesHaveAResultEach() throws IOException {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    Map<String, Integer> at = new ConcurrentHashMap<>();
    AtomicInteger came = new AtomicInteger();
    server.createContext(
        "/v1/messages",
        exchange -> {
          List<String> lines =
              new String(exchange.getRequestBody().readAllBytes(), UTF_8).lines().toList();
          sizes.add(lines.size());
          int request = came.incrementAndGet();
          lines.forEach(line -> at.put(JSON.readTree(line).path("id").asString(""), request));
          StringBuilder results = new StringBuilder();
          for (String line : lines) {
            boolean good = !JSON.readTree(line).path("id").asString("").equals("run-7");
            results.append(
                good ? "{\"id\":\"x\",\"accepted\":1}\n" : "{\"type\":\"t\",\"status\":413}\n");
          }
          answer(exchange, 200, results.toString());
        });

    RestDoor door = door(lines(8), 2, 100);
    await().until(door::isDone);

    assertThat(heard.accepted).hasSize(19).doesNotContainKey(7L);
    assertThat(heard.refused).containsExactly("7 200: 413");
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
    assertThat(sizes).allMatch(size -> size <= 8);
    assertThat(sizes.size()).isLessThan(20);
    assertThat(heard.request).hasValue(sizes.size());
    for (long one = 0; one < 20; one++) {
      for (long other = 0; other < one; other++) {
        assertThat(Objects.equals(heard.requests.get(one), heard.requests.get(other)))
            .as("%d and %d", one, other)
            .isEqualTo(Objects.equals(at.get("run-" + one), at.get("run-" + other)));
      }
    }
  }

  @Test
  void aServiceThatStallsDoesNotSlowTheLoadAndWhatWaitsIsTimedFromWhenItWasDue()
      throws IOException {
    Semaphore gate = new Semaphore(0);
    server.createContext(
        "/v1/messages",
        exchange -> {
          gate.acquireUninterruptibly();
          answer(exchange, 202, "{}");
        });

    RestDoor door = door(single(false), 2, 100);
    await().until(() -> heard.sent.size() == 2);
    // All twenty are due long before the first is answered.
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    gate.release(1_000);
    await().until(door::isDone);

    assertThat(heard.accepted).hasSize(20);
    assertThat(heard.waited.values().stream().filter(waited -> waited).count())
        .as("those that were due while no connection was free, or was still being made")
        .isBetween(15L, 19L);
    assertThat(heard.waited).containsEntry(0L, false);
    // The last was due at 190 ms and accepted after 300: the wait is in its time.
    assertThat(heard.accepted.getOrDefault(2L, 0L) - 20_000_000).isGreaterThan(200_000_000);
    assertThat(door.mostInUse()).isEqualTo(2);
  }

  @Test
  void connectionsThatWereNeverAllNeededAreNotAllInUse() throws IOException {
    server.createContext("/v1/messages", exchange -> answer(exchange, 202, "{}"));

    RestDoor door = door(single(true), 50, 20);
    await().until(door::isDone);

    assertThat(door.mostInUse()).isBetween(1, 4);
    assertThat(door.lastFailure()).isEmpty();
  }

  @Test
  void whatFellDueInAPauseOfTheGeneratorIsLateByItAlsoWhereItWaitsForAConnection()
      throws IOException {
    server.createContext("/v1/messages", exchange -> answer(exchange, 202, "{}"));
    EventLoop loop = sockets.loop();

    URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/messages");
    DoorRules one = DoorRules.of(1, 1, Duration.ZERO, true);
    RestDoor door = door(target, null, single(true), one, Duration.ofSeconds(1), 50);
    door.open();
    door.start(System.nanoTime() + 200 * MILLI);
    loop.execute(() -> LockSupport.parkNanos(700 * MILLI));
    await().until(door::isDone);

    // Due up to 180 ms, in a pause up to 500 ms, after which only one at a time could leave.
    for (long message = 0; message < 10; message++) {
      assertThat(heard.lates.getOrDefault(message, 0L))
          .as("of %d", message)
          .isGreaterThan(250 * MILLI);
    }
    assertThat(heard.latestTick).hasValueGreaterThan(300 * MILLI);
  }

  @Test
  void aServiceThatIsGoneEndsTheRunAlsoWhereMessagesWaitForARequestToBeFull() throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    URI target = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/v1/messages");
    Sending sending = lines(100);
    long patience = 500 * MILLI;
    DoorRules rules = new DoorRules(2, 100, 5_000 * MILLI, patience, new Retry(patience));
    RestDoor door = door(target, null, sending, rules, Duration.ofSeconds(1), 20);
    door.open();
    door.start(System.nanoTime());
    await().pollDelay(Duration.ofMillis(200)).until(() -> true);

    // Some wait for their request then, for which they would for 5 s.
    listening.close();

    await().until(door::isDone);
    assertThat(heard.refused).hasSize(20).allMatch(line -> line.endsWith(" not sent"));
    assertThat(heard.sent).hasSize(20);
    assertThat(door.lastFailure()).contains("Connection refused");
  }

  @Test
  void nobodyWhoListensIsSaidWithTheReason() throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listening.close();
    URI target = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/v1/messages");
    RestDoor door = door(target, null, single(true), rules(), Duration.ofMillis(200), 10);

    assertThatIOException()
        .isThrownBy(door::open)
        .withMessageStartingWith("cannot connect to 127.0.0.1:" + listening.getLocalPort() + ": ")
        .withMessageContaining("Connection refused");
  }

  @Test
  void tlsIsSpokenWithServersOfTheAuthorityAloneAndAnotherIsNamed(@TempDir Path folder)
      throws Exception {
    // Given
    TestAuthority authority = TestAuthority.create("authority");
    authority.issue("server").write(folder);
    Path right = authority.write(Files.createDirectory(folder.resolve("right")));
    Path wrong =
        TestAuthority.create("other").write(Files.createDirectory(folder.resolve("wrong")));
    TlsFiles files =
        new TlsFiles("X_", folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
    try (WatchedTls tls = WatchedTls.ofServer(files)) {
      HttpsServer secure =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
      secure.createContext("/v1/messages", exchange -> answer(exchange, 202, "{}"));
      secure.start();
      URI target =
          URI.create("https://127.0.0.1:" + secure.getAddress().getPort() + "/v1/messages");

      // When
      RestDoor trusting =
          door(target, trust(right), single(true), rules(), Duration.ofMillis(200), 100);
      trusting.open();
      trusting.start(System.nanoTime());
      await().until(trusting::isDone);
      RestDoor stranger =
          door(target, trust(wrong), single(true), rules(), Duration.ofMillis(200), 100);

      // Then
      assertThat(heard.accepted).hasSize(20);
      assertThat(heard.refused).isEmpty();
      assertThat(trusting.lastFailure()).isEmpty();
      assertThatIOException()
          .isThrownBy(stranger::open)
          .withMessageStartingWith("cannot connect to 127.0.0.1:")
          .withMessageContaining("unable to find valid certification path");
      RestDoor asTheJdk = door(target, null, single(true), rules(), Duration.ofMillis(200), 100);
      assertThatIOException()
          .isThrownBy(asTheJdk::open)
          .withMessageContaining("unable to find valid certification path");
      secure.stop(0);
    }
  }

  private static DoorRules rules() {
    return DoorRules.of(2, 1, Duration.ZERO, true);
  }

  private static SSLContext trust(Path ca) throws StartupException {
    return ClientTls.context(
        Objects.requireNonNull(
            TlsFiles.ofClient(Map.of("TIDEGATE_TLS_CA", ca.toString()), "TIDEGATE_TLS_")));
  }
}
