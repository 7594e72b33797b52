package io.tidegate.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker against a real Kafka, whichever it is, and a real WebSocket client. */
abstract class DeliveryServiceContract {
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** Each test has topics of its own, so that it reads nothing of another's. */
  final Topics topics = new Topics("it" + PREFIXES.incrementAndGet());

  abstract String bootstrapServers();

  @BeforeEach
  void createTopics() throws Exception {
    TestTopics.create(bootstrapServers(), topics);
  }

  @Test
  void messageShouldGoFromInboxToClientAndItsAckBack() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestClient client = new TestClient(worker.port())) {
      assertThat(worker.ready()).isTrue();
      assertThat(client.subprotocol()).isEqualTo("tidegate.v1");

      client.say(
          "{\"op\":\"hello\",\"user\":\"alice\",\"device\":\"phone\",\"window\":9,"
              + "\"resume\":{\"epoch\":\"0000000000000007\",\"seq\":0}}");
      SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
      SessionId session = up.getSession();
      assertThat(up.getUp().getWindow()).isEqualTo(9);
      assertThat(up.getUp().getResume().getEpoch()).isEqualTo(7);

      sequencer.attach(session, "alice");
      assertThat(client.hear())
          .isEqualTo(
              "{\"op\":\"welcome\",\"epoch\":\"0000000000000007\",\"mode\":\"fresh\",\"seq\":0,"
                  + "\"head\":2,\"session\":\""
                  + name(session)
                  + "\"}");

      // Invariant 10: what was aborted never reaches a client, what was committed after it does.
      sequencer.deliverAborted(session, "alice", 0, 1, "{\"aborted\":true}");
      sequencer.deliver(session, "alice", 0, 2, "{\"n\": 1.0}");
      assertThat(client.hear())
          .startsWith("{\"op\":\"push\",\"prev\":0,\"messages\":[{\"seq\":2,\"id\":\"m2\"")
          .endsWith("\"data\":{\"n\": 1.0}}]}");

      // ttl 0 does not wait for its transaction.
      sequencer.live(session, "alice", "\"now\"");
      assertThat(client.hear()).startsWith("{\"op\":\"live\"").endsWith("\"data\":\"now\"}]}");
      sequencer.commitLive();

      client.say("{\"op\":\"ack\",\"seq\":2}");
      Ack ack = sequencer.awaitAck();
      assertThat(ack.getUser()).isEqualTo("default/alice");
      assertThat(ack.getSession()).isEqualTo(session);
      assertThat(ack.getEpoch()).isEqualTo(7);
      assertThat(ack.getSeq()).isEqualTo(2);

      client.leave();
      assertThat(client.hear()).startsWith("close 1000");
      SessionRecord down = sequencer.awaitSession(SessionRecord::hasDown);
      assertThat(down.getSession()).isEqualTo(session);

      // A session that is no more is reported, once.
      SessionId strange = session.toBuilder().setN(session.getN() + 1_000).build();
      sequencer.deliver(strange, "bob", 0, 1, "1");
      sequencer.deliver(strange, "bob", 1, 2, "2");
      SessionRecord unknown = sequencer.awaitSession(SessionRecord::hasUnknown);
      assertThat(unknown.getSession()).isEqualTo(strange);
    }
  }

  @Test
  void clientShouldBeToldAsSlowlyAsItWantsAndResumeWhereItWas() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics)) {
      try (TestClient client = new TestClient(worker.port())) {
        client.say("{\"op\":\"hello\",\"user\":\"alice\",\"max_rate\":1}");
        SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
        sequencer.attach(session, "alice");
        assertThat(client.hear()).endsWith(",\"max_rate\":1}");

        // The first goes at once; of those within the second after it, the newest of its key.
        sequencer.deliver(session, "alice", 0, 1, "1");
        assertThat(client.hear()).contains("\"prev\":0,\"messages\":[{\"seq\":1,");
        long first = System.nanoTime();
        sequencer.deliverKeyed(session, "alice", 1, 2, 4, "price");
        sequencer.deliver(session, "alice", 4, 5, "5");
        sequencer.deliverKeyed(session, "alice", 5, 6, 6, "price");
        assertThat(client.hear())
            .startsWith("{\"op\":\"push\",\"prev\":1,\"messages\":[{\"seq\":5,\"id\":\"m5\",")
            .contains(",{\"seq\":6,\"conflated\":3,\"id\":\"m6\",")
            .endsWith("\"data\":6}]}");
        assertThat(Duration.ofNanos(System.nanoTime() - first))
            .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));

        // One ack for all, the replaced ones among them.
        client.say("{\"op\":\"ack\",\"seq\":6}");
        assertThat(sequencer.awaitAck().getSeq()).isEqualTo(6);

        // What is held when the connection ends was not told, and comes again.
        sequencer.deliver(session, "alice", 6, 7, "7");
        client.leave();
        assertThat(client.hear()).startsWith("close 1000");
      }
      try (TestClient again = new TestClient(worker.port())) {
        again.say(
            "{\"op\":\"hello\",\"user\":\"alice\",\"max_delay\":300,"
                + "\"resume\":{\"epoch\":\"0000000000000007\",\"seq\":6}}");
        SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
        assertThat(up.getUp().getResume().getSeq()).isEqualTo(6);
        sequencer.resume(up.getSession(), "alice", 6);
        assertThat(again.hear()).contains("\"seq\":6,").endsWith(",\"max_delay\":300}");

        long begun = System.nanoTime();
        sequencer.deliver(up.getSession(), "alice", 6, 7, "7");
        sequencer.deliver(up.getSession(), "alice", 7, 8, "8");
        assertThat(again.hear())
            .startsWith("{\"op\":\"push\",\"prev\":6,\"messages\":[{\"seq\":7,")
            .contains(",{\"seq\":8,");
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .isGreaterThanOrEqualTo(Duration.ofMillis(300));
        again.say("{\"op\":\"ack\",\"seq\":8}");
        assertThat(sequencer.awaitAck().getSeq()).isEqualTo(8);
      }
    }
  }

  @Test
  void streamShouldBePushedToAndResumeAfterItsLastEvent() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics)) {
      SessionId first;
      try (TestStream stream = new TestStream(worker.port(), "user=alice&device=tab", "")) {
        SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
        first = up.getSession();
        assertThat(up.getUp().getDevice()).isEqualTo("tab");
        assertThat(up.getUp().hasResume()).isFalse();
        sequencer.attach(first, "alice");
        assertThat(stream.hear())
            .startsWith("welcome 0000000000000007-0 {\"op\":\"welcome\"")
            .endsWith("\"session\":\"" + name(first) + "\"}");

        sequencer.deliver(first, "alice", 0, 2, "{\n\"n\": 1.0}");
        assertThat(stream.hear())
            .startsWith("push 0000000000000007-2 {\"op\":\"push\",\"prev\":0,")
            .endsWith("\"data\":{ \"n\": 1.0}}]}");
      }
      assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession()).isEqualTo(first);

      try (TestStream again =
          new TestStream(worker.port(), "user=alice&device=tab&ack=write", "0000000000000007-2")) {
        SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
        assertThat(up.getUp().getResume().getEpoch()).isEqualTo(7);
        assertThat(up.getUp().getResume().getSeq()).isEqualTo(2);
        sequencer.kick(up.getSession(), "alice", CloseCode.TOO_MANY_DEVICES.code());
        assertThat(again.hear()).isEqualTo("status 403");
      }
    }
  }

  @Test
  void ackByRequestShouldReachTheSequencerWhicheverWorkerTakesIt() throws Exception {
    try (DeliveryService holder = DeliveryService.start(config(0));
        DeliveryService other = DeliveryService.start(config(1));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestStream stream = new TestStream(holder.port(), "user=alice", "")) {
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "alice");
      assertThat(stream.hear()).startsWith("welcome ");
      sequencer.deliver(session, "alice", 0, 2, "1");
      assertThat(stream.hear()).startsWith("push ");

      for (DeliveryService worker : List.of(other, holder)) {
        String ack = "{\"session\":\"" + name(session) + "\",\"seq\":2}";
        assertThat(post(worker, "/v1/acks?user=alice", ack)).isEqualTo(204);
        Ack heard = sequencer.awaitAck();
        assertThat(heard.getUser()).isEqualTo("default/alice");
        assertThat(heard.getSession()).isEqualTo(session);
        assertThat(heard.getEpoch()).isEqualTo(7);
        assertThat(heard.getSeq()).isEqualTo(2);
        assertThat(heard.getDevice()).isEqualTo("default");
      }
    }
  }

  @Test
  void whatAStreamTookShouldBeAckedWhereItIsAskedFor() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestStream stream = new TestStream(worker.port(), "user=alice&ack=write", "")) {
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "alice");
      sequencer.deliver(session, "alice", 0, 2, "1");

      assertThat(sequencer.awaitAck().getSeq()).isEqualTo(2);
      assertThat(stream.hear()).startsWith("welcome ");
      assertThat(stream.hear()).startsWith("push ");
    }
  }

  @Test
  void pollsShouldHaveWhatComesAndGoOnAfterTheirCursor() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics)) {
      CompletableFuture<String> first = poll(worker, "user=alice");
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "alice");
      sequencer.deliver(session, "alice", 0, 2, "{\n}");
      assertThat(first.get())
          .startsWith("{\"cursor\":\"0000000000000007-2\",\"welcome\":{\"op\":\"welcome\",")
          .contains("\"frames\":[{\"op\":\"push\",\"prev\":0,")
          .endsWith("\"data\":{\n}}]}]}");
      assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession()).isEqualTo(session);

      CompletableFuture<String> second =
          poll(worker, "user=alice&wait=0&cursor=0000000000000007-2");
      SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
      assertThat(up.getUp().getResume().getSeq()).isEqualTo(2);
      sequencer.attach(up.getSession(), "alice");
      assertThat(second.get()).endsWith("\"frames\":[]}");
    }
  }

  private static CompletableFuture<String> poll(DeliveryService worker, String query) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return get(worker, "/v1/poll?" + query);
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  @Test
  void drainShouldEndStreams() throws Exception {
    DeliveryService worker = DeliveryService.start(config(0).withDrain(Duration.ofSeconds(3)));
    try (FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestStream stream = new TestStream(worker.port(), "user=dave", "")) {
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "dave");
      assertThat(stream.hear()).startsWith("welcome ");

      worker.close();

      assertThat(stream.hear()).startsWith("goaway ");
      assertThat(stream.hear()).startsWith("close  {\"op\":\"close\",\"code\":1001");
      assertThat(stream.hear()).isEqualTo("end");
      assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession()).isEqualTo(session);
      assertThat(threads()).isEmpty();
    }
  }

  @Test
  void secondWorkerOfASlotShouldFenceTheFirst() throws Exception {
    try (DeliveryService first = DeliveryService.start(config(1));
        TestClient client = new TestClient(first.port())) {
      client.say("{\"op\":\"hello\",\"user\":\"carol\"}");

      try (DeliveryService second = DeliveryService.start(config(1))) {
        assertThat(client.hear()).startsWith("close 4000 another worker holds slot 1");
        await().until(() -> !first.ready());
        assertThat(second.ready()).isTrue();
        String held =
            "\"slot\":{\"status\":\"DOWN\",\"detail\":\"slot 1 is held by another worker\"}";
        assertThat(get(first, "/health/ready")).startsWith("{\"status\":\"DOWN\"").contains(held);
        // Nothing but a restart takes the slot again.
        assertThat(get(first, "/health/live")).startsWith("{\"status\":\"DOWN\"").contains(held);
        assertThat(get(second, "/health/live")).startsWith("{\"status\":\"UP\"");
      }
    }
  }

  @Test
  void drainShouldSayGoawayCloseAndTellDownWithinItsTime() throws Exception {
    DeliveryService worker = DeliveryService.start(config(0).withDrain(Duration.ofSeconds(3)));
    try (FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestClient client = new TestClient(worker.port())) {
      client.say("{\"op\":\"hello\",\"user\":\"dave\"}");
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "dave");
      assertThat(client.hear()).contains("welcome");

      long start = System.nanoTime();
      worker.close();
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isLessThan(Duration.ofSeconds(3));
      assertThat(client.hear()).isEqualTo("{\"op\":\"goaway\",\"retry_after_ms\":[250,1250]}");
      assertThat(client.hear()).startsWith("close 1001");
      SessionRecord down = sequencer.awaitSession(SessionRecord::hasDown);
      assertThat(down.getSession()).isEqualTo(session);
      assertThat(worker.ready()).isFalse();
      assertThat(threads()).isEmpty();
    }
  }

  @Test
  void workerThatStopsShouldServeWhoComesUntilBalancersHaveNoticed() throws Exception {
    DeliveryService worker = DeliveryService.start(config(0).withNotice(Duration.ofSeconds(30)));
    try (FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestClient first = new TestClient(worker.port())) {
      first.say("{\"op\":\"hello\",\"user\":\"dave\"}");
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "dave");
      assertThat(first.hear()).contains("welcome");

      Thread stopping = Thread.ofVirtual().start(worker::close);
      await().until(() -> !worker.ready());
      try (TestClient late = new TestClient(worker.port())) {
        late.say("{\"op\":\"hello\",\"user\":\"erin\"}");
        SessionId second = sequencer.awaitSession(SessionRecord::hasUp).getSession();
        sequencer.attach(second, "erin");
        String welcome = late.hear();
        String health = get(worker, "/health/ready");
        stopping.interrupt();

        assertThat(welcome).contains("welcome");
        assertThat(health).startsWith("{\"status\":\"DOWN\"").contains("draining");
        stopping.join();
        assertThat(threads()).isEmpty();
      }
    }
  }

  @Test
  void clientThatDoesNotReadShouldBeClosedAsSlow() throws Exception {
    DeliveryConfig config = config(0).withSlow(64 * 1024, 8 << 20, Duration.ofSeconds(1));
    try (DeliveryService worker = DeliveryService.start(config);
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestClient client = new TestClient(worker.port())) {
      client.stopReading();
      client.say("{\"op\":\"hello\",\"user\":\"erin\"}");
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();
      sequencer.attach(session, "erin");

      String big = "\"" + "x".repeat(200_000) + "\"";
      for (int seq = 1; seq <= 40; seq++) {
        sequencer.deliver(session, "erin", seq - 1, seq, big);
      }

      assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession()).isEqualTo(session);
      assertThat(get(worker, "/metrics"))
          .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0");
    }
  }

  @Test
  void deviceTooManyShouldHearItsCloseCode() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics);
        TestClient client = new TestClient(worker.port())) {
      client.say("{\"op\":\"hello\",\"user\":\"gina\",\"device\":\"one too many\"}");
      SessionId session = sequencer.awaitSession(SessionRecord::hasUp).getSession();

      sequencer.kick(session, "gina", CloseCode.TOO_MANY_DEVICES.code());

      assertThat(client.hear())
          .isEqualTo("close 4506 the user has as many devices connected as allowed");
    }
  }

  @Test
  void unreadableRecordShouldReachTheDeadLetters() throws Exception {
    try (DeliveryService worker = DeliveryService.start(config(0));
        FakeSequencer sequencer = new FakeSequencer(bootstrapServers(), topics)) {
      sequencer.garbage(0);

      await()
          .untilAsserted(
              () ->
                  assertThat(get(worker, "/metrics"))
                      .contains(
                          "tidegate_delivery_writes_total"
                              + "{record=\"dead_letter\",result=\"ok\"} 1.0"));
    }
  }

  @Test
  void missingTopicShouldFailTheStart() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DeliveryService.start(config(0).withTopics(new Topics("absent"))))
        .withMessage(
            "topic absent.sessions does not exist; create it with: tidegate topics create");
    assertThat(threads()).isEmpty();
  }

  @Test
  void slotWithoutPartitionShouldFailTheStart() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DeliveryService.start(config(2)))
        .withMessage("slot: 2 has no partition: " + topics.inbox() + " has 2, so want 0 to 1");
    assertThat(threads()).isEmpty();
  }

  @Test
  void portInUseShouldFailTheStartBeforeTheSlotIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> DeliveryService.start(config(0).withPort(taken.getLocalPort())))
          .withMessageStartingWith("port: cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
    assertThat(threads()).isEmpty();
  }

  private DeliveryConfig config(int slot) {
    return DeliveryConfig.defaults(bootstrapServers())
        .withTopics(topics)
        .withPort(0)
        .withSlot(slot)
        .withNotice(Duration.ZERO);
  }

  /** As its client names it. */
  private static String name(SessionId session) {
    return "0." + session.getIncarnation() + "." + session.getN() + ".0000000000000007";
  }

  private static int post(DeliveryService worker, String path, String json) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + worker.port() + path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  static String incarnation(DeliveryService worker) throws Exception {
    return get(worker, "/metrics")
        .lines()
        .filter(line -> line.startsWith("tidegate_delivery_incarnation "))
        .findFirst()
        .orElseThrow();
  }

  static String get(DeliveryService worker, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + worker.port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  /** Threads of a worker that are left. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.contains("tidegate-delivery"))
        .toList();
  }
}
