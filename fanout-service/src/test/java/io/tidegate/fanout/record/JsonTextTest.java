package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers write what passes here into frames unseen. */
class JsonTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " [ ] ",
        "1",
        "-0",
        "0.5E-7",
        "\"\"",
        "\"\\ud800\"",
        "null",
        "[[[]],{\"a\":{}}]",
        "{\"a\":1,\"a\":2}",
        "\t\n\r 3 "
      })
  void jsonShouldHaveNoFault(String text) {
    assertThat(fault(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e",
        "tru",
        "nul",
        "truex",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "NaN",
        "\uFEFF1",
        "[1]]",
        "\"a\"b",
        "{\"a\":1 \"b\":2}"
      })
  void otherTextShouldHaveAFault(String text) {
    assertThat(fault(text)).isNotNull();
  }

  @Test
  void nestingShouldBeBounded() {
    assertThat(fault("[".repeat(500) + "]".repeat(500))).isNull();
    assertThat(fault("[".repeat(501) + "]".repeat(501))).isNotNull();
  }

  @Test
  void textThatIsNotUtf8ShouldHaveAFault() {
    assertThat(JsonText.fault(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}))
        .isEqualTo("not UTF-8");
    assertThat(JsonText.fault("[1]".getBytes(UTF_16LE))).isNotNull();
  }

  private static @Nullable String fault(String text) {
    return JsonText.fault(text.getBytes(UTF_8));
  }
}
