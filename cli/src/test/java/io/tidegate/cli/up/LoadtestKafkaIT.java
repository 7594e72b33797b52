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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the load test asks of Kafka itself, what an audit changes there, and when none begins. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadtestKafkaIT {
  private static final String STAMP = "message.timestamp.type";

  private final Path folder;
  private final Pipeline pipeline;
  private final ConfigResource inbox;

  LoadtestKafkaIT(@TempDir Path temporary) throws Exception {
    folder = temporary;
    inbox = new ConfigResource(ConfigResource.Type.TOPIC, PipelineContract.PLAN.topics().inbox());
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

  private String[] arguments(Path profile, String names, String... more) {
    List<String> all = new ArrayList<>(List.of("loadtest", profile.toString(), "--names", names));
    all.addAll(
        List.of(
            "--ingest", "http://127.0.0.1:" + pipeline.ingestPort(),
            "--delivery", "http://127.0.0.1:" + pipeline.deliveryPort(),
            "--fanout", "http://127.0.0.1:" + pipeline.fanoutPort()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] audit(String length, String names) throws IOException {
    return arguments(profile(length), names, "--audit", "--kafka", pipeline.kafka());
  }

  private JsonNode told(String names, String kafka) throws IOException {
    Path out = folder.resolve(names);
    CommandRun run =
        CommandRun.of(arguments(profile("1s"), names, "--kafka", kafka, "--out", out.toString()));
    assertThat(run.status()).as("%s", run).isZero();
    return JsonMapper.shared()
        .readTree(out.resolve("report.json"))
        .path("settings")
        .path("options");
  }

  @Test
  void itIsAskedWhatItIsAlsoByRunsThatHaveNothingToDoWithIt() throws IOException {
    JsonNode known = told("asked", pipeline.kafka());
    JsonNode gone = told("gone", "127.0.0.1:1");

    assertThat(known.path("Kafka").asString("")).startsWith("brokers 1, ");
    assertThat(known.path("topic tidegate.messages").asString(""))
        .isEqualTo("partitions 4, replicas of each 1");
    assertThat(gone.path("Kafka").asString("")).isEqualTo("not known");
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
      admin.incrementalAlterConfigs(Map.of(inbox, List.of(set))).all().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstIsNotDisturbed() throws Exception {
    String[] first = audit("4s", "first");
    StringWriter err = new StringWriter();
    CompletableFuture<CommandRun> run =
        CompletableFuture.supplyAsync(() -> CommandRun.of(err, first));
    await().atMost(Duration.ofSeconds(60)).until(() -> err.toString().contains("offering"));
    CommandRun second = CommandRun.of(audit("1s", "second"));
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
    CommandRun refused = CommandRun.of(audit("1s", "third"));
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
