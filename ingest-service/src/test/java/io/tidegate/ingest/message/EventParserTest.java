package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.Message;
import io.tidegate.contract.Problem;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.TraceContext;
import io.tidegate.contract.Urgency;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {
  private static final Instant NOW = Instant.parse("2026-11-27T06:00:00Z");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String LEAST =
      "\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"t\"";

  private static MessageRequest parse(byte[] json) throws InvalidMessageException {
    return EventParser.parse(
        json, 0, json.length, new Acceptance("default", NOW.toEpochMilli(), () -> "none", null));
  }

  private static MessageRequest parse(String json) throws InvalidMessageException {
    return parse(json.getBytes(UTF_8));
  }

  private static Problem refused(byte[] json) {
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> parse(json));
    assertThat(e).describedAs("accepted: %s", new String(json, UTF_8)).isNotNull();
    return e.problem();
  }

  private static void refused(String json, @Nullable String field, String detail) {
    Problem problem = refused(json.getBytes(UTF_8));
    assertThat(problem.field()).as(json).isEqualTo(field);
    assertThat(problem.detail()).as(json).contains(detail);
    assertThat(problem.status()).isEqualTo(400);
  }

  /** An event for alice with {@code fields} behind what must be there. */
  private static String with(String fields) {
    return "{" + LEAST + ",\"subject\":\"user/alice\"," + fields + "}";
  }

  private static Message message(String fields) throws InvalidMessageException {
    return parse(with(fields)).message();
  }

  @Test
  void leastEventShouldGetTheDefaults() throws Exception {
    // When
    MessageRequest request = parse("{" + LEAST + ",\"subject\":\"all\"}");

    // Then
    assertThat(request.to()).containsExactly(new Recipient.Everyone("default"));
    Message message = request.message();
    assertThat(message.timeMillis()).isEqualTo(NOW.toEpochMilli());
    assertThat(message.urgency()).isEqualTo(Urgency.NORMAL);
    assertThat(message.expiryMillis()).isEqualTo(Message.NEVER);
    assertThat(message.deliverAtMillis()).isZero();
    assertThat(message.contentType()).isNull();
    assertThat(message.payload()).isEmpty();
  }

  @Test
  void fullEventShouldKeepEveryAttribute() throws Exception {
    // When
    MessageRequest request =
        parse(
            """
            {"data": { "a" : 1.50 }, "datacontenttype":"application/vnd.x+json",
             "traceparent":"%s","deliverat":"2026-11-27T08:00:00+01:00","category":"orders",
             "collapsekey":"order-7","expirytime":"2026-11-28T00:00:00Z","urgency":"high",
             "time":"2026-11-26T23:59:59.1234Z","subject":"user/org/7/alice","type":"com.example",
             "source":"https://shop.example/orders","id":"o-7","specversion":"1.0",
             "dataschema":"https://shop.example/schema","sequence":7,"sampled":true,"gone":null}
            """
                .formatted(TRACE));

    // Then
    assertThat(request.to()).extracting(Recipient::subject).containsExactly("user/org/7/alice");
    Message message = request.message();
    assertThat(message.id()).isEqualTo("o-7");
    assertThat(message.source()).isEqualTo("https://shop.example/orders");
    assertThat(message.type()).isEqualTo("com.example");
    assertThat(Instant.ofEpochMilli(message.timeMillis())).isEqualTo("2026-11-26T23:59:59.123Z");
    assertThat(message.urgency()).isEqualTo(Urgency.HIGH);
    assertThat(Instant.ofEpochMilli(message.expiryMillis())).isEqualTo("2026-11-28T00:00:00Z");
    assertThat(Instant.ofEpochMilli(message.deliverAtMillis())).isEqualTo("2026-11-27T07:00:00Z");
    assertThat(message.collapseKey()).isEqualTo("order-7");
    assertThat(message.category()).isEqualTo("orders");
    assertThat(message.contentType()).isEqualTo("application/vnd.x+json");
    assertThat(message.trace()).isEqualTo(TraceContext.of(TRACE, null));
    assertThat(message.payload()).asString(UTF_8).isEqualTo("{ \"a\" : 1.50 }");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "data":null                                                    |                | null
          "data":"é"                                                     |                | "é"
          "data":[1 ],"datacontenttype":null                             |                | [1 ]
          "data":1,"datacontenttype":"application/json; charset=UTF-8"   |                | 1
          "data":1,"datacontenttype":"text/json"                         | text/json      | 1
          "data":"a\\"é\\n","datacontenttype":"text/plain"               | text/plain     | a"é\\n
          "datacontenttype":"Text/X;a=\\"b;c\\"","data":"\\ud83c\\udf0a" | Text/X;a="b;c" | 🌊
          "data_base64":"aGk=","datacontenttype":"image/png"             | image/png      | hi
          "data_base64":"eyJhIjoxfQ"                                     |                | {"a":1}
          "data_base64":null,"data":2                                    |                | 2
          "datacontenttype":"image/png"                                  | image/png      | ``
          "datacontenttype":"text/plain","data":""                       | text/plain     | ``
          """)
  void dataShouldBeWhatItsContentTypeSays(String fields, String contentType, String payload)
      throws Exception {
    // When
    Message message = message(fields);

    // Then
    assertThat(message.contentType()).isEqualTo(contentType);
    assertThat(message.payload()).asString(UTF_8).isEqualTo(payload.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "data":1,"datacontenttype":"text/plain"    | data            | want a string
          "data":null,"datacontenttype":"text/plain" | data            | want a string
          "data":"\\ud800","datacontenttype":"a/b"   | data            | half a surrogate
          "data":1,"data_base64":"aGk="              | data_base64     | beside data
          "data_base64":"a-_k"                       | data_base64     | not base64
          "data_base64":7                            | data_base64     | want a string
          "data_base64":"aGk="                       | data_base64     | not JSON
          "data_base64":"IA=="                       | data_base64     | white space
          "data_base64":"MSAy"                       | data_base64     | something follows
          "data_base64":"/w=="                       | data_base64     | not UTF-8
          "datacontenttype":"json"                   | datacontenttype | want a media type
          "data":1,"datacontenttype":"Application/CloudEvents+json" | datacontenttype | want the type of the data
          "datacontenttype":"application/cloudevents-batch+json;a=b" | datacontenttype | want the type of the data
          "datacontenttype":"a/b;charset"            | datacontenttype | want a media type
          "datacontenttype":"text/json;charset=utf8" | datacontenttype | JSON is in UTF-8
          "datacontenttype":""                       | datacontenttype | must not be empty
          "urgency":"panic"                          | urgency         | very-low
          "urgency":3                                | urgency         | want a string, got a number
          "time":"yesterday"                         | time            | RFC 3339
          "time":"2026-02-30T00:00:00Z"              | time            | no such time
          "expirytime":"2026-11-27"                  | expirytime      | RFC 3339
          "expirytime":"2026-12-28T06:00:00Z"        | expirytime      | more than 30 days
          "expirytime":"2026-11-27T05:59:59Z"        | expirytime      | is past
          "deliverat":"2026-12-28T06:00:00Z"         | deliverat       | more than 30 days
          "deliverat":"soon"                         | deliverat       | RFC 3339
          "collapsekey":""                           | collapsekey     | must not be empty
          "category":"a\\u0000"                      | category        | control character
          "traceparent":"00-1"                       | traceparent     | W3C
          "Urgency":"high"                           | Urgency         | no attribute's name
          "expiry_time":"x"                          | expiry_time     | no attribute's name
          "more":{}                                  | more            | want a string
          "more":[]                                  | more            | want a string
          "more":1,"more":1                          | more            | stands there twice
          "id":"e2"                                  | id              | stands there twice
          "data":1,"data":1                          | data            | stands there twice
          """)
  void wrongFieldShouldBeNamed(String fields, String field, String detail) {
    refused(with(fields), field, detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "subject":"alice"       | subject | want user/
          "subject":"users/alice" | subject | want user/
          "subject":"user/"       | subject | must not be empty
          "subject":"all/"        | subject | want user/
          "subject":"group/a/b"   | subject | want 1 to 128
          "subject":null          | subject | required
          "type":"t"              | type    | twice
          """)
  void subjectShouldSayWhomItIsFor(String fields, String field, String detail) {
    refused("{" + LEAST + "," + fields + "}", field, detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"specversion", "id", "source", "type", "subject"})
  void requiredAttributeShouldBeMissed(String name) {
    // Given
    String whole = with("\"data\":1");

    // Then
    refused(whole.replace("\"" + name + "\"", "\"other\""), name, "required");
    refused(
        whole.replaceFirst("\"" + name + "\":\"[^\"]*\"", "\"" + name + "\":null"),
        name,
        "required");
    refused(
        whole.replaceFirst("\"" + name + "\":\"[^\"]*\"", "\"" + name + "\":\"\""),
        name,
        "must not be empty");
  }

  @ParameterizedTest
  @CsvSource({"0.3", "1.0.2", "1"})
  void otherVersionsShouldBeRefused(String version) {
    refused(with("\"data\":1").replace("1.0", version), "specversion", "want 1.0");
  }

  @Test
  void sourceShouldBeAUriReference() {
    refused(with("\"data\":1").replace("/s", "a b"), "source", "URI reference");
  }

  @Test
  void attributesShouldBeThoseOfTheContract() {
    assertThat(EventAttributes.known()).isEqualTo(CloudEventHeaders.BY_ATTRIBUTE.keySet());
  }

  @Test
  void limitsShouldBeThoseOfMessages() throws Exception {
    // Given
    String id = with("\"data\":1");

    // Then
    assertThat(parse(id.replace("e1", "x".repeat(128))).message().id()).hasSize(128);
    refused(id.replace("e1", "x".repeat(129)), "id", "longer than 128");
    refused(with("\"category\":\"" + "x".repeat(257) + "\""), "category", "longer than 256");
    refused(id.replace("alice", "x".repeat(257)), "subject", "longer than 256 bytes");
    refused(with("\"" + "x".repeat(65) + "\":1"), "x".repeat(64) + "…", "no attribute's name");
    refused(
        with(
            IntStream.range(0, 60)
                .mapToObj(i -> "\"a" + i + "\":1")
                .collect(Collectors.joining(","))),
        "a59",
        "more than 64");
  }

  @Test
  void payloadShouldBeMeasuredAsItGoesOn() throws Exception {
    // Given
    String most = "x".repeat(Message.MAX_PAYLOAD_BYTES);
    String text = "\"datacontenttype\":\"text/plain\",";

    // Then
    assertThat(message(text + "\"data\":\"" + most + "\"").payload()).hasSize(262_144);
    assertThat(message(text + "\"data\":\"" + "\\u0041".repeat(100_000) + "\"").payload())
        .hasSize(100_000);
    for (String over :
        new String[] {
          text + "\"data\":\"x" + most + "\"",
          "\"data\":\"" + most + "\"",
          text
              + "\"data_base64\":\""
              + Base64.getEncoder().encodeToString((most + "x").getBytes(UTF_8))
              + "\""
        }) {
      Problem problem = refused(with(over).getBytes(UTF_8));
      assertThat(problem.status()).isEqualTo(413);
      assertThat(problem.field()).startsWith("data");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // time, expirytime, deliverat: whether it is for now or never
    "2026-11-27T05:00:00Z, 2026-11-27T05:00:00Z, , true",
    "2026-11-27T05:00:00Z, 2026-11-27T05:30:00Z, , false",
    ", 2026-11-27T06:00:00.001Z, , false",
    ", 2026-12-27T06:00:00Z, , false",
    ", 2027-01-26T06:00:00Z, 2026-12-27T06:00:00Z, false",
  })
  void expiryShouldBeKept(String time, String expiry, String deliverAt, boolean live)
      throws Exception {
    // When
    Message message =
        message(
            "\"expirytime\":\""
                + expiry
                + "\""
                + (time == null ? "" : ",\"time\":\"" + time + "\"")
                + (deliverAt == null ? "" : ",\"deliverat\":\"" + deliverAt + "\""));

    // Then
    assertThat(Instant.ofEpochMilli(message.expiryMillis())).isEqualTo(expiry);
    assertThat(message.isLive()).isEqualTo(live);
  }

  @Test
  void eventThatCouldNeverBeDeliveredShouldBeRefused() {
    refused(
        with("\"expirytime\":\"2026-11-27T07:00:00Z\",\"deliverat\":\"2026-11-27T07:00:00Z\""),
        "expirytime",
        "never be delivered");
    // The event's own time lies ahead, so that it is one for now or never.
    refused(
        with(
            "\"time\":\"2026-11-27T09:00:00Z\",\"expirytime\":\"2026-11-27T08:00:00Z\","
                + "\"deliverat\":\"2026-11-27T07:00:00Z\""),
        "expirytime",
        "now or never");
  }

  @Test
  void hostileTextsShouldBeRefused() {
    // Given
    String good = with("\"data\":1");

    // Then
    refused("", null, "the body is empty");
    refused("[" + good + "]", null, "want an object");
    refused(good + good, null, "something follows");
    refused("\uFEFF" + good, null, "not JSON");
    refused(with("\"data\":" + "[".repeat(64) + "]".repeat(64)), "data", "nested deeper than 64");
    refused(with("\"data\":" + "1".repeat(1001)), "data", "more than 1000 characters");
    assertThat(refused(good.getBytes(UTF_16LE)).status()).isEqualTo(400);
    assertThat(refused(with("\"data\":\"é\"").getBytes(ISO_8859_1)).detail())
        .contains("not UTF-8 at byte");
    for (int cut = 0; cut < good.length(); cut++) {
      assertThat(refused(good.substring(0, cut).getBytes(UTF_8)).status()).isEqualTo(400);
    }
  }
}
