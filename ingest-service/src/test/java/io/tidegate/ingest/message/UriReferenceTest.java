package io.tidegate.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriReferenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/v1/messages",
        "a",
        "a/b:c",
        "./a:b",
        "?q",
        "#f",
        "?a?b/c#d?e/f",
        "abc:",
        "abc://",
        "a+b-c.1:x",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "mailto:cncf-wg-serverless@lists.cncf.io",
        "https://github.com/cloudevents",
        "//host",
        "//",
        "///x",
        "file:///x",
        "http://h:/",
        "http://u:p@h:80/a;b=c,d?e=f&g#h",
        "http://[::1]:80/x?q#f",
        "http://[2001:db8::192.0.2.1]",
        "http://[v1.a:b]",
        "http://a%20b/%41%e2",
        "x:@",
        "é/ü"
      })
  void whatTheRfcHasShouldBeTaken(String text) {
    assertThat(UriReference.fault(text)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "'a b', 1",
    "' ', 0",
    "1a:b, 0",
    ":a, 0",
    "a_b:c, 1",
    "a#b#c, 3",
    "%, 0",
    "a%4, 1",
    "a%zz, 1",
    "/%4/x, 1",
    "http://[, 7",
    "http://[::1, 7",
    "http://[], 8",
    "http://[g], 8",
    "http://[::1]x, 12",
    "http://h:x, 9",
    "http://h:8x/, 10",
    "http://h[/, 8",
    "http://a@b@c, 10",
    "http://a[@c, 8",
    "[a], 0",
    "a\\b, 1",
    "a\"b, 1",
    "<a>, 0",
    "a|b, 1",
    "?a[, 2",
    "#^, 1",
    "a{b}, 1",
    "a`, 1"
  })
  void whatItHasNotShouldBeNamedByItsPlace(String text, int at) {
    assertThat(UriReference.fault(text)).isEqualTo(at);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u00a0b", "a\u0085b", "a\u2028b"})
  void spacesBeyondAsciiShouldBeRefused(String text) {
    assertThat(UriReference.fault(text)).isEqualTo(1);
  }
}
