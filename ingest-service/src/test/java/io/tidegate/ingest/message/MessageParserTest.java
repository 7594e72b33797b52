package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Message;
import io.tidegate.contract.Problem;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
  /** 2026-11-27T06:00:00Z. */
  private static final long NOW = 1_795_759_200_000L;

  private static final Acceptance ACCEPTANCE =
      new Acceptance("default", NOW, () -> "generated", null);

  private static MessageRequest parse(String json) throws InvalidMessageException {
    return parse(json.getBytes(UTF_8));
  }

  private static MessageRequest parse(byte[] json) throws InvalidMessageException {
    return MessageParser.parse(json, 0, json.length, ACCEPTANCE);
  }

  private static Problem refused(byte[] json) {
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> parse(json));
    assertThat(e).describedAs("accepted: %s", new String(json, UTF_8)).isNotNull();
    return e.problem();
  }

  private static Message message(String json) throws InvalidMessageException {
    return parse(json).message();
  }

  /** A request to alice with {@code fields} behind its data. */
  private static String with(String fields) {
    return "{\"to\":{\"user\":\"alice\"},\"data\":1," + fields + "}";
  }

  @Test
  void leastRequestShouldGetTheDefaults() throws Exception {
    // When
    MessageRequest request = parse("{\"to\":{\"user\":\"alice\"},\"data\":{\"a\":1}}");

    // Then
    assertThat(request.to())
        .containsExactly(new Recipient.OneUser(new UserKey("default", "alice")));
    Message message = request.message();
    assertThat(message.id()).isEqualTo("generated");
    assertThat(message.type()).isEqualTo("io.tidegate.message");
    assertThat(message.source()).isEqualTo("/v1/messages");
    assertThat(message.timeMillis()).isEqualTo(NOW);
    assertThat(message.urgency()).isEqualTo(Urgency.NORMAL);
    assertThat(message.expiryMillis()).isEqualTo(Message.NEVER);
    assertThat(message.deliverAtMillis()).isZero();
    assertThat(message.collapseKey()).isNull();
    assertThat(message.category()).isNull();
    assertThat(message.contentType()).isNull();
    assertThat(message.trace()).isNull();
    assertThat(message.payload()).asString(UTF_8).isEqualTo("{\"a\":1}");
  }

  @Test
  void fullRequestShouldKeepEveryField() throws Exception {
    // When
    MessageRequest request =
        parse(
            """
            {"source":"https://shop.example/orders","deliver_at":"2026-11-27T07:00:00+01:00",
             "category":"orders","collapse_key":"order-7","ttl":60,"urgency":"high",
             "type":"com.example.order","id":"o-7","data":"ü",
             "to":{"users":["alice","bob","tenant/like"]}}
            """);

    // Then
    assertThat(request.to())
        .extracting(Recipient::subject)
        .containsExactly("user/alice", "user/bob", "user/tenant/like");
    Message message = request.message();
    assertThat(message.id()).isEqualTo("o-7");
    assertThat(message.source()).isEqualTo("https://shop.example/orders");
    assertThat(message.type()).isEqualTo("com.example.order");
    assertThat(message.urgency()).isEqualTo(Urgency.HIGH);
    assertThat(message.collapseKey()).isEqualTo("order-7");
    assertThat(message.category()).isEqualTo("orders");
    assertThat(message.payload()).asString(UTF_8).isEqualTo("\"ü\"");
  }

  static Stream<Arguments> recipients() {
    return Stream.of(
        Arguments.of("{\"all\":true}", new Recipient.Everyone("default")),
        Arguments.of("{\"group\":\"g\"}", new Recipient.Group(new GroupKey("default", "g"))),
        Arguments.of(
            "{\"group\":\"Room:4.2_~@+-" + "x".repeat(115) + "\"}",
            new Recipient.Group(new GroupKey("default", "Room:4.2_~@+-" + "x".repeat(115)))),
        Arguments.of("{\"user\":\"all\"}", new Recipient.OneUser(new UserKey("default", "all"))));
  }

  @ParameterizedTest
  @MethodSource
  void recipients(String to, Recipient recipient) throws Exception {
    // When
    MessageRequest request = parse("{\"data\":1,\"to\":" + to + ",\"ttl\":0}");

    // Then
    assertThat(request.to()).containsExactly(recipient);
    assertThat(request.message().isLive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0.0",
        "1e5",
        "1E+5",
        "123456789012345678901234567890.000",
        "\"\"",
        "\"a\\u0000\\ud83d\\ude00\\/\"",
        "\"€ 😀 é\"",
        "[]",
        "[ ]",
        "{ }",
        "{\"b\" :  1,\n \"a\":[1 , 2],\"b\":\"twice\"}",
        "[[[\"]}\"]]]",
        "{\"\\u0064ata\":{\"data\":1}}",
      })
  void dataShouldBeHandedOnByteForByte(String data) throws Exception {
    for (String frame :
        new String[] {
          "{\"to\":{\"user\":\"alice\"},\"data\":%s}",
          "{\"data\":%s,\"to\":{\"user\":\"alice\"}}",
          "  {\"id\":\"é€😀\", \"data\" : \n%s  , \"to\":{\"user\":\"alice\"} }  "
        }) {
      // When
      Message message = message(frame.replace("%s", data));

      // Then
      assertThat(message.payload()).asString(UTF_8).isEqualTo(data);
    }
  }

  @Test
  void dataShouldBeFoundWhereverTheTextLiesInItsBuffer() throws Exception {
    // Given
    byte[] json = "{\"to\":{\"user\":\"é\"},\"data\":[1, 2],\"ttl\":5}".getBytes(UTF_8);
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    buffer.writeBytes("€€ before\n".getBytes(UTF_8));
    int offset = buffer.size();
    buffer.writeBytes(json);
    buffer.writeBytes("\n{\"after\":1}".getBytes(UTF_8));

    // When
    MessageRequest request =
        MessageParser.parse(buffer.toByteArray(), offset, json.length, ACCEPTANCE);

    // Then
    assertThat(request.message().payload()).asString(UTF_8).isEqualTo("[1, 2]");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.0, 0",
    "0e5, 0",
    "60, 60000",
    "1.5, 1500",
    "0.001, 1",
    "0.0001, 1",
    "1e-400, 1",
    "1.0001, 1001",
    "2592000, 2592000000",
    "2.592e6, 2592000000",
    "'\"PT0S\"', 0",
    "'\"PT1H30M\"', 5400000",
    "'\"P30D\"', 2592000000",
    "'\"PT0.0005S\"', 1",
  })
  void ttlShouldCountFromTheAcceptance(String ttl, long millis) throws Exception {
    // When
    Message message = message(with("\"ttl\":" + ttl));

    // Then
    assertThat(message.expiryMillis() - message.timeMillis()).isEqualTo(millis);
    assertThat(message.isLive()).isEqualTo(millis == 0);
  }

  @Test
  void ttlShouldCountFromDeliverAtWhereThatIsLater() throws Exception {
    // When
    Message later = message(with("\"ttl\":10,\"deliver_at\":\"2026-11-27T06:01:00Z\""));
    Message earlier = message(with("\"ttl\":10,\"deliver_at\":\"2020-01-01T00:00:00Z\""));

    // Then
    assertThat(later.deliverAtMillis()).isEqualTo(NOW + 60_000);
    assertThat(later.expiryMillis()).isEqualTo(NOW + 70_000);
    assertThat(earlier.deliverAtMillis()).isZero();
    assertThat(earlier.expiryMillis()).isEqualTo(NOW + 10_000);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T06:00:01Z, 1000",
    "2026-11-27t06:00:01z, 1000",
    "2026-11-27T07:00:01+01:00, 1000",
    "2026-11-27T06:00:00.5Z, 500",
    "2026-12-27T06:00:00Z, 2592000000",
  })
  void deliverAtShouldBeAnInstant(String time, long millisAhead) throws Exception {
    // When
    Message message = message(with("\"deliver_at\":\"" + time + "\""));

    // Then
    assertThat(message.deliverAtMillis()).isEqualTo(NOW + millisAhead);
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        // Not one JSON object.
        Arguments.of("", null, "empty"),
        Arguments.of("  \n ", null, "empty"),
        Arguments.of("[]", null, "want an object, got an array"),
        Arguments.of("\"x\"", null, "want an object, got a string"),
        Arguments.of("null", null, "want an object, got null"),
        Arguments.of("{", null, "ends early"),
        Arguments.of("{\"to\"", "to", "ends early"),
        Arguments.of("{\"to\":{\"user\":\"a", "to.user", "ends early"),
        Arguments.of("{\"to\":{\"user\":\"a\"},\"data\":[1,", "data", "ends early"),
        Arguments.of("{\"to\":{\"user\":\"a\"},\"data\":1", "data", "ends early"),
        Arguments.of(with("\"id\":\"x\"") + "{}", null, "something follows"),
        Arguments.of(with("\"id\":\"x\"") + " 1", null, "something follows"),
        Arguments.of(with("\"id\":\"x\"") + "x", null, "not JSON"),
        Arguments.of("{'to':1}", null, "not JSON"),
        Arguments.of("{to:1}", null, "not JSON"),
        Arguments.of("{\"data\":1,}", "data", "not JSON"),
        Arguments.of("{\"data\":01}", "data", "not JSON"),
        Arguments.of("{\"data\":+1}", "data", "not JSON"),
        Arguments.of("{\"data\":.5}", "data", "not JSON"),
        Arguments.of("{\"data\":1.}", "data", "not JSON"),
        Arguments.of("{\"data\":NaN}", "data", "not JSON"),
        Arguments.of("{\"data\":tru}", "data", "not JSON"),
        Arguments.of("{\"data\":nullx}", "data", "not JSON"),
        Arguments.of("{\"data\":[1 2]}", "data", "not JSON"),
        Arguments.of("{\"data\":[1,]}", "data", "not JSON"),
        Arguments.of("{\"data\":{\"a\"}}", "data", "not JSON"),
        Arguments.of("{\"data\":\"\\x\"}", "data", "not JSON"),
        Arguments.of("{\"data\":\"a\nb\"}", "data", "not JSON"),
        Arguments.of("{\"data\":[\"\\u12\"]}", "data", "not JSON"),
        Arguments.of("{\"data\":1/*c*/}", "data", "not JSON"),
        Arguments.of("// c\n{}", null, "not JSON"),
        Arguments.of("\u0000{}", null, "not JSON"),
        Arguments.of("\ufeff" + with("\"id\":\"x\""), null, "not JSON"),
        // Fields.
        Arguments.of("{}", "to", "required"),
        Arguments.of("{\"data\":1}", "to", "required"),
        Arguments.of("{\"to\":{\"user\":\"a\"}}", "data", "required"),
        Arguments.of(with("\"extra\":1"), "extra", "unknown field"),
        Arguments.of(with("\"Ttl\":1"), "Ttl", "unknown field"),
        Arguments.of(with("\"\":1"), "", "unknown field"),
        Arguments.of(with("\"data\":2"), "data", "twice"),
        Arguments.of(with("\"d\\u0061ta\":2"), "data", "twice"),
        Arguments.of(with("\"id\":\"a\",\"id\":\"a\""), "id", "twice"),
        // to
        Arguments.of("{\"to\":\"alice\"}", "to", "want an object, got a string"),
        Arguments.of("{\"to\":null}", "to", "want an object, got null"),
        Arguments.of("{\"to\":{}}", "to", "want one of [user, users, group, all]"),
        Arguments.of("{\"to\":{\"everyone\":true}}", "to.everyone", "unknown field; want one of"),
        Arguments.of("{\"to\":{\"user\":\"a\",\"user\":\"a\"}}", "to.user", "twice"),
        Arguments.of("{\"to\":{\"user\":\"a\",\"users\":[\"b\"]}}", "to", "got user and users"),
        Arguments.of("{\"to\":{\"users\":[\"b\"],\"user\":\"a\"}}", "to", "got users and user"),
        Arguments.of("{\"to\":{\"all\":true,\"group\":\"g\"}}", "to", "got all and group"),
        Arguments.of("{\"to\":{\"user\":\"a\",\"all\":false}}", "to", "got user and all"),
        Arguments.of("{\"to\":{\"all\":true,\"all\":true}}", "to.all", "twice"),
        Arguments.of("{\"to\":{\"all\":false}}", "to.all", "want true, got false"),
        Arguments.of("{\"to\":{\"all\":\"true\"}}", "to.all", "want true, got a string"),
        Arguments.of("{\"to\":{\"all\":1}}", "to.all", "want true, got a number"),
        Arguments.of("{\"to\":{\"all\":null}}", "to.all", "want true, got null"),
        Arguments.of("{\"to\":{\"all\":tru}}", "to.all", "not JSON"),
        Arguments.of("{\"to\":{\"group\":\"\"}}", "to.group", "want 1 to 128 of"),
        Arguments.of("{\"to\":{\"group\":\"a/b\"}}", "to.group", "want 1 to 128 of"),
        Arguments.of("{\"to\":{\"group\":\"é\"}}", "to.group", "want 1 to 128 of"),
        Arguments.of("{\"to\":{\"group\":\"" + "g".repeat(129) + "\"}}", "to.group", "1 to 128"),
        Arguments.of("{\"to\":{\"group\":[\"g\"]}}", "to.group", "want a string, got an array"),
        Arguments.of("{\"to\":{\"users\":[\"b\"],\"users\":[\"b\"]}}", "to.users", "twice"),
        Arguments.of("{\"to\":{\"user\":7}}", "to.user", "want a string, got a number"),
        Arguments.of("{\"to\":{\"user\":null}}", "to.user", "want a string, got null"),
        Arguments.of("{\"to\":{\"user\":[\"a\"]}}", "to.user", "want a string, got an array"),
        Arguments.of("{\"to\":{\"user\":\"\"}}", "to.user", "empty"),
        Arguments.of("{\"to\":{\"user\":\"a\\u0000\"}}", "to.user", "control character at 1"),
        Arguments.of("{\"to\":{\"user\":\"\\ud800\"}}", "to.user", "surrogate"),
        Arguments.of("{\"to\":{\"user\":\"" + "é".repeat(129) + "\"}}", "to.user", "256 bytes"),
        Arguments.of("{\"to\":{\"users\":\"a\"}}", "to.users", "want an array"),
        Arguments.of("{\"to\":{\"users\":[]}}", "to.users", "at least one"),
        Arguments.of("{\"to\":{\"users\":[\"a\",1]}}", "to.users[1]", "want a string"),
        Arguments.of("{\"to\":{\"users\":[\"a\",\"\"]}}", "to.users[1]", "empty"),
        Arguments.of(
            "{\"to\":{\"users\":[\"a\",\"b\",\"a\"]}}", "to.users[2]", "same user as to.users[0]"),
        Arguments.of("{\"to\":{\"users\":[\"a\",]}}", "to.users[1]", "not JSON"),
        Arguments.of("{\"to\":{\"users\":" + users(1001) + "}}", "to.users", "more than 1000"),
        // Attributes.
        Arguments.of(with("\"id\":1"), "id", "want a string, got a number"),
        Arguments.of(with("\"id\":null"), "id", "want a string, got null"),
        Arguments.of(with("\"id\":\"\""), "id", "empty"),
        Arguments.of(with("\"id\":\"" + "x".repeat(129) + "\""), "id", "longer than 128"),
        Arguments.of(with("\"id\":\"a\\r\\nb\""), "id", "control character at 1"),
        Arguments.of(with("\"id\":\"\\udc00\""), "id", "surrogate"),
        Arguments.of(with("\"type\":\"\""), "type", "empty"),
        Arguments.of(with("\"type\":{}"), "type", "want a string, got an object"),
        Arguments.of(with("\"type\":\"" + "x".repeat(257) + "\""), "type", "longer than 256"),
        Arguments.of(with("\"collapse_key\":true"), "collapse_key", "want a string, got true"),
        Arguments.of(with("\"category\":\"\\u0007\""), "category", "control character"),
        Arguments.of(with("\"source\":\"a b\""), "source", "URI reference"),
        Arguments.of(with("\"source\":\"http://[\""), "source", "URI reference"),
        Arguments.of(with("\"urgency\":\"urgent\""), "urgency", "very-low, low, normal or high"),
        Arguments.of(with("\"urgency\":3"), "urgency", "want a string"),
        // Times.
        Arguments.of(with("\"ttl\":-1"), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":-1e-999999999"), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":2592000.001"), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":1e999999999"), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":1e99999999999"), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":" + "1".repeat(65)), "ttl", "want 0 to 2592000 seconds"),
        Arguments.of(with("\"ttl\":" + "1".repeat(1001)), "ttl", "a number of more than 1000"),
        Arguments.of(with("\"ttl\":null"), "ttl", "got null"),
        Arguments.of(with("\"ttl\":\"60\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"P1M\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"-PT1S\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"-PT-1S\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"pt1s\""), "ttl", "ISO 8601 duration"),
        Arguments.of(with("\"ttl\":\"P30DT1S\""), "ttl", "want PT0S to P30D"),
        Arguments.of(with("\"ttl\":\"PT" + "9".repeat(62) + "S\""), "ttl", "longer than 64"),
        Arguments.of(
            with("\"ttl\":0,\"deliver_at\":\"2026-11-27T07:00:00Z\""), "ttl", "contradicts"),
        Arguments.of(with("\"deliver_at\":1795759200"), "deliver_at", "want a string"),
        Arguments.of(with("\"deliver_at\":\"tomorrow\""), "deliver_at", "RFC 3339"),
        Arguments.of(with("\"deliver_at\":\"2026-11-27T07:00Z\""), "deliver_at", "RFC 3339"),
        Arguments.of(with("\"deliver_at\":\"2026-11-27T07:00:00\""), "deliver_at", "RFC 3339"),
        Arguments.of(with("\"deliver_at\":\"2026-11-31T07:00:00Z\""), "deliver_at", "no such time"),
        Arguments.of(with("\"deliver_at\":\"2026-11-27T25:00:00Z\""), "deliver_at", "no such time"),
        Arguments.of(with("\"deliver_at\":\"2026-12-27T06:00:00.001Z\""), "deliver_at", "30 days"),
        // Depth, which counts the request's own object.
        Arguments.of(
            "{\"data\":" + "[".repeat(64) + "]".repeat(64) + "}", "data", "nested deeper than 64"),
        Arguments.of("[".repeat(100_000), null, "want an object"),
        Arguments.of("{\"data\":" + "{\"a\":".repeat(100_000), "data", "nested deeper than 64"));
  }

  @ParameterizedTest
  @MethodSource
  void bad(String json, String field, String reason) {
    // When
    Problem problem = refused(json.getBytes(UTF_8));

    // Then
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo("urn:tidegate:problem:invalid-request");
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.detail()).contains(reason).hasSizeLessThan(400).doesNotContain("Source:");
  }

  @Test
  void thousandUsersAndDepthAtTheLimitShouldPass() throws Exception {
    // When
    MessageRequest request =
        parse(
            "{\"to\":{\"users\":"
                + users(1000)
                + "},\"data\":"
                + "[".repeat(63)
                + "]".repeat(63)
                + "}");

    // Then
    assertThat(request.to()).hasSize(1000);
  }

  static Stream<Arguments> notUtf8() {
    return Stream.of(
        Arguments.of("overlong slash", "\u00c0\u00af"),
        Arguments.of("lone continuation", "\u0080"),
        Arguments.of("cut short", "\u00e2\u0082"),
        Arguments.of("encoded surrogate", "\u00ed\u00a0\u0080"),
        Arguments.of("beyond Unicode", "\u00f4\u0090\u0080\u0080"),
        Arguments.of("Latin-1", "\u00fc"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void notUtf8(String name, String latin1) {
    // Given
    String json = "{\"data\":\"" + latin1 + "\",\"to\":{\"user\":\"a\"}}";

    // When
    Problem problem = refused(json.getBytes(StandardCharsets.ISO_8859_1));

    // Then
    assertThat(problem.detail()).isEqualTo("not UTF-8 at byte 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32"})
  void otherEncodingsShouldBeRefused(String charset) throws Exception {
    // When
    Problem problem = refused(with("\"id\":\"x\"").getBytes(Charset.forName(charset)));

    // Then
    assertThat(problem.status()).isEqualTo(400);
  }

  @Test
  void dataShouldBeTooLargeFromOneByteOverTheLimit() throws Exception {
    // Given
    String most = "\"" + "x".repeat(Message.MAX_PAYLOAD_BYTES - 2) + "\"";
    String more = "\"" + "x".repeat(Message.MAX_PAYLOAD_BYTES - 1) + "\"";

    // When
    Message message = message("{\"to\":{\"user\":\"a\"},\"data\":" + most + "}");
    Problem problem = refused(("{\"to\":{\"user\":\"a\"},\"data\":" + more + "}").getBytes(UTF_8));

    // Then
    assertThat(message.payload()).hasSize(Message.MAX_PAYLOAD_BYTES);
    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem.field()).isEqualTo("data");
  }

  @Test
  void mangledRequestsShouldBeParsedOrRefusedButNeverBreak() {
    // Given
    byte[] good =
        with("\"id\":\"é\",\"ttl\":1.5,\"deliver_at\":\"2026-11-27T07:00:00Z\",\"urgency\":\"low\"")
            .getBytes(UTF_8);
    long seed = 20261127;
    Random random = new Random(seed);

    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = good.clone();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;

      // When
      Throwable thrown = null;
      try {
        MessageRequest request = MessageParser.parse(bytes, 0, length, ACCEPTANCE);
        assertThat(request.message().payload()).isNotEmpty();
      } catch (Throwable e) {
        thrown = e;
      }

      // Then
      if (thrown != null) {
        assertThat(thrown)
            .describedAs("seed %d, round %d: %s", seed, round, new String(bytes, UTF_8))
            .isInstanceOf(InvalidMessageException.class);
      }
    }
  }

  private static String users(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"u" + i + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }
}
