package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.testkafka.JvmKafka;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a real Kafka has memberships and broadcasts. */
final class MembersIT {
  private static final int PARTITIONS = 3;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka kafka;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new JvmKafka(folder);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  private static void create(Topics topics, int ofMembers) throws Exception {
    TestTopics.create(
        kafka,
        new NewTopic(topics.messages(), PARTITIONS, (short) 1),
        new NewTopic(topics.policies(), 1, (short) 1),
        new NewTopic(topics.users(), PARTITIONS, (short) 1),
        new NewTopic(topics.members(), ofMembers, (short) 1));
  }

  private static IngestConfig config(Topics topics) {
    return IngestConfig.defaults(kafka.bootstrapServers())
        .withTopics(topics)
        .withAddress("127.0.0.1", 0);
  }

  @Test
  void membershipsShouldLieWithTheMessagesOfTheirUsersInTheirOrder() throws Exception {
    // Given
    Topics topics = new Topics("members");
    create(topics, PARTITIONS);
    List<String> users = IntStream.range(0, 300).mapToObj(i -> "user/" + i + " é").toList();
    try (IngestService service = IngestService.start(config(topics));
        CheckedClient client = new CheckedClient()) {
      await().atMost(Duration.ofSeconds(30)).until(service::ready);

      // When
      String results =
          post(client, service, "/v1/groups/g/members", lines(users, "{\"user\":\"%s\"}"));
      post(client, service, "/v1/messages", lines(users, "{\"to\":{\"user\":\"%s\"},\"data\":1}"));
      new TestHttp(service.port()).delete("/v1/groups/g/members/user%2F7%20%C3%A9").is(204);

      // Then
      assertThat(results).isEqualTo(lines(users, "{\"user\":\"%s\",\"member\":true}"));
      List<String> members = TestTopics.records(kafka, topics.members(), PARTITIONS);
      List<String> messages = TestTopics.records(kafka, topics.messages(), PARTITIONS);
      assertThat(members).hasSize(301);
      assertThat(members)
          .filteredOn(record -> record.endsWith(" {}"))
          .map(record -> record.replace("default/g/", "default/").replaceFirst(" \\{}$", " 1"))
          .containsExactlyInAnyOrderElementsOf(messages);
      assertThat(members)
          .filteredOn(record -> record.contains("user/7 é"))
          .map(record -> record.replaceFirst("^[0-9] ", ""))
          .containsExactly("default/g/user/7 é {}", "default/g/user/7 é null");
    }
  }

  @Test
  void broadcastShouldBeOneRecord() throws Exception {
    // Given
    Topics topics = new Topics("broadcasts");
    create(topics, PARTITIONS);
    try (IngestService service = IngestService.start(config(topics))) {
      TestHttp http = new TestHttp(service.port());

      // When
      http.call("POST", "/v1/messages", "{\"to\":{\"group\":\"g\"},\"data\":1}").is(202);
      http.call("POST", "/v1/messages", "{\"to\":{\"all\":true},\"data\":2}").is(202);

      // Then
      assertThat(TestTopics.records(kafka, topics.messages(), PARTITIONS))
          .map(record -> record.replaceFirst("^[0-9] ", ""))
          .containsExactlyInAnyOrder("default/group/g 1", "default/all 2");
    }
  }

  @Test
  void otherPartitionsThanTheMessagesShouldKeepItFromStarting() throws Exception {
    // Given
    Topics topics = new Topics("askew");
    create(topics, PARTITIONS + 1);

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> IngestService.start(config(topics)))
        .withMessageContaining("askew.messages and askew.members")
        .withMessageContaining("but have 3 and 4");
  }

  private static String lines(List<String> users, String format) {
    return users.stream().map(format::formatted).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String post(CheckedClient client, IngestService service, String path, String lines)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> response = client.send(request);
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
