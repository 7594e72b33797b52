package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.TraceContext;
import io.tidegate.contract.Urgency;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The official CloudEvents SDK for Java as a client. */
class EventsSdkTest {
  enum Mode {
    BINARY,
    STRUCTURED
  }

  private static final EventFormat JSON = new JsonFormat();

  private static HttpResponse<String> send(TestIngest ingest, CloudEvent event, Mode mode)
      throws Exception {
    HttpRequest.Builder request = ingest.request("/v1/events");
    // The SDK says null where there is no data.
    Consumer<byte @Nullable []> body =
        bytes ->
            request.POST(
                bytes == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes));
    MessageWriter<?, ?> writer = HttpMessageFactory.createWriter(request::header, body);
    Object _ =
        switch (mode) {
          case BINARY -> writer.writeBinary(event);
          case STRUCTURED -> writer.writeStructured(event, JSON);
        };
    return ingest.send(request.build());
  }

  private static CloudEventBuilder event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("https://shop.example/orders"))
        .withType("com.example.order")
        .withSubject("user/org/7");
  }

  private static Message message(ProducerRecord<byte[], byte[]> record) throws Exception {
    return CloudEventCodec.read(record.headers(), record.value(), -1);
  }

  @ParameterizedTest
  @EnumSource
  void eventShouldReachKafkaWithAllItsAttributes(Mode mode) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      Instant later = Instant.now().plusSeconds(60);
      String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      CloudEvent event =
          event("o-7")
              .withTime(OffsetDateTime.of(2026, 11, 27, 8, 0, 0, 5_000_000, ZoneOffset.ofHours(1)))
              .withDataSchema(URI.create("https://shop.example/schema"))
              .withData("application/json", "{\"total\": 9.50}".getBytes(UTF_8))
              .withExtension("urgency", "high")
              .withExtension("collapsekey", "order 7 \"x\"")
              .withExtension("category", "orders")
              .withExtension("deliverat", later.toString())
              .withExtension("expirytime", later.plusSeconds(60).toString())
              .withExtension("traceparent", trace)
              .withExtension("sequence", 7)
              .build();

      // When
      HttpResponse<String> response = send(ingest, event, mode);

      // Then
      assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(202);
      ProducerRecord<byte[], byte[]> record = ingest.kafka.history().getFirst();
      assertThat(Recipient.of(record.key(), record.headers()).subject()).isEqualTo("user/org/7");
      Message message = message(record);
      assertThat(message.id()).isEqualTo("o-7");
      assertThat(message.source()).isEqualTo("https://shop.example/orders");
      assertThat(message.type()).isEqualTo("com.example.order");
      assertThat(Instant.ofEpochMilli(message.timeMillis())).isEqualTo("2026-11-27T07:00:00.005Z");
      assertThat(message.urgency()).isEqualTo(Urgency.HIGH);
      assertThat(message.collapseKey()).isEqualTo("order 7 \"x\"");
      assertThat(message.category()).isEqualTo("orders");
      assertThat(message.deliverAtMillis()).isEqualTo(later.toEpochMilli());
      assertThat(message.expiryMillis()).isEqualTo(later.plusSeconds(60).toEpochMilli());
      assertThat(message.trace()).isEqualTo(TraceContext.of(trace, null));
      assertThat(message.contentType()).isNull();
      assertThat(message.payload()).asString(UTF_8).contains("\"total\"").contains("9.5");
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesAndTextShouldReachKafkaAsTheyAre(Mode mode) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] bytes = {0, 1, (byte) 0xff};
      CloudEvent image = event("i").withData("image/png", bytes).build();
      CloudEvent text = event("t").withData("text/plain", "Grüße\n".getBytes(UTF_8)).build();
      CloudEvent none = event("n").build();

      // When
      List<Integer> statuses =
          List.of(
              send(ingest, image, mode).statusCode(),
              send(ingest, text, mode).statusCode(),
              send(ingest, none, mode).statusCode());

      // Then
      assertThat(statuses).containsOnly(202);
      Message first = message(ingest.kafka.history().get(0));
      assertThat(first.contentType()).isEqualTo("image/png");
      assertThat(first.payload()).isEqualTo(bytes);
      Message second = message(ingest.kafka.history().get(1));
      assertThat(second.contentType()).isEqualTo("text/plain");
      assertThat(second.payload()).asString(UTF_8).isEqualTo("Grüße\n");
      assertThat(ingest.kafka.history().get(2).value()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void wrongAttributeShouldBeNamed(Mode mode) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = send(ingest, event("x").withSubject("alice").build(), mode);

      // Then
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(TestIngest.json(response.body()).get("field").asString()).isEqualTo("subject");
    }
  }

  /** The SDK writes events; the batch around them is the JSON format's array. */
  @Test
  void batchShouldBeAcceptedEventByEvent() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String batch =
          Stream.of("a", "b", "c")
              .map(id -> new String(JSON.serialize(event(id).build()), UTF_8))
              .collect(Collectors.joining(",", "[", "]"));

      // When
      HttpResponse<String> response =
          ingest.send(
              ingest
                  .request("/v1/events")
                  .header("Content-Type", "application/cloudevents-batch+json")
                  .POST(BodyPublishers.ofString(batch))
                  .build());

      // Then
      assertThat(response.body())
          .isEqualTo(
              """
              {"id":"a","accepted":1}
              {"id":"b","accepted":1}
              {"id":"c","accepted":1}
              """);
    }
  }
}
