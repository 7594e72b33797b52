package io.tidegate.delivery;

import static io.tidegate.delivery.DeliveryServiceContract.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that asks for tokens, real sockets and a real Kafka. */
final class TokensIT {
  private static final UserKey ALICE = new UserKey("acme", "alice");
  private static final UserKey BOB = new UserKey("acme", "bob");

  @TempDir Path folder;

  private static String hello(SigningKeys keys, Duration life) {
    String token = keys.issue(ALICE, "phone", life, System.currentTimeMillis()).text();
    return "{\"op\":\"hello\",\"token\":\"" + token + "\"}";
  }

  @Test
  void tokenShouldOpenASessionForItsLifeAndKeysMayBeRotatedMeanwhile() throws Exception {
    SigningKeyFile file = new SigningKeyFile(folder.resolve("keys.json"));
    SigningKeys keys = file.readOrMake(0);
    Topics topics = new Topics("tokens");
    TokenRules strict =
        new TokenRules(
            TokenRules.OUR_ISSUER,
            TokenRules.DEVICES,
            TokenRules.TENANT,
            "",
            Duration.ZERO,
            Duration.ofHours(24));
    try (JvmKafka kafka = new JvmKafka(folder.resolve("kafka"))) {
      TestTopics.create(kafka.bootstrapServers(), topics);
      DeliveryConfig config =
          DeliveryConfig.defaults(kafka.bootstrapServers())
              .withTopics(topics)
              .withPort(0)
              .withTokens(file.path().toString(), strict);
      try (DeliveryService worker = DeliveryService.start(config);
          FakeSequencer sequencer = new FakeSequencer(kafka.bootstrapServers(), topics)) {
        await().until(worker::ready);
        assertThat(get(worker, "/health/ready")).contains("\"detail\":\"1 keys\"");

        // What it takes is good for as long as the token is.
        try (TestClient client = new TestClient(worker.port())) {
          client.say(hello(keys, Duration.ofSeconds(3)));
          SessionRecord up = sequencer.awaitSession(SessionRecord::hasUp);
          assertThat(up.getUp().getDevice()).isEqualTo("phone");
          SessionId session = up.getSession();
          sequencer.attach(session, "alice");
          assertThat(client.hear()).startsWith("{\"op\":\"welcome\"");
          assertThat(client.hear()).isEqualTo("close 4507 the token has expired");
          assertThat(sequencer.awaitSession(SessionRecord::hasDown).getSession())
              .isEqualTo(session);
        }

        // Who shows nothing gets nothing.
        try (TestClient client = new TestClient(worker.port())) {
          client.say("{\"op\":\"hello\",\"user\":\"alice\"}");
          assertThat(client.hear()).isEqualTo("close 4505 token: missing");
        }

        // A key that the worker has not read yet is fetched; the client comes again.
        SigningKeys rotated = keys.rotated(1, 2);
        file.write(rotated);
        try (TestClient client = new TestClient(worker.port())) {
          client.say(hello(rotated, Duration.ofMinutes(1)));
          assertThat(client.hear())
              .isEqualTo("close 4008 token: it is signed with a key that is not known");
        }
        await().until(() -> get(worker, "/health/ready").contains("\"detail\":\"2 keys\""));
        for (SigningKeys each : new SigningKeys[] {rotated, keys}) {
          try (TestClient client = new TestClient(worker.port())) {
            client.say(hello(each, Duration.ofMinutes(1)));
            sequencer.attach(sequencer.awaitSession(SessionRecord::hasUp).getSession(), "alice");
            assertThat(client.hear()).startsWith("{\"op\":\"welcome\"");
          }
        }

        // What was read last counts while there is nothing to read.
        Files.delete(file.path());
        try (TestClient client = new TestClient(worker.port())) {
          client.say(hello(SigningKeys.generate(0), Duration.ofMinutes(1)));
          assertThat(client.hear()).startsWith("close 4008");
        }
        await().until(() -> get(worker, "/health/ready").contains("NoSuchFile"));
        assertThat(worker.ready()).isTrue();
        try (TestClient client = new TestClient(worker.port())) {
          client.say(hello(keys, Duration.ofMinutes(1)));
          sequencer.attach(sequencer.awaitSession(SessionRecord::hasUp).getSession(), "alice");
          assertThat(client.hear()).startsWith("{\"op\":\"welcome\"");
        }
        assertThat(get(worker, "/metrics"))
            .contains("tidegate_delivery_tokens_refused_total{reason=\"unknown_key\"} 2.0")
            .contains("tidegate_delivery_tokens_refused_total{reason=\"missing\"} 1.0")
            .contains("tidegate_delivery_token_keys 2.0");
      }
    }
    assertThat(DeliveryServiceContract.threads()).isEmpty();
  }

