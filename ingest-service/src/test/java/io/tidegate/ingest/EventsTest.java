package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.CloudEventHeaders;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EventsTest {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCHED = "application/cloudevents-batch+json";
  private static final String[] BINARY = {
    "ce-specversion", "1.0", "ce-id", "b1", "ce-source", "/s", "ce-type", "t", "ce-subject", "all"
  };

  private static String event(int n) {
    return "{\"specversion\":\"1.0\",\"id\":\"e%d\",\"source\":\"/s\",\"type\":\"t\",\"subject\":\"user/u%d\",\"data\":%d}"
        .formatted(n, n, n);
  }

  private static String events(int count) {
    return IntStream.range(0, count)
        .mapToObj(EventsTest::event)
        .collect(Collectors.joining(",\n", "[", "]"));
  }

  private static HttpResponse<String> post(
      TestIngest ingest, @Nullable String contentType, BodyPublisher body, String... headers)
      throws Exception {
    HttpRequest.Builder request = ingest.request("/v1/events").POST(body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return ingest.send(request.build());
  }

  private static HttpResponse<String> post(TestIngest ingest, String contentType, String body)
      throws Exception {
    return post(ingest, contentType, BodyPublishers.ofString(body));
  }

  private static JsonNode problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    return json(response.body());
  }

  private static List<JsonNode> results(HttpResponse<String> response) {
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    return response.body().lines().map(TestIngest::json).toList();
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  @Test
  void structuredEventShouldBeAcceptedOnceItIsDurable() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          post(ingest, "Application/CloudEvents+JSON; charset=UTF-8", event(1));

      // Then
      assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(202);
      assertThat(response.body()).isEqualTo("{\"id\":\"e1\",\"accepted\":1}");
      ProducerRecord<byte[], byte[]> record = ingest.kafka.history().getFirst();
      assertThat(record.key()).asString(UTF_8).isEqualTo("default/u1");
      assertThat(record.value()).asString(UTF_8).isEqualTo("1");
      assertThat(header(record, CloudEventHeaders.SOURCE)).isEqualTo("/s");
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(1);
      assertThat(
              ingest.metric(
                  "tidegate_ingest_request_seconds_count{route=\"/v1/events\",status=\"202\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void binaryEventShouldKeepItsBytesAndItsType() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] data = {1, 0, (byte) 0xff};

      // When
      HttpResponse<String> response =
          post(ingest, "image/x-raw", BodyPublishers.ofByteArray(data), BINARY);

      // Then
      assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(202);
      assertThat(response.body()).isEqualTo("{\"id\":\"b1\",\"all\":true}");
      ProducerRecord<byte[], byte[]> record = ingest.kafka.history().getFirst();
      assertThat(record.key()).asString(UTF_8).isEqualTo("default/all");
      assertThat(record.value()).isEqualTo(data);
      assertThat(header(record, CloudEventHeaders.CONTENT_TYPE)).isEqualTo("image/x-raw");
    }
  }

  @Test
  void eventMayBeOldAndHaveNoData() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          post(
              ingest,
              null,
              BodyPublishers.noBody(),
              "ce-specversion",
              "1.0",
              "ce-id",
              "b1",
              "ce-source",
              "/s",
              "ce-type",
              "t",
              "ce-subject",
              "group/g",
              "ce-time",
              "1985-04-12T23:20:50.52Z");

      // Then
      assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(202);
      ProducerRecord<byte[], byte[]> record = ingest.kafka.history().getFirst();
      assertThat(record.value()).isEmpty();
      assertThat(record.timestamp()).isNull();
      assertThat(header(record, CloudEventHeaders.TIME)).isEqualTo("1985-04-12T23:20:50.520Z");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, , 4bf92f",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,"
        + " 00-aaaa2f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, aaaa2f",
  })
  void traceOfTheEventShouldGoBeforeThatOfTheRequest(
      String ofRequest, @Nullable String ofEvent, String trace) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String event =
          ofEvent == null
              ? event(1)
              : event(1)
                  .replace("{", "{\"traceparent\":\"" + ofEvent + "\",\"tracestate\":\"a=b\",");

      // When
      HttpResponse<String> response =
          post(ingest, STRUCTURED, BodyPublishers.ofString(event), "traceparent", ofRequest);

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(header(ingest.kafka.history().getFirst(), CloudEventHeaders.TRACE_PARENT))
          .startsWith("00-" + trace);
      var state =
          ingest.kafka.history().getFirst().headers().lastHeader(CloudEventHeaders.TRACE_STATE);
      assertThat(state != null).isEqualTo(ofEvent != null);
    }
  }

  @Test
  void eachEventOfABatchShouldGetItsResultInOrder() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          post(
              ingest,
              BATCHED,
              "["
                  + event(0)
                  + ","
                  + event(1).replace("user/u1", "nobody")
                  + ",nonsense,,"
                  + event(4)
                  + ","
                  + event(5).replace("user/u5", "group/g")
                  + "]");

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(6);
      assertThat(results.get(0)).hasToString("{\"id\":\"e0\",\"accepted\":1}");
      assertThat(results.get(1).get("field").asString()).isEqualTo("subject");
      assertThat(results.get(2).get("status").asInt()).isEqualTo(400);
      assertThat(results.get(3).get("detail").asString()).isEqualTo("the item is empty");
      assertThat(results.get(4)).hasToString("{\"id\":\"e4\",\"accepted\":1}");
      assertThat(results.get(5)).hasToString("{\"id\":\"e5\",\"group\":\"g\"}");
      assertThat(ingest.kafka.history()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"specversion\":\"1.0\"}", "", " ", "nonsense"})
  void batchThatIsNoArrayShouldBeRefusedWhole(String body) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = post(ingest, BATCHED, body);

      // Then
      assertThat(problem(response, 400).get("detail").asString())
          .isEqualTo("want a JSON array of events");
    }
  }

  @Test
  void emptyBatchShouldHaveNoResults() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      assertThat(results(post(ingest, BATCHED, " [ ]\n"))).isEmpty();
    }
  }

  @Test
  void eventsShouldBeSentWhileTheArrayIsStillComing() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // Given
      String first = "[" + event(0) + ",";
      String second = event(1);
      raw.write(
          "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: "
              + BATCHED
              + "\r\nConnection: close\r\nContent-Length: "
              + (first.length() + second.length())
              + "\r\n\r\n"
              + first);

      // When
      ingest.awaitSent(1);
      raw.write(second);

      // Then
      assertThat(raw.readToEnd())
          .startsWith("HTTP/1.1 200")
          .contains("{\"id\":\"e0\",\"accepted\":1}\n")
          .endsWith("\"detail\":\"the array ends early\"}\n");
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  @Test
  void eventThatKafkaDoesNotTakeInTimeShouldBeAskedToTryAgain() throws Exception {
    try (TestIngest ingest =
        TestIngest.silent(
            c ->
                c.withKafkaTimeouts(
                    Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMillis(100)))) {
      // When
      HttpResponse<String> single = post(ingest, STRUCTURED, event(1));
      HttpResponse<String> binary = post(ingest, null, BodyPublishers.ofString("1"), BINARY);
      List<JsonNode> batch = results(post(ingest, BATCHED, "[" + event(2) + "," + event(3) + "]"));

      // Then
      assertThat(problem(single, 503).get("detail").asString()).contains("\"e1\" is safe");
      assertThat(single.headers().firstValue("Retry-After")).isPresent();
      assertThat(problem(binary, 503).get("detail").asString()).contains("\"b1\" is safe");
      assertThat(batch).allMatch(result -> result.get("status").asInt() == 503);
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isZero();
    }
  }

  @Test
  void sizesShouldBeThoseOfMessages() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String most = event(1) + " ".repeat((1 << 20) - event(1).length());
      String data = "x".repeat(256 * 1024);

      // When
      HttpResponse<String> fits = post(ingest, STRUCTURED, most);
      HttpResponse<String> over = post(ingest, STRUCTURED, most + " ");
      HttpResponse<String> binaryFits =
          post(ingest, "text/plain", BodyPublishers.ofString(data), BINARY);
      HttpResponse<String> binaryOver =
          post(
              ingest,
              "text/plain",
              BodyPublishers.ofInputStream(
                  () -> new ByteArrayInputStream((data + "x").getBytes(UTF_8))),
              BINARY);
      List<JsonNode> batch =
          results(post(ingest, BATCHED, "[" + most + "," + most + " ," + event(2) + "]"));
      List<JsonNode> many = results(post(ingest, BATCHED, events(1002)));

      // Then
      assertThat(fits.statusCode()).isEqualTo(202);
      problem(over, 413);
      assertThat(binaryFits.statusCode()).isEqualTo(202);
      assertThat(problem(binaryOver, 413).get("detail").asString()).contains("262144 bytes");
      assertThat(batch.get(0).has("accepted")).isTrue();
      assertThat(batch.get(1).get("detail").asString())
          .isEqualTo("the item is larger than 1048576 bytes");
      assertThat(batch.get(2).has("accepted")).isTrue();
      assertThat(many).hasSize(1001);
      assertThat(many.get(1000).get("detail").asString()).startsWith("more than 1000 items");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/cloudevents+json;charset=iso-8859-1, 415, ",
    "application/cloudevents, 415, ",
    "application/cloudevents+avro, 415, ",
    "application/cloudevents-batch+xml, 415, ",
    "application/json, 400, specversion",
    "text/plain;charset=iso-8859-1, 400, specversion",
  })
  void whatIsNoEventShouldBeRefused(String contentType, int status, @Nullable String field)
      throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      JsonNode problem = problem(post(ingest, contentType, event(1)), status);

      // Then
      assertThat(problem.path("field").asString("")).isEqualTo(field == null ? "" : field);
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void badHeadersShouldBeNamed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> bad =
          post(ingest, null, BodyPublishers.ofString("1"), with("ce-urgency", "panic"));
      HttpResponse<String> twice =
          post(ingest, null, BodyPublishers.ofString("1"), with("ce-id", "b2"));
      HttpResponse<String> none = post(ingest, null, BodyPublishers.ofString("{"), BINARY);

      // Then
      assertThat(problem(bad, 400).get("field").asString()).isEqualTo("urgency");
      assertThat(problem(twice, 400).get("detail").asString()).isEqualTo("stands there twice");
      assertThat(problem(none, 400).get("field").asString()).isEqualTo("data");
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"}"))
          .isEqualTo(3);
      await()
          .untilAsserted(
              () -> assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero());
    }
  }

  private static String[] with(String name, String value) {
    return IntStream.range(0, BINARY.length + 2)
        .mapToObj(i -> i < BINARY.length ? BINARY[i] : i == BINARY.length ? name : value)
        .toArray(String[]::new);
  }

  /** Bytes that are no ASCII in a header, which no client library would send. */
  @Test
  void rawBytesInAHeaderShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // When
      String head =
          "POST /v1/events HTTP/1.1|Host: x|Connection: close|Content-Length: 1|ce-specversion: 1.0"
              + "|ce-id: é|ce-source: /s|ce-type: t|ce-subject: all||";
      raw.write(head.replace("|", "\r\n") + "1");

      // Then
      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 400").contains("\"field\":\"id\"");
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void onlyPostShouldBeAllowed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.get("/v1/events");

      // Then
      problem(response, 405);
      assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }
  }
}
