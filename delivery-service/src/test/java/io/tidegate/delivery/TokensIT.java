package io.tidegate.delivery;

import static io.tidegate.delivery.DeliveryServiceContract.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that asks for tokens, real sockets and a real Kafka. */
final class TokensIT {
  private static final UserKey ALICE = new UserKey("acme", "alice");

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
