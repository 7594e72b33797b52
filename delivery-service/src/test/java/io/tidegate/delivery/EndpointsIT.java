package io.tidegate.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.testkafka.JvmKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints as workers serve them, on a broker in this JVM; the test is the sequencer. */
final class EndpointsIT {
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir Path folder;

  private final Topics topics = new Topics("endpoints-it");
  private final AtomicInteger posts = new AtomicInteger();
  private volatile int status = 204;

  @Test
  void endpointShouldBeADeviceAndHaveOneWorker() throws Exception {
    HttpServer receiver = receiver();
    try (JvmKafka kafka = new JvmKafka(folder.resolve("kafka"))) {
      TestTopics.create(kafka.bootstrapServers(), topics);
      new WebhookKeyFile(folder.resolve("webhook-key")).makeWhereMissing();
      String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
      try (FakeSequencer sequencer = new FakeSequencer(kafka.bootstrapServers(), topics)) {
        SessionId last;
        try (DeliveryService worker = DeliveryService.start(config(kafka, 0))) {
          // It comes as a device that keeps no cursor.
          put(kafka, "alice", url);
          SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
          assertThat(up.getUp().getDevice()).isEqualTo("webhook:crm");
          assertThat(up.getUp().getWindow()).isEqualTo(16);
          assertThat(up.getUp().hasResume()).isFalse();

          // A 2xx is its ack.
          SessionId session = up.getSession();
          sequencer.attach(session, "alice");
          sequencer.deliver(session, "alice", 0, 1, "1");
          Ack ack = sequencer.awaitAck();
          assertThat(ack.getSession()).isEqualTo(session);
          assertThat(ack.getSeq()).isEqualTo(1);
          assertThat(ack.getRefused()).isFalse();

          // What is refused for good is passed, and told.
          status = 400;
          sequencer.deliver(session, "alice", 1, 2, "2");
          Ack refused = sequencer.awaitAck();
          assertThat(refused.getSeq()).isEqualTo(2);
          assertThat(refused.getRefused()).isTrue();
          status = 204;

          // What is for now goes once, and needs no ack.
          int before = posts.get();
          sequencer.live(session, "alice", "3");
          await().until(() -> posts.get() == before + 1);
          sequencer.commitLive();

          // Who was replaced comes again: the endpoint is this worker's.
          sequencer.kick(session, "alice", CloseCode.REPLACED.code());
          SessionRecord again = sequencer.awaitSession(SessionRecord::hasUp);
          assertThat(again.getUp().getDevice()).isEqualTo("webhook:crm");
          sequencer.resume(again.getSession(), "alice", 2);
          sequencer.deliver(again.getSession(), "alice", 2, 3, "3");
          assertThat(sequencer.awaitAck().getSeq()).isEqualTo(3);

          // One that is deleted is over.
          put(kafka, "alice", null);
          assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession())
              .isEqualTo(again.getSession());
          put(kafka, "alice", url);
          last = sequencer.awaitSession(SessionRecord::hasUp).getSession();

          // With another worker each has its share, and takes the other's when that is gone.
          for (String user : new String[] {"a", "b", "c", "d", "e", "f", "g", "h"}) {
            put(kafka, user, url);
          }
          await().until(() -> served(worker) == 9);
          DeliveryService other = DeliveryService.start(config(kafka, 1));
          await()
              .atMost(LONG)
              .until(() -> served(other) > 0 && served(worker) + served(other) == 9);
          other.close();
          await().atMost(LONG).until(() -> served(worker) == 9);
        }

        // Who stops says so.
        assertThat(last.getSlot()).isZero();
        SessionRecord down =
            sequencer.awaitSession(r -> r.hasDown() && r.getSession().getSlot() == 0);
        assertThat(down.getDown().getDevice()).isEqualTo("webhook:crm");
        assertThat(DeliveryServiceContract.threads()).isEmpty();
      }
    } finally {
      receiver.stop(0);
    }
  }

  private HttpServer receiver() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var _ = exchange.getRequestBody().readAllBytes();
            posts.incrementAndGet();
            exchange.sendResponseHeaders(status, -1);
          }
        });
    server.start();
    return server;
  }

  private DeliveryConfig config(JvmKafka kafka, int slot) {
    DeliveryConfig config =
        DeliveryConfig.from(
            Map.of(
                "TIDEGATE_KAFKA", kafka.bootstrapServers(),
                "TIDEGATE_DELIVERY_WEBHOOK_BACKOFF", "50ms",
                "TIDEGATE_DELIVERY_WEBHOOK_BACKOFF_MOST", "50ms",
                "TIDEGATE_DELIVERY_WEBHOOK_REFUSALS", "2",
                "TIDEGATE_DELIVERY_WEBHOOK_REFUSED_AFTER", "0ms",
                "TIDEGATE_DELIVERY_WEBHOOK_KEY", folder.resolve("webhook-key").toString()));
    return config
        .withTopics(topics)
        .withPort(0)
        .withSlot(slot)
        .withWebhooks(config.webhooks().withRules(config.webhooks().rules().withLoopback()));
  }

  /** Null: deletes it. */
  private void put(JvmKafka kafka, String user, @Nullable String url) throws Exception {
    EndpointKey key = new EndpointKey(new UserKey("default", user), "crm");
    byte[] value =
        url == null
            ? null
            : new Endpoint(url, 1, ByteString.copyFrom(new byte[Endpoint.SALT_BYTES]), 1, 0)
                .toBytes();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var _ =
          producer.send(new ProducerRecord<>(topics.endpoints(), 0, key.toBytes(), value)).get();
    }
  }

  private static int served(DeliveryService worker) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String metrics =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + worker.port() + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return metrics
          .lines()
          .filter(line -> line.startsWith("tidegate_delivery_endpoint_served "))
          .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElseThrow();
    }
  }
}
