package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.contract.Message;
import io.tidegate.contract.Problem;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.TraceContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryEventTest {
  private final Map<String, String> headers =
      new LinkedHashMap<>(
          Map.of("specversion", "1.0", "id", "e1", "source", "/s", "type", "t", "subject", "all"));

  private MessageRequest request(@Nullable String contentType, byte[] data)
      throws InvalidMessageException {
    BinaryEvent event =
        new BinaryEvent(
            new Acceptance("default", 1000, () -> "none", TraceContext.of("trace", null)));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      event.header(header.getKey(), header.getValue());
    }
    event.endOfHeaders(contentType);
    return event.request(data);
  }

  private Problem refused(@Nullable String contentType, byte[] data) {
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> request(contentType, data));
    assertThat(e).isNotNull();
    return e.problem();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          user/a%20b            | user/a b
          user/%E2%82%AC%F0%9F%8C%8A | user/€🌊
          user/a%2fb            | user/a/b
          user/100%2525         | user/100%25
          user/a+b              | user/a+b
          "user/a b"            | user/a b
          "user/\\"a\\\\"       | user/"a\\
          "user/%C3%BC"         | user/ü
          user/a"b              | user/a"b
          """)
  void headersShouldBeUnquotedAndDecodedOnce(String value, String subject) throws Exception {
    // Given
    headers.put("subject", value);

    // When
    MessageRequest request = request(null, new byte[0]);

    // Then
    assertThat(request.to()).extracting(Recipient::subject).containsExactly(subject);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          100%       | not percent-encoded
          %zz        | not percent-encoded
          %C3        | not percent-encoded
          %C0%80     | not percent-encoded
          %ED%A0%80  | not percent-encoded
          ü          | ASCII
          %00        | control character
          %0A        | control character
          "a         | closing quote is missing
          "a"b       | something follows
          "a\\"      | closing quote is missing
          "          | closing quote is missing
          ""         | must not be empty
          ``         | must not be empty
          """)
  void badHeaderShouldBeNamed(String value, String detail) {
    // Given
    headers.put("category", value);

    // When
    Problem problem = refused(null, new byte[0]);

    // Then
    assertThat(problem.field()).isEqualTo("category");
    assertThat(problem.detail()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource({
    "datacontenttype, text/plain, datacontenttype, Content-Type",
    "data, 1, data, no attribute's name",
    "expiry-time, 1, expiry-time, no attribute's name",
    "'', 1, '', no attribute's name",
  })
  void headerThatIsNoAttributeShouldBeNamed(
      String name, String value, String field, String detail) {
    // Given
    headers.put(name, value);

    // When
    Problem problem = refused(null, new byte[0]);

    // Then
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.detail()).contains(detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"specversion", "id", "source", "type", "subject"})
  void missingHeaderShouldBeNamedBeforeTheData(String name) {
    // Given
    headers.remove(name);

    // When
    Problem problem = refused("application/json", "no JSON".getBytes(UTF_8));

    // Then
    assertThat(problem.field()).isEqualTo(name);
    assertThat(problem.detail()).isEqualTo("required");
  }

  @Test
  void repeatedHeaderShouldBeRefused() throws Exception {
    // Given
    BinaryEvent event = new BinaryEvent(new Acceptance("default", 1000, () -> "none", null));
    event.header("more", "1");

    // When
    InvalidMessageException e =
        catchThrowableOfType(InvalidMessageException.class, () -> event.header("more", "1"));

    // Then
    assertThat(e.problem().field()).isEqualTo("more");
    assertThat(e.problem().detail()).isEqualTo("stands there twice");
  }

  @Test
  void dataOfAnyTypeShouldGoOnAsItIs() throws Exception {
    // Given
    byte[] bytes = {0, (byte) 0xff, '\n', (byte) 0xc0};

    // When
    Message message = request("application/octet-stream", bytes).message();

    // Then
    assertThat(message.payload()).isEqualTo(bytes);
    assertThat(message.contentType()).isEqualTo("application/octet-stream");
    assertThat(message.trace()).isEqualTo(TraceContext.of("trace", null));
  }

  @Test
  void dataThatIsJsonByItsTypeShouldBeJson() throws Exception {
    // Then
    assertThat(request("application/json", " {\"a\": 1}\n".getBytes(UTF_8)).message().payload())
        .asString(UTF_8)
        .isEqualTo(" {\"a\": 1}\n");
    for (String contentType : new String[] {null, "application/json", "application/x+json"}) {
      Problem problem = refused(contentType, "{\"a\":{\"b\":nonsense}}".getBytes(UTF_8));
      assertThat(problem.field()).isEqualTo("data");
      assertThat(problem.detail()).contains("by its content type JSON, but not JSON");
    }
    assertThat(refused("application/json;charset=latin1", new byte[0]).field())
        .isEqualTo("datacontenttype");
    assertThat(refused("nonsense", new byte[0]).field()).isEqualTo("datacontenttype");
    assertThat(refused(null, new byte[Message.MAX_PAYLOAD_BYTES + 1]).status()).isEqualTo(413);
  }
}
