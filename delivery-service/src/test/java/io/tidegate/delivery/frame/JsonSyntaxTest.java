package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

final class JsonSyntaxTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String SAMPLE =
      "{\"a\":[1,-2.5e+3,true,false,null,{}],\"b\":{\"c\":\"x\\u00e9\\n\",\"d\":[]},\"é\":0}";

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
  void jsonShouldBeValid(String text) {
    assertThat(isValid(text)).isTrue();
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
  void otherTextShouldNotBeValid(String text) {
    assertThat(isValid(text)).isFalse();
  }

  @Test
  void nestingShouldBeBounded() {
    int max = JsonSyntax.MAX_DEPTH;
    assertThat(isValid("[".repeat(max) + "]".repeat(max))).isTrue();
    assertThat(isValid("[".repeat(max + 1) + "]".repeat(max + 1))).isFalse();
  }

  @Test
  void verdictShouldBeJacksonsForMutatedText() {
    long seed = 20261127;
    Random random = new Random(seed);
    int valid = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] text = SAMPLE.getBytes(UTF_8);
      for (int i = random.nextInt(3); i >= 0; i--) {
        byte[] from = "{}[]\",:0123456789.eE+-\\ntrue\u0001 \u00e9".getBytes(UTF_8);
        text[random.nextInt(text.length)] = from[random.nextInt(from.length)];
      }
      boolean expected = isUtf8(text) && jacksonReads(text);
      valid += expected ? 1 : 0;
      assertThat(JsonSyntax.isValid(text, 0, text.length))
          .as("seed %d, round %d: %s", seed, round, new String(text, UTF_8))
          .isEqualTo(expected);
    }
    assertThat(valid).isBetween(1_000, 49_000);
  }

  @Test
  void utf8VerdictShouldBeTheDecodersForRandomBytes() {
    long seed = 7;
    Random random = new Random(seed);
    byte[] edges = {
      0,
      0x7f,
      (byte) 0x80,
      (byte) 0x8f,
      (byte) 0x90,
      (byte) 0x9f,
      (byte) 0xa0,
      (byte) 0xbf,
      (byte) 0xc0,
      (byte) 0xc1,
      (byte) 0xc2,
      (byte) 0xdf,
      (byte) 0xe0,
      (byte) 0xed,
      (byte) 0xef,
      (byte) 0xf0,
      (byte) 0xf4,
      (byte) 0xf5,
      (byte) 0xff
    };
    int valid = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(6)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = edges[random.nextInt(edges.length)];
      }
      boolean expected = isUtf8(bytes);
      valid += expected ? 1 : 0;
      assertThat(Utf8.isValid(bytes)).as("seed %d, round %d", seed, round).isEqualTo(expected);
    }
    assertThat(valid).isBetween(1_000, 99_000);
  }

  private static boolean isValid(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return JsonSyntax.isValid(utf8, 0, utf8.length);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean jacksonReads(byte[] text) {
    try {
      return !MAPPER.readTree(text).isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }
}
