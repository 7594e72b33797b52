package io.tidegate.contract.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
  private static List<Field> post(Field... more) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                new Field(":method", "POST"),
                new Field(":scheme", "http"),
                new Field(":authority", "host:80"),
                new Field(":path", "/v1/messages?x=%20")));
    fields.addAll(List.of(more));
    return fields;
  }

  private static String text(List<Field> fields, boolean bodyFollows) throws MalformedException {
    return new String(RequestHead.of(fields, bodyFollows).bytes(), ISO_8859_1);
  }

  private static void assertMalformed(List<Field> fields, String message) {
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> RequestHead.of(fields, true))
        .withMessageContaining(message);
  }

  @Test
  void bodyWithLengthStaysAsItIs() throws Exception {
    assertThat(text(post(new Field("content-length", "5"), new Field("x-a", "b\u00e4")), true))
        .isEqualTo(
            String.join(
                "\r\n",
                "POST /v1/messages?x=%20 HTTP/1.1",
                "host: host:80",
                "content-length: 5",
                "x-a: b\u00e4",
                "",
                ""));
  }

  @Test
  void bodyWithoutLengthComesInChunks() throws Exception {
    RequestHead head = RequestHead.of(post(), true);
    assertThat(head.length()).isEqualTo(RequestHead.CHUNKED);
    assertThat(new String(head.bytes(), ISO_8859_1)).endsWith("transfer-encoding: chunked\r\n\r\n");
  }

  @Test
  void noBodyHasNoFraming() throws Exception {
    assertThat(text(post(), false))
        .isEqualTo("POST /v1/messages?x=%20 HTTP/1.1\r\nhost: host:80\r\n\r\n");
  }

  @Test
  void cookiesBecomeOneAndTrailersAreNotPassedOn() throws Exception {
    assertThat(
            text(
                post(
                    new Field("cookie", "a=1"),
                    new Field("te", "trailers"),
                    new Field("cookie", "b=2")),
                false))
        .endsWith("host: host:80\r\ncookie: a=1; b=2\r\n\r\n");
  }

  @Test
  void hostStandsForAnAuthorityThatIsNotThere() throws Exception {
    List<Field> fields = post(new Field("host", "other"));
    fields.remove(2);
    assertThat(text(fields, false)).contains("\r\nhost: other\r\n");
  }

  @Test
  void headIsKnownAsSuch() throws Exception {
    List<Field> fields = post();
    fields.set(0, new Field(":method", "HEAD"));
    assertThat(RequestHead.of(fields, false).toHead()).isTrue();
    assertThat(RequestHead.of(post(), false).toHead()).isFalse();
  }

  @Test
  void connectNamesAnAuthorityOnly() throws Exception {
    List<Field> connect =
        List.of(new Field(":method", "CONNECT"), new Field(":authority", "host:80"));
    assertThat(text(connect, true)).startsWith("CONNECT host:80 HTTP/1.1\r\n");
    List<Field> fields = post();
    fields.set(0, new Field(":method", "CONNECT"));
    assertMalformed(fields, "CONNECT has neither");
  }

  @Test
  void optionsMayBeAboutAll() throws Exception {
    List<Field> fields = post();
    fields.set(0, new Field(":method", "OPTIONS"));
    fields.set(3, new Field(":path", "*"));
    assertThat(text(fields, false)).startsWith("OPTIONS * HTTP/1.1\r\n");
    fields.set(0, new Field(":method", "GET"));
    assertMalformed(fields, ":path");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void neededPseudoHeaderIsMissing(int index) {
    List<Field> fields = post();
    Field missing = fields.remove(index);
    assertMalformed(fields, missing.name() + " is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ":method | GET / HTTP/1.1",
        ":path | /a b",
        ":path | '/a\r\nx: y'",
        ":path | a",
        ":path | http://host/",
        ":path | /\u00e4",
        ":authority | user@host",
        ":authority | ho st",
      })
  void pseudoHeaderHasWhatCouldBeReadAsSomethingElse(String name, String value) {
    List<Field> fields = post();
    fields.replaceAll(field -> field.name().equals(name) ? new Field(name, value) : field);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> RequestHead.of(fields, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nb: c", "a\nb", "a\u0000", "a\u007f", "\u0142", " a", "a ", "a\t", "\ta"})
  void valueCouldBeReadAsSomethingElse(String value) {
    assertMalformed(post(new Field("x-a", value)), "a header's value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-A", "x a", "x:a", "x\r\n", "\u00e4", ":x"})
  void nameCouldBeReadAsSomethingElse(String name) {
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> RequestHead.of(post(new Field(name, "a")), false));
  }

  @Test
  void nameIsThere() {
    assertMalformed(post(new Field("", "a")), "without a name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"})
  void headerIsAboutTheConnection(String name) {
    assertMalformed(post(new Field(name, "a")), name + " is about a connection");
  }

  @Test
  void teWantsTrailersOnly() {
    assertMalformed(post(new Field("te", "gzip")), "te");
  }

  @Test
  void hostIsAnotherThanTheAuthority() throws Exception {
    assertMalformed(post(new Field("host", "other:80")), "host");
    assertThat(text(post(new Field("host", "HOST:80")), false)).containsOnlyOnce("host: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "1 2", "0x1", "1234567890123456789"})
  void lengthIsNone(String length) {
    assertMalformed(post(new Field("content-length", length)), "content-length");
  }

  @Test
  void lengthIsThereTwiceOrWithoutABody() throws Exception {
    Field one = new Field("content-length", "1");
    assertMalformed(post(one, one), "content-length is there twice");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> RequestHead.of(post(one), false))
        .withMessageContaining("no body");
    assertThat(text(post(new Field("content-length", "0")), false)).contains("content-length: 0");
  }

  @Test
  void pseudoHeaderIsLateUnknownOrThereTwice() {
    assertMalformed(post(new Field("a", "b"), new Field(":status", "200")), "pseudo-header");
    assertMalformed(post(new Field(":protocol", "websocket")), "pseudo-header");
    assertMalformed(post(new Field(":path", "/")), "pseudo-header");
  }
}
