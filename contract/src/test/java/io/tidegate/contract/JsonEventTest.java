package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

class JsonEventTest {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build();
  private static final int OFFSET = 3;

  /** Read from the middle of a larger text, as one of a batch is. */
  private static JsonEvent read(String json) throws MalformedEventException {
    byte[] text = (" ".repeat(OFFSET) + json + "  ").getBytes(UTF_8);
    try (JsonParser parser =
        JSON.createParser(ObjectReadContext.empty(), text, OFFSET, text.length - OFFSET)) {
      return JsonEvent.read(parser, text, OFFSET);
    }
  }

  private static String payload(String json) throws MalformedEventException {
    return new String(read(json).payload(), UTF_8);
  }

  @Test
  void attributesThatAreOursShouldBeKeptInTheirOrder() throws Exception {
    // When
    JsonEvent event =
        read(
            """
            {"subject":"user/a","id":"1","time":null,"sequence":7,"sampled":true,"gone":null,
             "dataschema":"x","datacontenttype":"Text/Plain","data":"ü"}\
            """);

    // Then
    assertThat(event.attributes())
        .containsExactly(
            entry("subject", "user/a"), entry("id", "1"), entry("datacontenttype", "Text/Plain"));
    assertThat(event.dataName()).isEqualTo("data");
    assertThat(event.payload()).asString(UTF_8).isEqualTo("ü");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id":"1"}                                                        | ``
          {"data":null}                                                     | null
          {"data":"x\\n"}                                                   | "x\\n"
          {"id":"ü","data":-1.50 }                                          | -1.50
          {"data":[1 , {"a":"é"}],"datacontenttype":null}                   | [1 , {"a":"é"}]
          {"data":{},"datacontenttype":"application/vnd.x+json"}            | {}
          {"data":1,"datacontenttype":"application/json; charset=UTF-8"}    | 1
          {"datacontenttype":"text/plain","data":"a\\"\\u00fc"}             | a"ü
          {"data":"","datacontenttype":"text/plain;charset=\\"utf-8\\""}    | ``
          {"data":"a","datacontenttype":"text/plain;charset=us-ascii"}      | a
          {"data":"\\ud83c\\udf0a","datacontenttype":"text/plain"}          | 🌊
          {"data_base64":"aGk=","datacontenttype":"image/png"}              | hi
          {"data_base64":"aGk"}                                             | hi
          {"data_base64":""}                                                | ``
          {"data_base64":null,"data":2}                                     | 2
          """)
  void dataShouldBeReadByItsContentType(String json, String payload) throws Exception {
    assertThat(payload(json)).isEqualTo(payload);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                        | value: want an object
          1                                         | value: want an object
          {} {}                                     | value: something follows the object
          {"id":1}                                  | id: want a string, got a number
          {"type":{}}                               | type: want a string, got an object
          {"id":"1","id":"1"}                       | id: stands there twice
          {"data":1,"data":1}                       | data: stands there twice
          {"more":1,"more":null}                    | more: stands there twice
          {"type":"\\ud800"}                        | type: has half a surrogate pair at 0
          {"subject":"a\\u0007"}                    | subject: has a control character at 1
          {"Urgency":"high"}                        | Urgency: no attribute's name: want 1 to 64 of [a-z0-9], not data
          {"ü":null}                                | ü: no attribute's name: want 1 to 64 of [a-z0-9], not data
          {"a_b":null}                              | a_b: no attribute's name: want 1 to 64 of [a-z0-9], not data
          {"":1}                                    | : no attribute's name: want 1 to 64 of [a-z0-9], not data
          {"more":{}}                               | more: want a string, a number, true or false
          {"more":[1]}                              | more: want a string, a number, true or false
          {"datacontenttype":"json"}                | datacontenttype: want a media type such as text/plain;charset=utf-8
          {"data_base64":1}                         | data_base64: want a string, got a number
          {"data_base64":"a-_k"}                    | data_base64: not base64
          {"data_base64":"","data":1}               | data_base64: stands beside data; want one of the two
          {"data":null,"data_base64":"aGk="}        | data_base64: stands beside data; want one of the two
          {"data":1,"datacontenttype":"a/b"}        | data: want a string, since datacontenttype is not JSON; bytes go into data_base64
          {"data":null,"datacontenttype":"a/b"}     | data: want a string, since datacontenttype is not JSON; bytes go into data_base64
          {"data":"\\ud800","datacontenttype":"a/b"} | data: has half a surrogate pair
          {"data":"ü","datacontenttype":"a/b;charset=us-ascii"} | data: is UTF-8, which datacontenttype says it is not; bytes go into data_base64
          {"data":"u","datacontenttype":"a/b;charset=latin1"}   | data: is UTF-8, which datacontenttype says it is not; bytes go into data_base64
          """)
  void faultShouldBeNamed(String json, String message) {
    assertThatThrownBy(() -> payload(json))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsGoodShouldBeReadThoughOthersAreNot() throws Exception {
    // When
    JsonEvent event =
        read("{\"type\":{\"a\":[]},\"id\":\"1\",\"x\":[{}],\"source\":\"s\",\"source\":\"s\"}");

    // Then
    assertThat(event.attributes()).containsExactly(entry("id", "1"));
    assertThat(event.isFaulty("source")).isTrue();
    assertThat(event.isFaulty("id")).isFalse();
    assertThatThrownBy(event::requireGood).hasMessage("type: want a string, got an object");
    assertThatThrownBy(event::payload).hasMessage("type: want a string, got an object");
  }

  @Test
  void attributesShouldBeCounted() throws Exception {
    // Given
    String most =
        IntStream.range(0, 63).mapToObj(i -> "\"a" + i + "\":1").collect(Collectors.joining(","));

    // Then
    assertThat(payload("{\"data\":1," + most + "}")).isEqualTo("1");
    assertThatThrownBy(() -> payload("{\"data\":1," + most + ",\"b\":1}"))
        .hasMessage("b: more than 64 attributes");
  }
}
