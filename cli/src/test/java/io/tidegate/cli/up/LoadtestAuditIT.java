package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.contract.kafka.KafkaClients;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an audit of the load test changes on Kafka, and when it does not begin. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestAuditIT {
  private static final String STAMP = "message.timestamp.type";

  private final Path folder;
  private final Pipeline pipeline;
  private final ConfigResource inbox;

  LoadtestAuditIT(@TempDir Path temporary) throws Exception {
    folder = temporary;
    inbox =
        new ConfigResource(
            ConfigResource.Type.TOPIC, PipelineContract.PLAN.topics().inbox());
    pipeline =
        Pipeline.start(
            DataFolder.open(temporary.resolve("data")),
            Pipeline.Settings.anyPorts(PipelineContract.PLAN));
  }

  @BeforeAll
  void pipelineShouldBeReady() {
    await().atMost(Duration.ofSeconds(30)).until(pipeline::ready);
  }

  @AfterAll
  void stop() {
    pipeline.close();
  }

  private String[] arguments(Path profile, String names) {
    List<String> all = new ArrayList<>(List.of("loadtest", profile.toString(), "--audit"));
    all.addAll(List.of("--names", names));
    all.addAll(
        List.of(
            "--ingest", "http://127.0.0.1:" + pipeline.ingestPort(),
            "--delivery", "http://127.0.0.1:" + pipeline.deliveryPort(),
            "--fanout", "http://127.0.0.1:" + pipeline.fanoutPort(),
            "--kafka", pipeline.kafka()));
    return all.toArray(String[]::new);
  }

  private Path profile(String length) throws IOException {
    return Files.writeString(
        Files.createTempFile(folder, "profile", ".yaml"),
        "users: 10\nphases: [{for: %s, rate: 20}]\n".formatted(length));
  }

  private String stamp() throws Exception {
    try (Admin admin = KafkaClients.admin(pipeline.access(), Map.of())) {
      return admin
          .describeConfigs(List.of(inbox))
          .all()
          .get(20, TimeUnit.SECONDS)
          .values()
          .iterator()
          .next()
          .get(STAMP)
          .value();
    }
  }

  private void leaveAsAKilledAuditDoes() throws Exception {
    try (Admin admin = KafkaClients.admin(pipeline.access(), Map.of())) {
      AlterConfigOp set =
          new AlterConfigOp(new ConfigEntry(STAMP, "CreateTime"), AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(Map.of(inbox, List.of(set)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstIsNotDisturbed() throws Exception {
    String[] first = arguments(profile("4s"), "first");
    StringWriter err = new StringWriter();
    CompletableFuture<CommandRun> run =
        CompletableFuture.supplyAsync(() -> CommandRun.of(err, first));
    await().atMost(Duration.ofSeconds(60)).until(() -> err.toString().contains("offering"));
    CommandRun second = CommandRun.of(arguments(profile("1s"), "second"));
    String meanwhile = stamp();
    CommandRun ended = run.get(90, TimeUnit.SECONDS);

    assertThat(second.status()).as("%s", second).isEqualTo(2);
    assertThat(second.err()).contains("has message.timestamp.type=CreateTime already");
    assertThat(meanwhile).isEqualTo("CreateTime");
    assertThat(ended.status()).as("%s", ended).isZero();
    assertThat(ended.out()).contains("outcomes: {delivered=80}");
    assertThat(stamp()).isEqualTo("LogAppendTime");
  }

  @Test
  void whatAKilledOneLeftIsSaidAndPutBackByTopicsCreate() throws Exception {
    leaveAsAKilledAuditDoes();
    CommandRun refused = CommandRun.of(arguments(profile("1s"), "third"));
    String left = stamp();
    CommandRun created =
        CommandRun.of("topics", "create", "--slots", "2", "--kafka", pipeline.kafka());

    assertThat(refused.status()).as("%s", refused).isEqualTo(2);
    assertThat(refused.err()).contains("`tidegate topics create`");
    assertThat(left).isEqualTo("CreateTime");
    assertThat(created.status()).as("%s", created).isZero();
    assertThat(created.out()).contains("changed  " + inbox.name(), "0 created, ");
    assertThat(stamp()).isEqualTo("LogAppendTime");
  }
}
