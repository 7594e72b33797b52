package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          application/json                       | application/json       | ``    | true
          ` Application/JSON; Charset="UTF-8" `  | application/json       | utf-8 | true
          application/vnd.x+json                 | application/vnd.x+json | ``    | true
          text/json;a=b                          | text/json              | ``    | true
          application/json-seq                   | application/json-seq   | ``    | false
          text/plain; a="b;charset=x" ;charset=c | text/plain             | c     | false
          text/plain;                            | text/plain             | ``    | false
          """)
  void partsShouldBeRead(String given, String type, String charset, boolean json) throws Exception {
    // When
    MediaType media = MediaType.ofData("a", given);

    // Then
    assertThat(media.text()).isEqualTo(given.strip());
    assertThat(media.type()).isEqualTo(type);
    assertThat(media.charset()).isEqualTo(charset);
    assertThat(media.isJson()).isEqualTo(json);
    assertThat(media.isPlainJson()).isEqualTo(type.equals("application/json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                   | must not be empty
          json                                 | want a media type such as text/plain;charset=utf-8
          a/b;charset                          | want a media type such as text/plain;charset=utf-8
          a/b, c/d                             | want a media type such as text/plain;charset=utf-8
          text/json;charset=utf8               | JSON is in UTF-8
          a/b+json;charset=iso-8859-1          | JSON is in UTF-8
          Application/CloudEvents+json; a=b    | want the type of the data, and not that of an event
          application/cloudevents-batch+json   | want the type of the data, and not that of an event
          """)
  void whatIsNoTypeOfDataShouldBeRefused(String given, String reason) {
    assertThatThrownBy(() -> MediaType.ofData("a", given))
        .isInstanceOf(MalformedEventException.class)
        .hasMessage("a: " + reason);
  }

  @Test
  void lengthShouldBeLookedAtFirst() throws Exception {
    assertThat(MediaType.ofData("a", "a/" + "b".repeat(254)).type()).hasSize(256);
    assertThatThrownBy(() -> MediaType.ofData("a", "a/b;c=\"" + "d".repeat(1 << 20) + "\""))
        .hasMessage("a: longer than 256 characters");
    assertThatThrownBy(() -> MediaType.ofData("a", "a/b;c=\"\u0000\""))
        .hasMessageStartingWith("a: want a media type");
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, ü, true",
    "a/b;charset=utf-8, ü, true",
    "a/b;charset=US-ASCII, u, true",
    "a/b;charset=us-ascii, ü, false",
    "a/b;charset=latin1, u, false"
  })
  void charsetShouldCoverTheText(String given, String text, boolean covers) throws Exception {
    assertThat(MediaType.ofData("a", given).covers(text.getBytes(UTF_8))).isEqualTo(covers);
  }
}
