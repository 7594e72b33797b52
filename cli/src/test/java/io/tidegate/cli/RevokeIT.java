package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.Revocations;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code tidegate revoke} on a real Kafka. What a worker does is in delivery's tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RevokeIT {
  private static final UserKey ALICE = new UserKey("acme", "alice");

  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private final Revocations known = new Revocations();
  private String kafka = "";
  private AutoCloseable running = () -> {};

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    DataFolder folder = DataFolder.open(temporary);
    EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
    kafka = broker.bootstrapServers();
    execute("topics", "create", "--kafka", kafka);
    TopicTable table =
        TopicTable.open(
            KafkaAccess.plain(kafka), "tidegate.revocations", "revoke-it", known::changed);
    running =
        () -> {
          table.close();
          broker.close();
          folder.close();
        };
  }

  @BeforeEach
  void forgetWhatWasSaid() {
    lines.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
  }

  @AfterAll
  void stop() throws Exception {
    running.close();
  }

  private int execute(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(lines, true));
    command.setErr(new PrintWriter(errors, true));
    return command.execute(args);
  }

  private boolean revokes(UserKey user, String device, long issued, String id) {
    return known.revokes(user, device, issued, id, System.currentTimeMillis());
  }

  @Test
  void revocationShouldStandOnTheTopicUntilItIsUndone() {
    // Given
    long issued = System.currentTimeMillis();

    // When
    int status = execute("revoke", "--kafka", kafka, "--tenant", "acme", "--user", "alice");

    // Then
    assertThat(status).as(errors.toString()).isZero();
    assertThat(lines.toString()).startsWith("revoked  user acme/alice\nbefore   20");
    await().until(() -> revokes(ALICE, "phone", issued, "t"));

    // When
    forgetWhatWasSaid();
    execute("revoke", "list", "--kafka", kafka, "--tenant", "acme");

    // Then
    assertThat(lines.toString().lines()).hasSize(2).last().asString().endsWith("user acme/alice");

    // When: an earlier one takes nothing back
    execute(
        "revoke",
        "--kafka",
        kafka,
        "--tenant",
        "acme",
        "--user",
        "alice",
        "--before",
        "2020-01-01T00:00:00Z",
        "--for",
        "1m");
    forgetWhatWasSaid();
    execute("revoke", "list", "--json", "--kafka", kafka, "--tenant", "acme");

    // Then
    assertThat(lines.toString()).contains("\"user\":\"alice\"").doesNotContain("2020");
    assertThat(revokes(ALICE, "phone", issued, "t")).isTrue();

    // When
    status = execute("revoke", "undo", "--kafka", kafka, "--tenant", "acme", "--user", "alice");

    // Then
    assertThat(status).isZero();
    await().until(() -> !revokes(ALICE, "phone", issued, "t"));

    // When
    status = execute("revoke", "undo", "--kafka", kafka, "--tenant", "acme", "--user", "alice");

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(errors.toString())
        .contains("tidegate: user acme/alice is not revoked; `tidegate revoke list` shows what is");
  }

  @Test
  void deviceAndTokenShouldBeRevokedAlone() {
    // Given
    UserKey wide = new UserKey("wide", "alice");
    long issued = System.currentTimeMillis();

    // When
    int device =
        execute(
            "revoke", "--kafka", kafka, "--tenant", "wide", "--user", "alice", "--device", "tv");
    int token = execute("revoke", "--kafka", kafka, "--tenant", "wide", "--token", "t1");

    // Then
    assertThat(device + token).as(errors.toString()).isZero();
    await().until(() -> revokes(wide, "tv", issued, "t9") && revokes(wide, "phone", issued, "t1"));
    assertThat(revokes(wide, "phone", issued, "t9")).isFalse();
    assertThat(lines.toString())
        .contains("revoked  user wide/alice, device tv\n")
        .contains("revoked  token t1 of wide\nuntil");
  }

  @Test
  void whatIsOverShouldBeRemovedByTheNextWrite() throws Exception {
    // Given
    Revocation over = Revocation.ofUser(new UserKey("old", "user"), 1, 2);
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(Map.of("bootstrap.servers", kafka), bytes, bytes)) {
      producer
          .send(
              new ProducerRecord<>(
                  "tidegate.revocations", over.key().getBytes(UTF_8), over.toBytes()))
          .get();
    }
    await().until(() -> known.find(over.key()) != null);

    // When
    execute("revoke", "list", "--kafka", kafka, "--tenant", "old");
    int status = execute("revoke", "--kafka", kafka, "--tenant", "new", "--token", "t");

    // Then
    assertThat(status).isZero();
    assertThat(lines.toString()).doesNotContain("old/user");
    await().atMost(Duration.ofSeconds(20)).until(() -> known.find(over.key()) == null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "revoke | want --user or --token",
        "revoke --user a --token t --tenant x | want --user or --token",
        "revoke --token t | --tenant: whose is the token?",
        "revoke --token t --tenant x --device d | --device: only with --user",
        "revoke --token t --tenant x --before 2026-01-01T00:00:00Z | --before: only with --user",
        "revoke --user a --tenant X | --tenant: want 1 to 64 of [a-z0-9-]",
        "revoke --user a --before yesterday | --before: want a time such as",
        "revoke --user a --before 1969-01-01T00:00:00Z | --before: want a time after 1970",
        "revoke --user a --for 401d | --for: want up to 400d",
        "revoke --user a --for 0s | --for: want up to 400d",
        "revoke --user a --for ever | --for: want a duration such as",
        "revoke undo | want --user or --token",
        "revoke undo --token t | --tenant: whose is the token?"
      })
  void wrongUsageShouldBeToldBeforeKafkaIsAsked(String arguments, String reason) {
    // When
    int status = execute((arguments + " --kafka 127.0.0.1:1").split(" "));

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(errors.toString()).startsWith("tidegate: " + reason);
  }

  @Test
  void missingTopicShouldBeTold() {
    // When
    int status = execute("revoke", "list", "--kafka", kafka, "--prefix", "none");

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(errors.toString())
        .contains("has no topic none.revocations: make it with: tidegate topics create --kafka");
  }
}
