package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredEventTest {
  private static final String WHOLE =
      """
      {"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"user/a","time":null,
       "urgency":"high","unknown":1.5,"other":null,"data": {"n": 1.0} }\
      """;

  @Test
  void attributesShouldBecomeHeadersAndJsonDataStayAsItStands() throws Exception {
    // Given
    Headers headers = contentType("Application/CloudEvents+json; charset=UTF-8");
    headers.add("ce_id", "other".getBytes(UTF_8)).add("tidegate_rerouted", "1/2".getBytes(UTF_8));

    // When
    Binary binary = binary(headers, WHOLE);

    // Then
    assertThat(new String(binary.value(), UTF_8)).isEqualTo("{\"n\": 1.0}");
    assertThat(header(binary, "ce_specversion")).isEqualTo("1.0");
    assertThat(header(binary, "ce_id")).isEqualTo("1");
    assertThat(header(binary, "ce_subject")).isEqualTo("user/a");
    assertThat(header(binary, "ce_urgency")).isEqualTo("high");
    assertThat(header(binary, "tidegate_rerouted")).isEqualTo("1/2");
    assertThat(header(binary, "ce_time")).isNull();
    assertThat(header(binary, "content-type")).isNull();
    assertThat(binary.headers()).hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|value: empty",
        "nope|value: not JSON at byte 0",
        "[]|value: want an object",
        "{} {}|value: something follows the object",
        "`{\"id\":1}`|`id: want a string, got a number`",
        "{\"id\":\"1\",\"id\":\"2\"}|id: stands there twice",
        "{\"id\":\"1\"|value: not JSON at byte 9",
        "`{\"more\":{}}`|`more: want a string, a number, true or false`",
        "{\"datacontenttype\":\"text/plain\",\"data\":\"\\ud800\"}|data: has half a surrogate pair"
      })
  void faultShouldBeNamed(String value, String message) {
    assertThatThrownBy(() -> binary(json(), value))
        .isInstanceOf(RejectedException.class)
        .hasMessage(message);
  }

  @Test
  void eventThatIsNotGoodShouldStillBeNamed() throws Exception {
    // Given
    String bad = "{\"type\":1,\"id\":\"1\",\"more\":{\"id\":\"2\"},\"subject\":\"user/a\"}";

    // When
    StructuredEvent event = StructuredEvent.of(json(), bad.getBytes(UTF_8));

    // Then
    Headers headers = requireNonNull(event).headers();
    assertThat(MessageRecords.id(headers)).isEqualTo("1");
    assertThat(headers.lastHeader("ce_type")).isNull();
    assertThatThrownBy(event::value).hasMessage("type: want a string, got a number");
    assertThatThrownBy(
            () -> StructuredEvent.of(json(), bad.replace("\"user/a\"", "7").getBytes(UTF_8)))
        .hasMessage("type: want a string, got a number");
  }

  @Test
  void whatIsNoUtf8TooLargeOrMissingShouldBeRefused() {
    assertThatThrownBy(
            () -> StructuredEvent.of(json(), "{\"a\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessage("value: not UTF-8");
    assertThatThrownBy(() -> StructuredEvent.of(json(), new byte[1024 * 1024 + 1]))
        .hasMessage("value: larger than 1048576 bytes");
    assertThatThrownBy(() -> StructuredEvent.of(json(), null)).hasMessage("value: missing");
    assertThatThrownBy(() -> binary(json(), "{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/cloudevents-batch+json", "application/cloudevents+avro"})
  void otherFormatsShouldBeRefused(String contentType) {
    assertThatThrownBy(() -> binary(contentType(contentType), WHOLE))
        .hasMessage("content-type: of CloudEvents only application/cloudevents+json is understood");
  }

  @Test
  void whatDoesNotSayThatItIsStructuredShouldBeLeftAlone() throws Exception {
    assertThat(StructuredEvent.of(new RecordHeaders(), WHOLE.getBytes(UTF_8))).isNull();
    assertThat(StructuredEvent.of(contentType("application/json"), null)).isNull();
  }

  private record Binary(Headers headers, byte[] value) {}

  private static Binary binary(Headers headers, String value) throws RejectedException {
    StructuredEvent event = StructuredEvent.of(headers, value.getBytes(UTF_8));
    if (event == null) {
      throw new AssertionError("not taken for a structured event");
    }
    return new Binary(event.headers(), event.value());
  }

  private static @Nullable String header(Binary binary, String name) {
    Header header = binary.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static Headers json() {
    return contentType("application/cloudevents+json");
  }

  private static Headers contentType(String contentType) {
    return new RecordHeaders().add("content-type", contentType.getBytes(UTF_8));
  }
}
