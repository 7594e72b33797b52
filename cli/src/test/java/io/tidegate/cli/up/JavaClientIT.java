package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.client.CursorStore;
import io.tidegate.client.State;
import io.tidegate.client.Tidegate;
import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** clients/java against the pipeline: what is sent is handled once, in order, whatever breaks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JavaClientIT {
  /** {@code -Dclient.seed=…} runs another. */
  private static final long SEED = Long.getLong("client.seed", 1);

  private static final int MESSAGES = 100;
  private static final BreakingPort.Plan CUT_IN_ITS_HEAD = new BreakingPort.Plan(60, "");
  private static final String HTML =
      "HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 2\r\n"
          + "connection: close\r\n\r\nno";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Pipeline pipeline;
  @TempDir Path folder = Path.of("");

  JavaClientIT(@TempDir Path temporary) throws Exception {
    pipeline =
        Pipeline.start(
            DataFolder.open(temporary), Pipeline.Settings.anyPorts(PipelineContract.PLAN));
  }

  @BeforeAll
  void pipelineShouldBeReady() {
    await().atMost(Duration.ofSeconds(30)).until(pipeline::ready);
  }

  @AfterAll
  void stop() {
    pipeline.close();
    http.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void messagesShouldBeHandledOnceInOrderWhateverBreaksAndResumeFromTheFile(Transport transport)
      throws Exception {
    // Given
    Random random = new Random(SEED * 31 + transport.name().hashCode());
    try (BreakingPort between = new BreakingPort(pipeline.deliveryPort())) {
      // Chance alone may spare every connection: the first answer of all is cut for certain.
      between.plan(_ -> between.truncated() == 0 ? CUT_IN_ITS_HEAD : breaking(random));
      Phone phone =
          new Phone(
              between.uri(), CursorStore.file(folder.resolve("cursor-" + transport)), transport);
      phone.start();

      // When
      int sent = 0;
      while (phone.log.size() < MESSAGES) {
        if (sent < MESSAGES) {
          int count = Math.min(MESSAGES - sent, 1 + random.nextInt(20));
          send(phone.user, sent, count);
          sent += count;
        }
        phone.awaitOneMore();
        switch (random.nextInt(6)) {
          case 0, 1 -> between.cut();
          case 2 -> between.stall(random.nextInt(150));
          case 3 -> phone.restart();
          default -> {}
        }
      }
      between.plan(_ -> BreakingPort.WHOLE);

      // Then
      awaitEmptyMailbox(phone.user);
      phone.close();
      assertThat(phone.log).as("seed " + SEED).isEqualTo(numbers(MESSAGES));
      assertThat(phone.missed).isZero();
      assertThat(between.truncated()).isPositive();
    }
  }

  private static BreakingPort.Plan breaking(Random random) {
    boolean breaks = random.nextInt(5) < 2;
    return breaks ? new BreakingPort.Plan(1 + random.nextInt(5_000), "") : BreakingPort.WHOLE;
  }

  @Test
  void deviceThatDiesShouldHandleNothingTwiceIfItKeepsItsCursorWithWhatItDid() throws Exception {
    // Given
    Random random = new Random(SEED);
    try (BreakingPort between = new BreakingPort(pipeline.deliveryPort())) {
      Phone phone = new Phone(between.uri(), null, Transport.values());
      phone.start();

      // When
      send(phone.user, 0, MESSAGES);
      while (phone.log.size() < MESSAGES) {
        phone.awaitOneMore();
        if (random.nextInt(8) == 0) {
          phone.die();
        }
      }

      // Then
      awaitEmptyMailbox(phone.user);
      phone.close();
      assertThat(phone.log).as("seed " + SEED).isEqualTo(numbers(MESSAGES));
      assertThat(phone.missed).isZero();
    }
  }

  @Test
  void whereNoWebSocketGetsThroughItShouldBeAStreamAndWhereNoneOfThatPolls() throws Exception {
    // Given
    try (BreakingPort between = new BreakingPort(pipeline.deliveryPort())) {
      between.plan(line -> line.contains("/v1/connect") ? refused() : BreakingPort.WHOLE);
      Phone phone = new Phone(between.uri(), CursorStore.memory(), Transport.values());
      phone.start();

      // When // Then
      phone.awaitOpen(Transport.STREAM, Mode.FRESH);
      send(phone.user, 0, 1);
      phone.awaitOneMore();

      // When // Then
      between.plan(line -> line.contains("/v1/poll") ? BreakingPort.WHOLE : refused());
      between.cut();
      phone.awaitOpen(Transport.POLL, Mode.RESUMED);
      send(phone.user, 1, 1);
      phone.awaitOneMore();
      phone.close();
      assertThat(phone.log).containsExactly(0, 1);
    }
  }

  private static BreakingPort.Plan refused() {
    return new BreakingPort.Plan(0, HTML);
  }

  /** A device with an application that may be started again. */
  private static final class Phone {
    final String user = "phone-" + UUID.randomUUID();
    final List<Integer> log = new CopyOnWriteArrayList<>();
    volatile int missed;
    private final URI uri;
    private final @Nullable CursorStore store;
    private final Transport[] transports;
    private final BlockingQueue<State.Open> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> handled = new LinkedBlockingQueue<>();

    /** What changes together with the log. */
    private volatile @Nullable Cursor kept;

    private volatile int life;
    private volatile @Nullable Tidegate push;

    /**
     * @param store null: the cursor is kept with the log
     */
    Phone(URI uri, @Nullable CursorStore store, Transport... transports) {
      this.uri = uri;
      this.store = store;
      this.transports = transports;
    }

    void start() {
      int mine = life + 1;
      life = mine;
      push =
          Tidegate.builder(uri)
              .user(user)
              .device("phone")
              .window(32)
              .transports(transports)
              .store(store == null ? withTheLog(mine) : store)
              .retry(Duration.ofMillis(20), Duration.ofMillis(200))
              .onMessage(message -> handle(mine, message))
              .onMissed(() -> missed = 1)
              .onState(
                  state -> {
                    if (state instanceof State.Open open) {
                      opened.add(open);
                    }
                  })
              .onError(_ -> {})
              .connect();
    }

    private CursorStore withTheLog(int mine) {
      return new CursorStore() {
        @Override
        public @Nullable Cursor load() {
          return kept;
        }

        @Override
        public void save(Cursor cursor) {
          // A device that is new has handled nothing that its cursor could have come with.
          if (kept == null && mine == life) {
            kept = cursor;
          }
        }
      };
    }

    private synchronized void handle(int mine, Message message) {
      if (mine != life) {
        throw new IllegalStateException("dead");
      }
      int number = Integer.parseInt(String.valueOf(message.text()));
      log.add(number);
      kept = message.cursor();
      handled.add(number);
    }

    /** In good order. */
    void restart() {
      close();
      start();
    }

    /** Says and does nothing any more. */
    synchronized void die() {
      Tidegate dying = push;
      start();
      if (dying != null) {
        var _ = dying.closeAsync();
      }
    }

    void close() {
      Tidegate open = push;
      if (open != null) {
        open.close();
      }
    }

    void awaitOneMore() throws InterruptedException {
      for (int tries = 0; handled.poll(1, TimeUnit.SECONDS) == null; tries++) {
        // Only one that died can have taken its place, by a hello that was still under way.
        if (state() instanceof State.Closed how) {
          assertThat(how.code()).as(how.reason()).isIn(4500, 403);
          start();
        }
        assertThat(tries).as("after " + log.size() + " messages, " + state()).isLessThan(30);
      }
    }

    private @Nullable State state() {
      Tidegate open = push;
      return open == null ? null : open.state();
    }

    void awaitOpen(Transport transport, Mode mode) throws InterruptedException {
      State.Open open = opened.poll(30, TimeUnit.SECONDS);
      assertThat(open).isNotNull();
      assertThat(open).isEqualTo(new State.Open(transport, mode, 0));
    }
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private void send(String user, int from, int count) throws Exception {
    String lines =
        IntStream.range(from, from + count)
            .mapToObj(n -> "{\"to\":{\"user\":\"%s\"},\"data\":%d}\n".formatted(user, n))
            .collect(Collectors.joining());
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + pipeline.ingestPort() + "/v1/messages"))
            .header("content-type", "application/x-ndjson")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("\"status\"");
  }

  /** Everything was acked. */
  private void awaitEmptyMailbox(String user) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        http.send(
                                HttpRequest.newBuilder(
                                        URI.create(
                                            "http://127.0.0.1:"
                                                + pipeline.fanoutPort()
                                                + "/v1/users/"
                                                + user))
                                    .build(),
                                HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"waiting\":0", "\"released\":0"));
  }
}
