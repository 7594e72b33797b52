package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventCodecTest {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final byte[] PAYLOAD = "{\"goal\":1}".getBytes(UTF_8);
  private static final long TIME = Instant.parse("2026-11-27T06:00:00.123Z").toEpochMilli();
  private static final long RECORD_TIME = 42;

  static Stream<Message> messages() {
    return Stream.of(
        new Message(
            "m1",
            "/s",
            "t",
            TIME,
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            PAYLOAD),
        new Message(
            "ünï/😀",
            "https://example.com/scores?x=y",
            "com.example.goal",
            TIME,
            Urgency.HIGH,
            TIME + 60_000,
            TIME + 1_000,
            "score-7",
            "sport",
            "text/plain; charset=utf-8",
            new TraceContext(
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "rojo=1,congo=2"),
            new byte[] {0, -1}),
        new Message(
            "i".repeat(Message.MAX_ID_CHARS),
            "s".repeat(Message.MAX_ATTRIBUTE_CHARS),
            "😀".repeat(Message.MAX_ATTRIBUTE_CHARS / 2),
            -1,
            Urgency.VERY_LOW,
            -1,
            0,
            "中".repeat(Message.MAX_ATTRIBUTE_CHARS),
            null,
            "image/png",
            null,
            new byte[Message.MAX_PAYLOAD_BYTES]),
        new Message("m", "s", "t", 0, Urgency.LOW, 0, 0, null, null, null, null, new byte[0]));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messageShouldReadBackAsItWasWritten(Message message) throws Exception {
    // When
    Headers headers = CloudEventCodec.headers(ALICE, message);
    Message read = CloudEventCodec.read(headers, message.payload(), RECORD_TIME);

    // Then
    assertThat(read).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  void tracestateThatIsTooLongShouldBeDropped() throws Exception {
    // Given
    Headers headers =
        CloudEventCodec.headers(
            ALICE,
            new Message(
                "m1",
                "/s",
                "t",
                TIME,
                Urgency.NORMAL,
                Message.NEVER,
                0,
                null,
                null,
                null,
                new TraceContext("tp", "a=" + "x".repeat(600)),
                PAYLOAD));

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.trace()).isEqualTo(new TraceContext("tp", null));
  }

  @Test
  void headersShouldBeThoseOfTheKafkaBinding() {
    // Given
    Message message =
        new Message(
            "m1",
            "/s",
            "t",
            TIME,
            Urgency.HIGH,
            TIME + 1,
            TIME + 2,
            "k",
            "c",
            null,
            new TraceContext("tp", "a=b"),
            PAYLOAD);

    // When
    Headers headers = CloudEventCodec.headers(ALICE, message);

    // Then
    assertThat(headers)
        .extracting(h -> h.key() + ": " + new String(h.value(), UTF_8))
        .containsExactly(
            "ce_specversion: 1.0",
            "ce_id: m1",
            "ce_source: /s",
            "ce_type: t",
            "ce_time: 2026-11-27T06:00:00.123Z",
            "ce_subject: user/alice",
            "content-type: application/json",
            "ce_urgency: high",
            "ce_expirytime: 2026-11-27T06:00:00.124Z",
            "ce_deliverat: 2026-11-27T06:00:00.125Z",
            "ce_collapsekey: k",
            "ce_category: c",
            "traceparent: tp",
            "tracestate: a=b");
  }

  @Test
  void leastEventShouldGetTheDefaults() throws Exception {
    // When
    Message read = CloudEventCodec.read(least(), PAYLOAD, RECORD_TIME);

    // Then
    Message expected =
        new Message(
            "m1",
            "/s",
            "t",
            RECORD_TIME,
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            PAYLOAD);
    assertThat(read).usingRecursiveComparison().isEqualTo(expected);
    assertThat(read.isLive()).isFalse();
  }

  @Test
  void emptyOptionalAttributesShouldBeNone() throws Exception {
    // Given
    Headers headers = least();
    for (String name :
        new String[] {
          CloudEventHeaders.COLLAPSE_KEY,
          CloudEventHeaders.CATEGORY,
          CloudEventHeaders.CONTENT_TYPE,
          CloudEventHeaders.TRACE_PARENT
        }) {
      headers.add(name, new byte[0]);
    }

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.collapseKey()).isNull();
    assertThat(read.category()).isNull();
    assertThat(read.contentType()).isNull();
    assertThat(read.trace()).isNull();
  }

  @Test
  void headerWithoutAValueShouldCountAsAbsent() throws Exception {
    // Given
    Headers headers = least();
    headers.add(CloudEventHeaders.URGENCY, null);

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.urgency()).isEqualTo(Urgency.NORMAL);
  }

  @Test
  void lastOfRepeatedHeadersShouldCount() throws Exception {
    // Given
    Headers headers = least();
    headers.add(CloudEventHeaders.ID, "m2".getBytes(UTF_8));

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.id()).isEqualTo("m2");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T06:00:00.123Z, 0",
    "2026-11-27T06:00:00.123456789Z, 0",
    "2026-11-27T07:00:00.123+01:00, 0",
    "2026-11-27t06:00:01.123z, 1000",
    "2026-11-26T22:00:00.123-08:00, 0"
  })
  void timesShouldBeReadInAnyOffset(String text, long afterMillis) throws Exception {
    // Given
    Headers headers = with(CloudEventHeaders.TIME, text);

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.timeMillis()).isEqualTo(TIME + afterMillis);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T06:00:00.123Z, true",
    "2026-11-27T05:00:00Z, true",
    "2026-11-27T06:00:00.124Z, false"
  })
  void expiryNotAfterTheTimeShouldMeanLive(String expiry, boolean live) throws Exception {
    // Given
    Headers headers = with(CloudEventHeaders.TIME, "2026-11-27T06:00:00.123Z");
    headers.add(CloudEventHeaders.EXPIRY_TIME, expiry.getBytes(UTF_8));

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.isLive()).isEqualTo(live);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "Application/JSON",
        " application/json ; charset=utf-8"
      })
  void jsonShouldBeTheContentTypeThatNeedsNoName(String type) throws Exception {
    // Given
    Headers headers = with(CloudEventHeaders.CONTENT_TYPE, type);

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.contentType()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json-seq",
        "application/jsonlines",
        "application/json5",
        "application/json-patch+json",
        "text/plain"
      })
  void otherContentTypesShouldKeepTheirName(String type) throws Exception {
    // Given
    Headers headers = with(CloudEventHeaders.CONTENT_TYPE, type);

    // When
    Message read = CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME);

    // Then
    assertThat(read.contentType()).isEqualTo(type);
  }

  static Stream<Arguments> malformed() {
    String longText = "x".repeat(Message.MAX_ATTRIBUTE_CHARS + 1);
    return Stream.of(
        Arguments.of(CloudEventHeaders.SPEC_VERSION, null, "ce_specversion: missing"),
        Arguments.of(CloudEventHeaders.SPEC_VERSION, "", "ce_specversion: empty"),
        Arguments.of(CloudEventHeaders.SPEC_VERSION, "0.3", "ce_specversion: want 1.0"),
        Arguments.of(
            CloudEventHeaders.SPEC_VERSION,
            "1.00000000",
            "ce_specversion: longer than 8 characters"),
        Arguments.of(CloudEventHeaders.ID, null, "ce_id: missing"),
        Arguments.of(CloudEventHeaders.ID, "", "ce_id: empty"),
        Arguments.of(CloudEventHeaders.ID, "x".repeat(129), "ce_id: longer than 128 characters"),
        Arguments.of(CloudEventHeaders.ID, "x".repeat(9999), "ce_id: longer than 128 characters"),
        Arguments.of(CloudEventHeaders.SOURCE, null, "ce_source: missing"),
        Arguments.of(CloudEventHeaders.SOURCE, "", "ce_source: empty"),
        Arguments.of(CloudEventHeaders.SOURCE, longText, "ce_source: longer than 256 characters"),
        Arguments.of(CloudEventHeaders.TYPE, null, "ce_type: missing"),
        Arguments.of(CloudEventHeaders.TYPE, "", "ce_type: empty"),
        Arguments.of(CloudEventHeaders.TYPE, longText, "ce_type: longer than 256 characters"),
        Arguments.of(CloudEventHeaders.TIME, "", "ce_time: want an RFC 3339 time"),
        Arguments.of(CloudEventHeaders.TIME, "yesterday", "ce_time: want an RFC 3339 time"),
        Arguments.of(CloudEventHeaders.TIME, "1764223200000", "ce_time: want an RFC 3339 time"),
        Arguments.of(
            CloudEventHeaders.TIME, "2026-11-27T06:00:00", "ce_time: want an RFC 3339 time"),
        Arguments.of(
            CloudEventHeaders.TIME, "2026-02-30T06:00:00Z", "ce_time: want an RFC 3339 time"),
        Arguments.of(
            CloudEventHeaders.TIME, "+999999999-01-01T00:00:00Z", "ce_time: want an RFC 3339 time"),
        Arguments.of(CloudEventHeaders.TIME, "2".repeat(65), "ce_time: longer than 64 characters"),
        Arguments.of(CloudEventHeaders.EXPIRY_TIME, "10s", "ce_expirytime: want an RFC 3339 time"),
        Arguments.of(CloudEventHeaders.DELIVER_AT, "soon", "ce_deliverat: want an RFC 3339 time"),
        Arguments.of(
            CloudEventHeaders.URGENCY, "", "ce_urgency: want very-low, low, normal or high"),
        Arguments.of(
            CloudEventHeaders.URGENCY, "urgent", "ce_urgency: want very-low, low, normal or high"),
        Arguments.of(
            CloudEventHeaders.COLLAPSE_KEY, longText, "ce_collapsekey: longer than 256 characters"),
        Arguments.of(
            CloudEventHeaders.CATEGORY, longText, "ce_category: longer than 256 characters"),
        Arguments.of(
            CloudEventHeaders.CONTENT_TYPE, longText, "content-type: longer than 256 characters"),
        Arguments.of(
            CloudEventHeaders.TRACE_PARENT, longText, "traceparent: longer than 256 characters"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedAttributeShouldBeNamedWithTheReason(
      String name, @Nullable String value, String reason) {
    // Given
    Headers headers = least();
    headers.remove(name);
    if (value != null) {
      headers.add(name, value.getBytes(UTF_8));
    }

    // When // Then
    assertThatThrownBy(() -> CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CloudEventHeaders.SPEC_VERSION,
        CloudEventHeaders.ID,
        CloudEventHeaders.SOURCE,
        CloudEventHeaders.TYPE,
        CloudEventHeaders.TIME,
        CloudEventHeaders.URGENCY,
        CloudEventHeaders.EXPIRY_TIME,
        CloudEventHeaders.DELIVER_AT,
        CloudEventHeaders.COLLAPSE_KEY,
        CloudEventHeaders.CATEGORY,
        CloudEventHeaders.CONTENT_TYPE,
        CloudEventHeaders.TRACE_PARENT
      })
  void attributeThatIsNoTextShouldBeNamed(String name) {
    // Given
    Headers headers = least();
    headers.remove(name);
    headers.add(name, new byte[] {'a', (byte) 0xFF});

    // When // Then
    assertThatThrownBy(() -> CloudEventCodec.read(headers, PAYLOAD, RECORD_TIME))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage(name + ": not UTF-8");
  }

  @Test
  void valueShouldBeThereAndWithinItsBound() {
    byte[] tooLarge = new byte[Message.MAX_PAYLOAD_BYTES + 1];
    assertThatThrownBy(() -> CloudEventCodec.read(least(), null, RECORD_TIME))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage("value: missing");
    assertThatThrownBy(() -> CloudEventCodec.read(least(), tooLarge, RECORD_TIME))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage("value: larger than 262144 bytes");
  }

  /** The headers that an event cannot be without. */
  private static Headers least() {
    Headers headers = new RecordHeaders();
    headers.add(CloudEventHeaders.SPEC_VERSION, "1.0".getBytes(UTF_8));
    headers.add(CloudEventHeaders.ID, "m1".getBytes(UTF_8));
    headers.add(CloudEventHeaders.SOURCE, "/s".getBytes(UTF_8));
    headers.add(CloudEventHeaders.TYPE, "t".getBytes(UTF_8));
    return headers;
  }

  private static Headers with(String name, String value) {
    Headers headers = least();
    headers.add(name, value.getBytes(UTF_8));
    return headers;
  }
}
