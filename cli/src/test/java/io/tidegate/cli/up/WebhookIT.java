package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.CommandRun;
import io.tidegate.cli.up.WebhookReceiver.Hook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Users and groups that are URLs, from {@code up} to a server that does as it likes. */
final class WebhookIT {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Map<String, String> QUICK =
      Map.of(
          "TIDEGATE_DELIVERY_WEBHOOK_BACKOFF", "50ms",
          "TIDEGATE_DELIVERY_WEBHOOK_BACKOFF_MOST", "500ms",
          "TIDEGATE_DELIVERY_WEBHOOK_TIMEOUT", "1s",
          "TIDEGATE_DELIVERY_WEBHOOK_PAUSE", "50ms",
          "TIDEGATE_DELIVERY_WEBHOOK_PAUSE_MOST", "500ms",
          "TIDEGATE_DELIVERY_WEBHOOK_REFUSALS", "3",
          "TIDEGATE_DELIVERY_WEBHOOK_REFUSED_AFTER", "100ms");

  private final HttpClient http = HttpClient.newHttpClient();
  private String ingest = "";

  @TempDir Path folder;

  @AfterEach
  void stop() {
    http.shutdownNow();
  }

  private CommandProcess up() throws Exception {
    return new CommandProcess(
        QUICK,
        "up",
        "--json",
        "--data-dir",
        folder.resolve("data").toString(),
        "--ingest-port",
        "0",
        "--delivery-port",
        "0",
        "--fanout-port",
        "0");
  }

  private JsonNode call(String method, String path, String type, String body, int status)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(ingest + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body().isEmpty() || type.endsWith("ndjson")
        ? JsonMapper.shared().createObjectNode()
        : JsonMapper.shared().readTree(answer.body());
  }

  private String put(String path, String url) throws Exception {
    return call("PUT", path, "application/json", "{\"url\":\"" + url + "\"}", 201)
        .path("secret")
        .asString();
  }

  private void send(String to, int from, int count) throws Exception {
    String lines =
        IntStream.range(from, from + count)
            .mapToObj(n -> "{\"to\":" + to + ",\"data\":" + n + ",\"id\":\"m" + n + "\"}")
            .collect(Collectors.joining("\n"));
    var _ = call("POST", "/v1/messages", "application/x-ndjson", lines, 200);
  }

  private static List<String> ids(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(n -> "m" + n).toList();
  }

