package io.tidegate.ingest.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.policy.Policy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionTest {
  private static final StoredPolicy VERSION_17 = new StoredPolicy("p", 17, Policy.NONE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          -                  | -          | true  | true
          *                  | -          | true  | false
          "17"               | -          | true  | false
          "16","17"          | -          | true  | false
           "16" , W/"17"     | -          | false | false
          "16"               | -          | false | false
          "017"              | -          | false | false
          "a,b"              | -          | false | false
          -                  | *          | false | true
          -                  | "17"       | false | true
          -                  | W/"17"     | false | true
          -                  | "16"       | true  | true
          "17"               | "16"       | true  | false
          "17"               | *          | false | false
          """)
  void preconditionShouldHoldForVersion17AndForNone(
      @Nullable String ifMatch,
      @Nullable String ifNoneMatch,
      boolean forVersion17,
      boolean forNone) {
    // When
    Precondition precondition = Precondition.parse(ifMatch, ifNoneMatch);

    // Then
    assertThat(precondition.holds(VERSION_17)).isEqualTo(forVersion17);
    assertThat(precondition.holds(null)).isEqualTo(forNone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "17", "\"17", "\"1\" \"2\"", "\"1\",", "*,\"1\"", "w/\"1\"", "\"é\""})
  void whatIsNoListOfTagsShouldBeRefused(String value) {
    assertThatThrownBy(() -> Precondition.parse(value, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("If-Match: want * or versions in quotes");
    assertThatThrownBy(() -> Precondition.parse(null, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("If-None-Match: want * or versions in quotes");
  }

  @Test
  void longListShouldBeReadToItsEnd() {
    // Given
    String many = "\"1\",".repeat(10_000) + "\"17\"";

    // When
    Precondition precondition = Precondition.parse(many, null);

    // Then
    assertThat(precondition.holds(VERSION_17)).isTrue();
  }
}
