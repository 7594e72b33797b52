package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.testkafka.JvmKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Policies and users' settings through HTTP and a real Kafka. */
final class PoliciesIT {
  private static final int PARTITIONS = 3;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final String ONE_A_SECOND = "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}]}";

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static JvmKafka kafka;

  private final Topics topics = new Topics("policies" + PREFIXES.incrementAndGet());
  private final List<IngestService> services = new ArrayList<>();

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new JvmKafka(folder);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    TestTopics.create(
        kafka,
        new NewTopic(topics.messages(), PARTITIONS, (short) 1),
        new NewTopic(topics.policies(), 1, (short) 1),
        new NewTopic(topics.users(), PARTITIONS, (short) 1),
        new NewTopic(topics.members(), PARTITIONS, (short) 1));
  }

  @AfterEach
  void stopServices() {
    services.forEach(IngestService::close);
  }

  @Test
  void policyShouldBeKeptCanonicalShownReplacedAndDeleted() throws Exception {
    TestHttp ingest = start();

    // A new one.
    TestHttp.Answer created =
        ingest
            .put(
                "/v1/policies/gentle",
                "{ \"batch\" : {\"max_messages\":64}, \"limits\":[{\"window\":\"PT60S\","
                    + "\"limit\":2,\"burst\":1}] }")
            .is(201);
    String canonical = "{\"limits\":[{\"limit\":2,\"window\":\"PT1M\"}]}";
    assertThat(created.body())
        .isEqualTo("{\"name\":\"gentle\",\"version\":0,\"policy\":" + canonical + "}");
    assertThat(created.header("ETag")).isEqualTo("\"0\"");
    assertThat(created.header("Content-Type")).isEqualTo("application/json");
    TestHttp.Answer shown = ingest.get("/v1/policies/gentle").is(200);
    assertThat(shown.body()).isEqualTo(created.body());
    assertThat(shown.header("ETag")).isEqualTo("\"0\"");

    // Another, and the first again.
    ingest.put("/v1/policies/default", ONE_A_SECOND).is(201);
    TestHttp.Answer replaced = ingest.put("/v1/policies/gentle", "{}").is(200);
    assertThat(replaced.body()).isEqualTo("{\"name\":\"gentle\",\"version\":2,\"policy\":{}}");
    assertThat(ingest.get("/v1/policies").is(200).body())
        .isEqualTo(
            "{\"policies\":[{\"name\":\"default\",\"version\":1,\"policy\":"
                + ONE_A_SECOND
                + "},{\"name\":\"gentle\",\"version\":2,\"policy\":{}}]}");

    // Deleted.
    assertThat(ingest.delete("/v1/policies/gentle").is(204).body()).isEmpty();
    ingest.get("/v1/policies/gentle").isProblem(404, "not-found", "name");
    ingest.delete("/v1/policies/gentle").isProblem(404, "not-found", "name");
    assertThat(ingest.get("/v1/policies").json().get("policies")).hasSize(1);
    assertThat(ingest.put("/v1/policies/gentle", "{}").is(201).json().get("version").asInt())
        .isEqualTo(4);

    assertThat(TestTopics.records(kafka, topics.policies(), 1))
        .containsExactly(
            "0 default/gentle " + canonical,
            "0 default/default " + ONE_A_SECOND,
            "0 default/gentle {}",
            "0 default/gentle null",
            "0 default/gentle {}");
  }

  @Test
  void preconditionsShouldKeepOneFromOverwritingAnothersPolicy() throws Exception {
    TestHttp ingest = start();
    String path = "/v1/policies/p";

    ingest.put(path, "{}", "If-Match", "*").isProblem(412, "precondition-failed", null);
    ingest.delete(path, "If-Match", "\"0\"").isProblem(412, "precondition-failed", null);
    ingest.put(path, "{}", "If-None-Match", "*").is(201);
    ingest.put(path, "{}", "If-None-Match", "*").isProblem(412, "precondition-failed", null);
    ingest.put(path, "{}", "If-Match", "\"7\", \"0\"").is(200);
    assertThat(
            ingest
                .put(path, "{}", "If-Match", "\"0\"")
                .isProblem(412, "precondition-failed", null)
                .detail())
        .isEqualTo("the policy \"p\" has version 1");
    ingest.delete(path, "If-Match", "W/\"1\"").isProblem(412, "precondition-failed", null);
    ingest.delete(path, "If-Match", "\"1\"").is(204);

    assertThat(TestTopics.records(kafka, topics.policies(), 1)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          PUT    | p         | {"limits":[{"limit":1,"window":"PT0S"}]} | 400 | invalid-request | limits[0].window
          PUT    | p         | {"limts":[]}                             | 400 | invalid-request | limts
          PUT    | p         | {"limits":[]                             | 400 | invalid-request | -
          PUT    | p         | []                                       | 400 | invalid-request | -
          PUT    | p         | ``                                       | 400 | invalid-request | -
          PUT    | p         | -                                        | 415 | unsupported-media-type | -
          PUT    | a%20b     | {}                                       | 400 | invalid-request | name
          PUT    | a%2Fb     | {}                                       | 400 | invalid-request | name
          PUT    | %ff       | {}                                       | 400 | invalid-request | name
          GET    | a+b       | -                                        | 400 | invalid-request | name
          DELETE | a*b       | -                                        | 400 | invalid-request | name
          PUT    | ``        | {}                                       | 400 | invalid-request | name
          GET    | p         | -                                        | 404 | not-found       | name
          DELETE | p         | -                                        | 404 | not-found       | name
          GET    | p/q       | -                                        | 404 | not-found       | -
          """)
  void badRequestForAPolicyShouldBeToldByField(
      String method, String name, String json, int status, String kind, String field)
      throws Exception {
    // Given
    TestHttp ingest = start();

    // When
    TestHttp.Answer answer = ingest.call(method, "/v1/policies/" + name, json);

    // Then
    answer.isProblem(status, kind, field);
    assertThat(TestTopics.records(kafka, topics.policies(), 1)).isEmpty();
  }

  @Test
  void otherBadRequestsForPoliciesShouldBeProblems() throws Exception {
    TestHttp ingest = start();

    ingest.put("/v1/policies/" + "n".repeat(65), "{}").isProblem(400, "invalid-request", "name");
    ingest
        .put("/v1/policies/p", "{}", "If-Match", "0")
        .isProblem(400, "invalid-request", "If-Match");
    ingest
        .delete("/v1/policies/p", "If-None-Match", "\"0\" \"1\"")
        .isProblem(400, "invalid-request", "If-None-Match");
    ingest.put("/v1/policies/p", "{}" + " ".repeat(65_535)).isProblem(413, "too-large", null);
    assertThat(ingest.call("POST", "/v1/policies/p", "{}").is(405).header("Allow"))
        .isEqualTo("GET, PUT, DELETE");
    assertThat(ingest.call("POST", "/v1/policies", "{}").is(405).header("Allow")).isEqualTo("GET");
    ingest.put("/v1/policies/p", "{}" + " ".repeat(65_534)).is(201);
  }

  @Test
  void settingsOfAUserShouldLieWithTheMessagesOfTheUser() throws Exception {
    TestHttp ingest = start();
    ingest.put("/v1/policies/gentle", ONE_A_SECOND).is(201);

    TestHttp.Answer answer =
        ingest
            .put(
                "/v1/users/a%2Fb%20%C3%A9/policy",
                "{\"timezone\":\"Europe/Berlin\",\"policy\":\"gentle\","
                    + "\"overrides\":{\"smoothing\":\"PT30S\",\"limits\":null}}")
            .is(200);
    ingest.delete("/v1/users/a%2Fb%20%C3%A9/policy").is(204);
    ingest.delete("/v1/users/nobody/policy").is(204);

    String settings =
        "{\"policy\":\"gentle\",\"timezone\":\"Europe/Berlin\","
            + "\"overrides\":{\"smoothing\":\"PT30S\",\"limits\":null}}";
    assertThat(answer.body()).isEqualTo("{\"user\":\"a/b é\",\"settings\":" + settings + "}");
    int partition = new UserKey("default", "a/b é").partition(PARTITIONS);
    int nobody = new UserKey("default", "nobody").partition(PARTITIONS);
    assertThat(TestTopics.records(kafka, topics.users(), PARTITIONS))
        .containsExactlyInAnyOrder(
            partition + " default/a/b é " + settings,
            partition + " default/a/b é null",
            nobody + " default/nobody null");
  }

  @Test
  void settingsWithoutAPolicyShouldGoOverTheDefaultOrNothing() throws Exception {
    TestHttp ingest = start();
    String settings = "{\"overrides\":{\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}]}}";

    ingest.put("/v1/users/alice/policy", "{}").is(200);
    ingest.put("/v1/users/alice/policy", settings).is(200);
    ingest.put("/v1/policies/default", ONE_A_SECOND).is(201);
    ingest.put("/v1/users/alice/policy", settings).is(200);

    assertThat(TestTopics.records(kafka, topics.users(), PARTITIONS)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          PUT    | alice/policy | {"policy":"none-such"}                   | 422 | unprocessable   | policy
          PUT    | alice/policy | {"overrides":{"limits":[{"limit":1}]}}   | 422 | unprocessable   | overrides.limits[0].window
          PUT    | alice/policy | {"overrides":{"batch":{"mode":"last"}}}  | 422 | unprocessable   | overrides.batch.mode
          PUT    | alice/policy | {"policy":"a b"}                         | 400 | invalid-request | policy
          PUT    | alice/policy | {"timezone":"Europe/Atlantis"}           | 400 | invalid-request | timezone
          PUT    | alice/policy | {"overrides":7}                          | 400 | invalid-request | overrides
          PUT    | alice/policy | {"limits":[]}                            | 400 | invalid-request | limits
          PUT    | alice/policy | -                                        | 415 | unsupported-media-type | -
          PUT    | a%00b/policy | {}                                       | 400 | invalid-request | user
          DELETE | %C3/policy   | -                                        | 400 | invalid-request | user
          PUT    | /policy      | {}                                       | 400 | invalid-request | user
          GET    | alice        | -                                        | 404 | not-found       | -
          PUT    | a/b/policy   | {}                                       | 404 | not-found       | -
          """)
  void badRequestForAUsersSettingsShouldBeToldByField(
      String method, String path, String json, int status, String kind, String field)
      throws Exception {
    // Given
    TestHttp ingest = start();

    // When
    TestHttp.Answer answer = ingest.call(method, "/v1/users/" + path, json);

    // Then
    answer.isProblem(status, kind, field);
    assertThat(TestTopics.records(kafka, topics.users(), PARTITIONS)).isEmpty();
  }

  @Test
  void askingForAUsersSettingsShouldPointToFanout() throws Exception {
    TestHttp ingest = start();

    TestHttp.Answer answer = ingest.get("/v1/users/alice/policy");

    answer.isProblem(405, "method-not-allowed", null);
    assertThat(answer.header("Allow")).isEqualTo("PUT, DELETE");
    assertThat(answer.detail()).contains("fan-out port");
  }

  @Test
  void instancesShouldSeeEachOthersPolicies() throws Exception {
    // Given
    TestHttp one = start();
    TestHttp other = start();

    // When
    String body = one.put("/v1/policies/shared", ONE_A_SECOND).is(201).body();

    // Then
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(other.get("/v1/policies/shared").body()).isEqualTo(body));
    other.put("/v1/users/alice/policy", "{\"policy\":\"shared\"}").is(200);
    other.put("/v1/policies/shared", "{}", "If-Match", "\"0\"").is(200);
    other.delete("/v1/policies/shared").is(204);
    await().atMost(LONG).until(() -> one.get("/v1/policies/shared").status() == 404);
  }

  @Test
  void policiesOfBeforeShouldBeKnownAtReadyAndAMalformedOneStopNothing() throws Exception {
    // Given
    write("default/good", "{}");
    write("default/bad", "{\"limts\":[]}");
    write("default/no name", "{}");
    write("other/foreign", "{}");
    write("default/later", ONE_A_SECOND);

    // When
    TestHttp ingest = start();

    // Then
    assertThat(ingest.get("/v1/policies").json().get("policies"))
        .extracting(policy -> policy.get("name").asString())
        .containsExactly("good", "later");
    assertThat(ingest.get("/health/ready").json().at("/checks/policies/detail").asString())
        .isEqualTo("3 policies");
    assertThat(ingest.get("/metrics").body())
        .contains("tidegate_ingest_policies 3", "tidegate_ingest_policies_skipped_total 2");
    ingest.put("/v1/policies/bad", "{}").is(201);
  }

  @Test
  void oneMoreThanTheMostPoliciesShouldBeRefused() throws Exception {
    // Given
    write("default/p0", "{}");
    try (KafkaProducer<String, String> producer = producer()) {
      for (int i = 1; i < 1000; i++) {
        var _ = producer.send(new ProducerRecord<>(topics.policies(), "default/p" + i, "{}"));
      }
    }
    TestHttp ingest = start();

    // When
    TestHttp.Answer refused = ingest.put("/v1/policies/new", "{}");

    // Then
    refused.isProblem(409, "too-many-policies", null);
    assertThat(refused.detail()).contains("1000");
    ingest.put("/v1/policies/p7", "{}").is(200);
    JsonNode all = ingest.get("/v1/policies").is(200).json().get("policies");
    assertThat(all).hasSize(1000);
    ingest.delete("/v1/policies/p8").is(204);
    ingest.put("/v1/policies/new", "{}").is(201);
  }

  @Test
  void missingTopicShouldBeNamed() throws Exception {
    // Given
    Topics older = new Topics(topics.prefix() + "-older");
    TestTopics.create(
        kafka,
        new NewTopic(older.messages(), PARTITIONS, (short) 1),
        new NewTopic(older.policies(), 1, (short) 1));

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> IngestService.start(config().withTopics(older)))
        .withMessageContaining("has no topic " + older.users())
        .withMessageContaining("tidegate topics create");
  }

  private IngestConfig config() {
    return IngestConfig.defaults(kafka.bootstrapServers())
        .withTopics(topics)
        .withAddress("127.0.0.1", 0);
  }

  /** A ready instance. */
  private TestHttp start() throws Exception {
    IngestService service = IngestService.start(config());
    services.add(service);
    await().atMost(LONG).until(service::ready);
    return new TestHttp(service.port());
  }

  private void write(String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.send(new ProducerRecord<>(topics.policies(), key, value)).get();
    }
  }

  private static KafkaProducer<String, String> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers()),
        new StringSerializer(),
        new StringSerializer());
  }
}