  @Test
  void killOfTheWorkerShouldLoseNothingAndRepeatUnderTheSameId() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      // Given
      receiver.answer(
          "/hook",
          _ -> {
            pause();
            return 204;
          });
      String secret;
      try (CommandProcess up = up()) {
        ingest = up.awaitReady(START).path("ingest").asString();
        secret = put("/v1/users/alice/endpoints/crm", receiver.url("/hook"));
        send("{\"user\":\"alice\"}", 0, 200);
        await().atMost(SOON).until(() -> receiver.taken("/hook").size() >= 20);

        // When
        up.kill();
      }
      int before = receiver.taken("/hook").size();
      try (CommandProcess again = up()) {
        var _ = again.awaitReady(START);
        await().atMost(SOON).until(() -> receiver.taken("/hook").size() == 200);

        // Then
        assertThat(before).isLessThan(200);
        assertThat(receiver.taken("/hook")).isEqualTo(ids(0, 200));
        Set<String> pairs = new HashSet<>();
        for (Hook hook : receiver.at("/hook")) {
          pairs.add(hook.eventId() + " " + hook.id());
          assertThat(hook.isSignedBy(secret)).isTrue();
        }
        assertThat(pairs).hasSize(200);
        assertThat(receiver.mostAtOnce()).isEqualTo(1);
        System.out.printf(
            "webhooks: killed after %d of 200; %d requests for 200 messages%n",
            before, receiver.at("/hook").size());
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve("data/webhook-key"))))
            .isEqualTo("rw-------");
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void hostileAnswersShouldLoseNothingAndKeepTheOrder() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        CommandProcess up = up()) {
      JsonNode ready = up.awaitReady(START);
      ingest = ready.path("ingest").asString();

      failsAndStalls(receiver);
      poison(receiver, ready.path("kafka").asString());
      gone(receiver);
      group(receiver);
      rotated(receiver);
    }
  }

  /** 500, nothing at all, a redirect, then what it should. */
  private void failsAndStalls(WebhookReceiver receiver) throws Exception {
    // Given
    receiver.answer(
        "/bad",
        hook ->
            switch (receiver.at("/bad").size()) {
              case 0 -> 500;
              case 1 -> WebhookReceiver.STALL;
              case 2 -> 302;
              case 3 -> 429;
              default -> hook.eventId().equals("m3") && receiver.at("/bad").size() < 9 ? 503 : 200;
            });
    var _ = put("/v1/users/bob/endpoints/a", receiver.url("/bad"));

    // When
    send("{\"user\":\"bob\"}", 0, 6);

    // Then
    await().atMost(SOON).until(() -> receiver.taken("/bad").size() == 6);
    assertThat(receiver.taken("/bad")).isEqualTo(ids(0, 6));
    List<Hook> first = receiver.at("/bad").subList(0, 5);
    assertThat(first).extracting(Hook::id).containsOnly(first.getFirst().id());
  }

  /** One message that is never taken, and the next is. */
  private void poison(WebhookReceiver receiver, String kafka) throws Exception {
    // Given
    receiver.answer("/poison", hook -> hook.eventId().equals("m1") ? 400 : 204);
    var _ = put("/v1/users/carol/endpoints/a", receiver.url("/poison"));

    // When
    send("{\"user\":\"carol\"}", 0, 3);

    // Then
    await().atMost(SOON).until(() -> receiver.taken("/poison").size() == 2);
    assertThat(receiver.taken("/poison")).containsExactly("m0", "m2");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(records(kafka, "tidegate.outcomes", "default/carol"))
                    .anyMatch(o -> o.contains("\"m0\"") && o.contains("\"delivered\""))
                    .anyMatch(
                        o ->
                            o.contains("\"m1\"")
                                && o.contains("\"dropped\"")
                                && o.contains("\"endpoint_refused\""))
                    .anyMatch(o -> o.contains("\"m2\"") && o.contains("\"delivered\"")));
    assertThat(records(kafka, "tidegate.dead-letters", "default/carol"))
        .singleElement()
        .asString()
        .startsWith("endpoint_refused: endpoint a: answered 400 ")
        .contains("\"id\":\"m1\"");
  }

  private void gone(WebhookReceiver receiver) throws Exception {
    // Given
    String path = "/v1/users/dave/endpoints/a";
    receiver.answer("/gone", _ -> 410);
    var _ = put(path, receiver.url("/gone"));
    send("{\"user\":\"dave\"}", 0, 2);
    await()
        .atMost(SOON)
        .until(() -> call("GET", path, "application/json", "", 200).has("disabled"));
    int asked = receiver.at("/gone").size();

    // When
    receiver.answer("/gone", _ -> 200);
    send("{\"user\":\"dave\"}", 2, 1);
    var _ =
        call("PUT", path, "application/json", "{\"url\":\"" + receiver.url("/gone") + "\"}", 200);

    // Then
    await().atMost(SOON).until(() -> receiver.taken("/gone").size() == 3);
    assertThat(asked).isEqualTo(1);
    assertThat(receiver.taken("/gone")).isEqualTo(ids(0, 3));
    assertThat(call("GET", path, "application/json", "", 200).has("disabled")).isFalse();
  }

  private void group(WebhookReceiver receiver) throws Exception {
    // Given
    var _ = endpoint("put", "--group", "team", "a", receiver.url("/team"));
    var _ = put("/v1/users/erin/endpoints/a", receiver.url("/erin"));
    var _ = call("PUT", "/v1/groups/team/members/erin", "application/json", "", 204);

    // When
    send("{\"group\":\"team\"}", 0, 5);

    // Then
    await()
        .atMost(SOON)
        .until(() -> receiver.taken("/team").size() == 5 && receiver.taken("/erin").size() == 5);
    assertThat(receiver.at("/team")).hasSize(5);
    var _ = endpoint("delete", "--group", "team", "a");
    send("{\"group\":\"team\"}", 5, 1);
    await().atMost(SOON).until(() -> receiver.taken("/erin").size() == 6);
    assertThat(receiver.at("/team")).hasSize(5);
  }

  private void rotated(WebhookReceiver receiver) throws Exception {
    // Given
    String old = endpoint("put", "--user", "fred", "a", receiver.url("/fred"));
    String fresh = endpoint("rotate", "--user", "fred", "a");

    // When
    send("{\"user\":\"fred\"}", 0, 1);

    // Then
    await().atMost(SOON).until(() -> receiver.at("/fred").size() == 1);
    Hook hook = receiver.at("/fred").getFirst();
    assertThat(hook.isSignedBy(old)).isTrue();
    assertThat(hook.isSignedBy(fresh)).isTrue();
    assertThat(old).isNotEqualTo(fresh);
    assertThat(endpoint("show", "--user", "fred", "a")).isEmpty();
  }

  /** The secret that {@code tidegate endpoints} prints of it; empty: none. */
  private String endpoint(String... arguments) {
    List<String> command = new ArrayList<>(List.of("endpoints"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--json", "--url", ingest));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.status()).as(run.toString()).isZero();
    return JsonMapper.shared().readTree(run.out()).path("secret").asString("");
  }

  /** The cause, where there is one, and the value of each record of a key. */
  private static List<String> records(String kafka, String topic, String key) {
    List<String> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (key.equals(record.key())) {
            var cause = record.headers().lastHeader("tidegate_cause");
            found.add(
                (cause == null ? "" : new String(cause.value(), UTF_8) + " ") + record.value());
          }
        }
      }
    }
    return found;
  }
}