  @Test
  void revocationShouldCloseSessionsAndRefuseTheirTokens() throws Exception {
    SigningKeyFile file = new SigningKeyFile(folder.resolve("keys.json"));
    SigningKeys keys = file.readOrMake(0);
    Topics topics = new Topics("revocations");
    long now = System.currentTimeMillis();
    String token = keys.issue(ALICE, "phone", Duration.ofMinutes(5), now).text();
    String hello = "{\"op\":\"hello\",\"token\":\"" + token + "\"}";
    String bobs = keys.issue(BOB, null, Duration.ofMinutes(5), now).text();
    try (JvmKafka kafka = new JvmKafka(folder.resolve("kafka"))) {
      TestTopics.create(kafka.bootstrapServers(), topics);
      DeliveryConfig config =
          DeliveryConfig.defaults(kafka.bootstrapServers())
              .withTopics(topics)
              .withPort(0)
              .withTokens(file.path().toString(), TokenRules.OURS);
      try (DeliveryService worker = DeliveryService.start(config);
          FakeSequencer sequencer = new FakeSequencer(kafka.bootstrapServers(), topics);
          TestClient socket = new TestClient(worker.port());
          TestClient other = new TestClient(worker.port())) {
        await().until(worker::ready);
        assertThat(get(worker, "/health/ready")).contains("\"detail\":\"0 revocations\"");
        socket.say(hello);
        sequencer.attach(sequencer.awaitSession(SessionRecord::hasUp).getSession(), "alice");
        assertThat(socket.hear()).startsWith("{\"op\":\"welcome\"");
        other.say("{\"op\":\"hello\",\"token\":\"" + bobs + "\"}");
        sequencer.attach(sequencer.awaitSession(SessionRecord::hasUp).getSession(), "bob");
        assertThat(other.hear()).startsWith("{\"op\":\"welcome\"");
        try (TestStream stream =
            new TestStream(worker.port(), "device=phone&access_token=" + token, "")) {
          sequencer.attach(sequencer.awaitSession(SessionRecord::hasUp).getSession(), "alice");
          assertThat(stream.hear()).startsWith("welcome");

          // When
          Revocation revocation = Revocation.ofUser(ALICE, now, now + 1_000_000);
          long written = System.nanoTime();
          write(kafka.bootstrapServers(), topics.revocations(), revocation);

          // Then
          assertThat(socket.hear()).isEqualTo("close 4505 token: revoked");
          assertThat(stream.hear()).startsWith("close").contains("4505").contains("revoked");
          assertThat(Duration.ofNanos(System.nanoTime() - written))
              .isLessThan(Duration.ofSeconds(5));
        }
        try (TestClient client = new TestClient(worker.port())) {
          client.say(hello);
          assertThat(client.hear()).isEqualTo("close 4505 token: revoked");
        }
        other.say("{\"op\":\"token\",\"token\":\"" + bobs + "\"}");
        assertThat(other.hear()).startsWith("{\"op\":\"token\"");
        assertThat(get(worker, "/metrics"))
            .contains("tidegate_delivery_tokens_refused_total{reason=\"revoked\"} 1.0")
            .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"unauthorized\"} 3.0")
            .contains("tidegate_delivery_revocations 1.0")
            .contains("tidegate_delivery_revocations_skipped_total 0.0");
      }

      // A worker that starts knows it before it takes anyone.
      try (DeliveryService worker = DeliveryService.start(config);
          TestClient client = new TestClient(worker.port())) {
        await().until(worker::ready);
        client.say(hello);
        assertThat(client.hear()).isEqualTo("close 4505 token: revoked");
      }

      // Without its topic none starts, where tokens are asked for.
      Topics without = new Topics("without");
      TestTopics.createForAnyone(kafka.bootstrapServers(), without);
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> DeliveryService.start(config.withTopics(without)))
          .withMessage(
              "topic without.revocations does not exist; create it with: tidegate topics create");
      try (DeliveryService worker =
          DeliveryService.start(
              DeliveryConfig.defaults(kafka.bootstrapServers()).withTopics(without).withPort(0))) {
        await().until(worker::ready);
      }
    }
    assertThat(DeliveryServiceContract.threads()).isEmpty();
  }

  private static void write(String kafka, String topic, Revocation revocation) throws Exception {
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(Map.of("bootstrap.servers", kafka), bytes, bytes)) {
      producer
          .send(new ProducerRecord<>(topic, revocation.key().getBytes(UTF_8), revocation.toBytes()))
          .get();
    }
  }

  @Test
  void fileWithoutKeysShouldFailTheStart() {
    DeliveryConfig config =
        DeliveryConfig.defaults("127.0.0.1:1")
            .withTokens(folder.resolve("none").toString(), TokenRules.OURS);

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> DeliveryService.start(config))
        .withMessageStartingWith("tokenKeys: ")
        .withMessageContaining("NoSuchFile");
  }
}
