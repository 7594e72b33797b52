package io.tidegate.ingest.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\" | a",
        "  \"a b\"  | a b",
        "\"a\\\"b\" | a\"b",
        "\"a\\\\\" | a\\",
        "\"\\\"\" | \"",
      })
  void stringsShouldBeRead(String field, String key) {
    assertThat(KeyText.parse(List.of(field))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "\"",
        "\"\"",
        "\"a",
        "a\"",
        "'a'",
        "\"a\"b\"",
        "\"a\";p=1",
        "\"a\", \"b\"",
        "\"\\a\"",
        "\"a\\\"",
        "\"\\\\\\\"",
        "\"a\u0001\"",
        "\"ä\"",
        ":YQ==:",
        "1"
      })
  void whatIsNoStringShouldBeRefused(String field) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyText.parse(List.of(field)))
        .withMessageStartingWith("want one string in double quotes");
  }

  @Test
  void lengthShouldBeBounded() {
    // Given
    String most = "x".repeat(KeyText.MAX_CHARS);

    // When // Then
    assertThat(KeyText.parse(List.of('"' + most + '"'))).isEqualTo(most);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyText.parse(List.of('"' + most + "x\"")));
    assertThatIllegalArgumentException().isThrownBy(() -> KeyText.parse(List.of("\"a\"", "\"a\"")));
  }
}
