package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.Topics;
import io.tidegate.ingest.IngestConfig;
import io.tidegate.ingest.IngestService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * REST to WebSocket and back to an outcome, through everything, in one process, whatever the Kafka
 * is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PipelineContract {
  static final TopicPlan PLAN = new TopicPlan(Topics.DEFAULT, 4, 2);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Pipeline pipeline;

  PipelineContract(Path temporary, Pipeline.Settings settings) throws Exception {
    pipeline = Pipeline.start(DataFolder.open(temporary), settings);
  }

  @BeforeAll
  void everyServiceShouldSayThatItIsReady() {
    for (int port : ports()) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(get(port, "/health/ready").statusCode()).isEqualTo(200));
    }
  }

  @AfterAll
  void stop() {
    pipeline.close();
    http.shutdownNow();
  }

  @Test
  void messageShouldBePushedAckedAndHaveItsOutcome() throws Exception {
    // Given
    try (TestDevice device = device("ann", Map.of())) {
      JsonNode welcome = device.next("welcome");

      // When
      JsonNode accepted = post("ann", "m-1", "{\"n\": 1.10}");
      JsonNode push = device.next("push");
      device.send(Map.of("op", "ack", "seq", push.at("/messages/0/seq").asLong()));

      // Then
      assertThat(welcome.path("mode").asString()).isEqualTo("fresh");
      assertThat(accepted.path("accepted").asInt()).isEqualTo(1);
      assertThat(push.path("prev").asLong()).isEqualTo(welcome.path("seq").asLong());
      assertThat(push.at("/messages/0/id").asString()).isEqualTo("m-1");
      assertThat(push.at("/messages/0/data/n").isNumber()).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(outcomes("default/ann"))
                      .singleElement()
                      .satisfies(
                          outcome ->
                              assertThat(outcome.path("message_id").asString()).isEqualTo("m-1"))
                      .satisfies(
                          outcome ->
                              assertThat(outcome.path("outcome").asString())
                                  .isEqualTo("delivered")));
    }
  }

  /** By the official SDK, so that the events are as others write them. */
  @Test
  void cloudEventsShouldReachADeviceWithTheirAttributesAndData() throws Exception {
    // Given
    Supplier<CloudEventBuilder> event =
        () ->
            CloudEventBuilder.v1()
                .withSource(URI.create("https://shop.example/orders"))
                .withType("com.example.order")
                .withSubject("user/org/gil")
                .withTime(OffsetDateTime.parse("2026-11-27T06:00:00Z"));
    CloudEvent json =
        event
            .get()
            .withId("e-1")
            .withData("application/json", "{\"n\": 1.10}".getBytes(StandardCharsets.UTF_8))
            .withExtension("urgency", "high")
            .build();
    CloudEvent image =
        event.get().withId("e-2").withData("image/png", new byte[] {1, (byte) 0xff}).build();
    CloudEvent none = event.get().withId("e-3").build();

    try (TestDevice device = device("org/gil", Map.of())) {
      device.next("welcome");
      List<JsonNode> messages = new ArrayList<>();

      // When
      for (CloudEvent each : List.of(json, image, none)) {
        assertThat(post(each).statusCode()).isEqualTo(202);
        device.next("push").path("messages").forEach(messages::add);
      }

      // Then
      assertThat(messages)
          .extracting(m -> m.path("id").asString())
          .containsExactly("e-1", "e-2", "e-3");
      JsonNode first = messages.get(0);
      assertThat(first.path("source").asString()).isEqualTo("https://shop.example/orders");
      assertThat(first.path("type").asString()).isEqualTo("com.example.order");
      assertThat(first.path("time").asString()).isEqualTo("2026-11-27T06:00:00Z");
      assertThat(first.path("urgency").asString()).isEqualTo("high");
      assertThat(first.at("/data/n").isNumber()).isTrue();
      assertThat(messages.get(1).path("datacontenttype").asString()).isEqualTo("image/png");
      assertThat(messages.get(1).path("data_base64").asString()).isEqualTo("Af8=");
      assertThat(messages.get(2).has("data")).isFalse();
      assertThat(messages.get(2).has("data_base64")).isFalse();
    }
  }

  private HttpResponse<String> post(CloudEvent event) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + pipeline.ingestPort() + "/v1/events"))
            .timeout(Duration.ofSeconds(30));
    Consumer<byte @Nullable []> body =
        bytes ->
            request.POST(
                bytes == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(bytes));
    Object _ = HttpMessageFactory.createWriter(request::header, body).writeBinary(event);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The answer of the first was lost, and a load balancer led the second try elsewhere. */
  @Test
  void requestThatComesAgainAtAnotherInstanceShouldBeOneMessage() throws Exception {
    // Given
    String body = "{\"to\":{\"user\":\"twin\"},\"data\":1}";
    try (IngestService other =
            IngestService.start(
                IngestConfig.defaults(pipeline.kafka()).withAddress("127.0.0.1", 0));
        TestDevice device = device("twin", Map.of())) {
      await().atMost(Duration.ofSeconds(30)).until(other::ready);
      device.next("welcome");

      // When
      HttpResponse<String> first = sendOnce(pipeline.ingestPort(), body);
      HttpResponse<String> second = sendOnce(other.port(), body);
      post("twin", "behind", "2");

      // Then
      assertThat(List.of(first.statusCode(), second.statusCode())).containsExactly(202, 202);
      String id = JSON.readTree(first.body()).path("id").asString();
      assertThat(JSON.readTree(second.body()).path("id").asString()).isEqualTo(id);
      assertThat(second.headers().firstValue("Idempotency-Replayed")).isEmpty();
      assertThat(ids(device, 2)).containsExactly(id, "behind");
    }
  }

  private HttpResponse<String> sendOnce(int port, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/messages"))
            .header("content-type", "application/json")
            .header("Idempotency-Key", "\"order-7\"")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void messageForAnOfflineUserShouldWaitForTheFirstConnection() throws Exception {
    // Given
    post("ben", "m-1", "1");
    post("ben", "m-2", "2");

    // When
    try (TestDevice device = device("ben", Map.of())) {
      device.next("welcome");

      // Then
      assertThat(ids(device, 2)).containsExactly("m-1", "m-2");
    }
  }

  @Test
  void deviceThatComesBackShouldGetWhatFollowsItsCursor() throws Exception {
    // Given
    String epoch;
    long first;
    try (TestDevice device = device("cy", Map.of())) {
      epoch = device.next("welcome").path("epoch").asString();
      post("cy", "m-1", "1");
      first = device.next("push").at("/messages/0/seq").asLong();
    }
    post("cy", "m-2", "2");

    // When
    Map<String, Object> resume = Map.of("resume", Map.of("epoch", epoch, "seq", first));
    try (TestDevice device = device("cy", resume)) {
      JsonNode welcome = device.next("welcome");

      // Then
      assertThat(welcome.path("mode").asString()).isEqualTo("resumed");
      assertThat(welcome.path("seq").asLong()).isEqualTo(first);
      assertThat(ids(device, 1)).containsExactly("m-2");
    }
  }

  @Test
  void messageBelowWhatTheDeviceWantsShouldWaitForAnother() throws Exception {
    try (TestDevice phone = device("ulf", Map.of("device", "phone", "urgency", "high"))) {
      // Given
      phone.next("welcome");

      // When
      post("ulf", "m-1", "1");
      post("{\"to\":{\"user\":\"ulf\"},\"id\":\"m-2\",\"urgency\":\"high\",\"data\":2}");
      List<String> onPhone = ids(phone, 1);
      JsonNode wait = user("ulf").at("/waits/0");

      // Then
      assertThat(onPhone).containsExactly("m-2");
      assertThat(wait.path("id").asString()).isEqualTo("m-1");
      assertThat(wait.path("waits_for").asString()).isEqualTo("device_urgency");
      try (TestDevice tablet = device("ulf", Map.of("device", "tablet"))) {
        tablet.next("welcome");
        assertThat(ids(tablet, 2)).containsExactly("m-2", "m-1");
      }
    }
  }

  @Test
  void slowDeviceShouldGetTheNewestOfAKeyAndItsAckCountForWhatWasReplaced() throws Exception {
    // Given: one frame in four seconds, and room for three messages.
    Map<String, Object> slowly = Map.of("max_rate", 0.25, "window", 3);
    String epoch;
    try (TestDevice device = device("wes", slowly)) {
      JsonNode welcome = device.next("welcome");
      epoch = welcome.path("epoch").asString();
      assertThat(welcome.path("max_rate").asDouble()).isEqualTo(0.25);
      post("wes", "w-1", "1");
      assertThat(device.next("push").at("/messages/0/id").asString()).isEqualTo("w-1");

      // When: two have a key, and the last waits for room.
      postPrice("w-2");
      postPrice("w-3");
      post("wes", "w-4", "4");
      JsonNode push = device.next("push");
      device.send(Map.of("op", "ack", "seq", 3));

      // Then
      assertThat(push.path("prev").asLong()).isEqualTo(1);
      assertThat(push.path("messages")).hasSize(1);
      assertThat(push.at("/messages/0/id").asString()).isEqualTo("w-3");
      assertThat(push.at("/messages/0/conflated").asInt()).isEqualTo(1);
      JsonNode next = device.next("push");
      assertThat(next.path("prev").asLong()).isEqualTo(3);
      assertThat(next.at("/messages/0/id").asString()).isEqualTo("w-4");
      device.send(Map.of("op", "ack", "seq", 4));

      // When: one does not live until the next frame.
      post("{\"to\":{\"user\":\"wes\"},\"id\":\"w-5\",\"ttl\":2,\"data\":5}");

      // Then
      assertThat(device.next("reset").path("seq").asLong()).isEqualTo(5);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(outcomes("default/wes"))
                    .extracting(
                        outcome ->
                            outcome.path("message_id").asString()
                                + " "
                                + outcome.path("outcome").asString())
                    .containsExactlyInAnyOrder(
                        "w-1 delivered",
                        "w-2 delivered",
                        "w-3 delivered",
                        "w-4 delivered",
                        "w-5 expired"));

    // When
    Map<String, Object> resume = Map.of("resume", Map.of("epoch", epoch, "seq", 5));
    try (TestDevice device = device("wes", resume)) {
      JsonNode welcome = device.next("welcome");
      post("wes", "w-6", "6");

      // Then: nothing comes again, and nothing is told as lost twice.
      assertThat(welcome.path("mode").asString()).isEqualTo("resumed");
      assertThat(ids(device, 1)).containsExactly("w-6");
    }
  }

  private void postPrice(String id) throws Exception {
    String body =
        "{\"to\":{\"user\":\"wes\"},\"id\":\"%s\",\"collapse_key\":\"price\",\"data\":1}"
            .formatted(id);
    assertThat(post(body).statusCode()).isEqualTo(202);
  }

  @Test
  void ttlZeroShouldReachAConnectedDeviceWithoutASeq() throws Exception {
    // Given
    try (TestDevice device = device("dee", Map.of())) {
      device.next("welcome");

      // When
      String body = "{\"to\":{\"user\":\"dee\"},\"id\":\"now\",\"ttl\":0,\"data\":true}";
      HttpResponse<String> answer = post(body);

      // Then
      assertThat(answer.statusCode()).isEqualTo(202);
      JsonNode live = device.next("live");
      assertThat(live.at("/messages/0/id").asString()).isEqualTo("now");
      assertThat(live.at("/messages/0").has("seq")).isFalse();
    }
  }

  @Test
  void refusedRequestShouldBeAProblemThatNamesTheField() throws Exception {
    // Given
    String body = "{\"to\":{\"user\":\"eve\"},\"urgency\":\"extreme\",\"data\":1}";

    // When
    HttpResponse<String> answer = post(body);

    // Then
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(JSON.readTree(answer.body()).path("field").asString()).isEqualTo("urgency");
  }

  @Test
  void policyShouldHoldAsSoonAsItIsSetBeExplainedAndLetGoWhenItIsGone() throws Exception {
    // Given
    String hourly = "{\"limits\":[{\"name\":\"hourly\",\"limit\":1,\"window\":\"PT1H\"}]}";
    int made = send("PUT", "/v1/policies/slow", hourly).statusCode();
    int set = send("PUT", "/v1/users/fay/policy", "{\"policy\":\"slow\"}").statusCode();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(user("fay").at("/policy/name").asString()).isEqualTo("slow"));
    try (TestDevice device = device("fay", Map.of())) {
      device.next("welcome");
      post("fay", "m-1", "1");
      List<String> atOnce = ids(device, 1);

      // When
      post("fay", "m-2", "2");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(user("fay").at("/waits/0/waits_for").asString()).isEqualTo("limit"));
      JsonNode wait = user("fay").at("/waits/0");
      int gone = send("DELETE", "/v1/policies/slow", "").statusCode();

      // Then
      assertThat(List.of(made, set, gone)).containsExactly(201, 200, 204);
      assertThat(atOnce).containsExactly("m-1");
      assertThat(wait.path("id").asString()).isEqualTo("m-2");
      assertThat(wait.path("rule").asString()).isEqualTo("hourly");
      assertThat(wait.path("not_before_millis").asLong())
          .isBetween(System.currentTimeMillis(), System.currentTimeMillis() + 3_600_000);
      assertThat(ids(device, 1)).containsExactly("m-2");
      assertThat(user("fay").at("/policy/fault").asString()).contains("\"slow\"");
    }
  }

  private JsonNode user(String user) throws Exception {
    return JSON.readTree(get(pipeline.fanoutPort(), "/v1/users/" + user).body());
  }

  private TestDevice device(String user, Map<String, Object> more) {
    Map<String, Object> hello = new java.util.HashMap<>(more);
    hello.put("op", "hello");
    hello.put("user", user);
    return new TestDevice(http, pipeline.deliveryPort(), hello);
  }

  private static List<String> ids(TestDevice device, int count) throws InterruptedException {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      device.next("push").path("messages").forEach(m -> ids.add(m.path("id").asString()));
    }
    return ids;
  }

  private JsonNode post(String user, String id, String data) throws Exception {
    String body = "{\"to\":{\"user\":\"%s\"},\"id\":\"%s\",\"data\":%s}".formatted(user, id, data);
    HttpResponse<String> answer = post(body);
    assertThat(answer.statusCode()).isEqualTo(202);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send("POST", "/v1/messages", body);
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + pipeline.ingestPort() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private List<Integer> ports() {
    return List.of(pipeline.ingestPort(), pipeline.deliveryPort(), pipeline.fanoutPort());
  }

  /** Everything that is said of a user so far. */
  private List<JsonNode> outcomes(String key) {
    List<JsonNode> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", pipeline.kafka(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(PLAN.topics().outcomes()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (System.nanoTime() < deadline
          && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                    found.add(JSON.readTree(record.value()));
                  }
                });
      }
    }
    return found;
  }
}
