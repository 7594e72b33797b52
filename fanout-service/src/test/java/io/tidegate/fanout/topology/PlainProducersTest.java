package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventSerializer;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What producers that are not ours write to {@code tidegate.messages}, the official SDK's first.
 */
class PlainProducersTest {
  @TempDir Path folder = Path.of("");
  private FanoutDriver driver;

  @BeforeEach
  void openTheDriver() {
    driver = new FanoutDriver(folder);
  }

  @AfterEach
  void closeTheDriver() {
    driver.close();
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void eventOfTheCloudEventsSdkShouldReachTheSession(Encoding encoding) {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("e1")
            .withSource(URI.create("/shop"))
            .withType("shop.order")
            .withSubject("user/alice")
            .withData("application/json", "{\"n\": 1}".getBytes(UTF_8))
            .build();
    CloudEvent text =
        CloudEventBuilder.v1(event)
            .withId("e2")
            .withExtension("urgency", "high")
            .withExtension("unknown", 7)
            .withData("text/plain", "Grüße".getBytes(UTF_8))
            .build();

    // When
    write(encoding, ALICE, event);
    write(encoding, ALICE, text);

    // Then
    assertThat(driver.deadLetters()).isEmpty();
    List<Pushed> messages = messages();
    assertThat(messages)
        .extracting(Pushed::getId, Pushed::getSource, Pushed::getType)
        .containsExactly(tuple("e1", "/shop", "shop.order"), tuple("e2", "/shop", "shop.order"));
    assertThat(messages.getFirst().getPayload().toStringUtf8()).matches("\\{\"n\": ?1}");
    assertThat(messages.getLast().getPayload().toStringUtf8()).isEqualTo("Grüße");
    assertThat(messages.getLast().getContentType()).isEqualTo("text/plain");
  }

  @Test
  void structuredEventThatCannotBeReadShouldBecomeADeadLetterAsItWas() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    byte[] broken = "{\"specversion\":\"1.0\",\"id\":\"e1\"".getBytes(UTF_8);
    byte[] untyped =
        "{\"specversion\":\"1.0\",\"id\":\"e2\",\"source\":\"/s\",\"data\":1}".getBytes(UTF_8);

    // When
    driver.send(ALICE.toBytes(), structured(), broken);
    driver.send(ALICE.toBytes(), structured(), untyped);
    for (String bad :
        List.of(
            "{\"id\":\"e3\",\"source\":\"/s\",\"type\":{}}",
            "{\"urgency\":1,\"id\":\"e4\",\"subject\":\"user/alice\"}",
            "{\"urgency\":1,\"id\":\"e5\",\"subject\":\"group/g\"}",
            "{\"urgency\":1,\"id\":\"e6\",\"subject\":7}",
            "{\"id\":\"e7\",\"id\":\"e8\"}")) {
      driver.send(ALICE.toBytes(), structured(), bad.getBytes(UTF_8));
    }
    driver.send(ALICE, message("good", "1"));

    // Then
    List<TestRecord<byte[], byte[]>> dead = driver.deadLetters();
    assertThat(dead)
        .extracting(each -> FanoutDriver.header(each, "tidegate_cause"), TestRecord::value)
        .startsWith(
            tuple("malformed: value: not JSON at byte 30", broken),
            tuple("malformed: ce_type: missing", untyped));
    assertThat(dead)
        .extracting(each -> FanoutDriver.header(each, "tidegate_cause"))
        .endsWith(
            "malformed: type: want a string, got an object",
            "malformed: urgency: want a string, got a number",
            "malformed: urgency: want a string, got a number",
            "malformed: urgency: want a string, got a number",
            "malformed: id: stands there twice")
        .hasSize(7);
    assertThat(FanoutDriver.header(dead.getLast(), "content-type"))
        .isEqualTo("application/cloudevents+json");
    assertThat(driver.outcomes())
        .extracting(Outcome::messageId, Outcome::source, Outcome::reason)
        .containsExactly(
            tuple("e2", "/s", Outcome.Reason.MALFORMED),
            tuple("e3", "/s", Outcome.Reason.MALFORMED),
            tuple("e4", null, Outcome.Reason.MALFORMED));
    assertThat(messages()).extracting(Pushed::getId).containsExactly("good");
  }

  @Test
  void eventWhoseSubjectAndKeyNameTwoUsersShouldReachNeither() {
    // Given
    driver.sessionUp(ALICE, 0, 3);
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("e1")
            .withSource(URI.create("/shop"))
            .withType("shop.order")
            .withSubject("user/bob")
            .build();

    // When
    write(Encoding.STRUCTURED, ALICE, event);
    write(Encoding.BINARY, ALICE, event);

    // Then
    assertThat(driver.deadLetters())
        .extracting(each -> FanoutDriver.header(each, "tidegate_cause"))
        .containsOnly("key: ce_subject: names another user than the key")
        .hasSize(2);
    assertThat(messages()).isEmpty();
  }

  @Test
  void structuredEventInAnotherPartitionShouldBeMovedInBinaryMode() {
    // Given: a topology that counts two partitions on a Kafka that has one
    driver.close();
    driver = new FanoutDriver(folder, 2, UserHandler.sequencer(SequencerSettings.defaults()));
    UserKey other = FanoutTopologyTest.userOf(1);
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("e1")
            .withSource(URI.create("/shop"))
            .withType("shop.order")
            .withData("application/json", "1".getBytes(UTF_8))
            .build();

    // When
    write(Encoding.STRUCTURED, other, event);

    // Then: it came back to the one partition, and was not moved a second time
    TestRecord<byte[], byte[]> dead = driver.deadLetters().getFirst();
    assertThat(FanoutDriver.header(dead, "tidegate_cause")).startsWith("misrouted");
    assertThat(FanoutDriver.header(dead, "ce_id")).isEqualTo("e1");
    assertThat(dead.value()).isEqualTo("1".getBytes(UTF_8));
  }

  private List<Pushed> messages() {
    return driver.inbox().stream()
        .filter(InboxRecord::hasDeliver)
        .flatMap(each -> each.getDeliver().getMessagesList().stream())
        .toList();
  }

  private static Headers structured() {
    return new RecordHeaders().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
  }

  private void write(Encoding encoding, UserKey user, CloudEvent event) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CloudEventSerializer.ENCODING_CONFIG, encoding);
    if (encoding == Encoding.STRUCTURED) {
      settings.put(CloudEventSerializer.EVENT_FORMAT_CONFIG, JsonFormat.CONTENT_TYPE);
    }
    try (CloudEventSerializer serializer = new CloudEventSerializer()) {
      serializer.configure(settings, false);
      Headers headers = new RecordHeaders();
      byte[] value = serializer.serialize("tidegate.messages", headers, event);
      driver.send(user.toBytes(), headers, value);
    }
  }
}
