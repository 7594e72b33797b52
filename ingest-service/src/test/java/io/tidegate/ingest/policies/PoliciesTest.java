package io.tidegate.ingest.policies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.policy.Policy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
  private final Policies policies = new Policies();

  private void take(String key, @Nullable String value, long offset) {
    policies.changed(key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8), offset);
  }

  @Test
  void newestShouldBeKnownUntilItIsDeleted() {
    // Given
    take("default/p", "{}", 1);

    // When
    take("default/p", "{\"smoothing\":\"PT5S\"}", 7);
    StoredPolicy newest = policies.find("default", "p");
    take("default/p", null, 8);

    // Then
    assertThat(newest)
        .isEqualTo(new StoredPolicy("p", 7, Policy.parse("{\"smoothing\":\"PT5S\"}")));
    assertThat(policies.find("default", "p")).isNull();
    assertThat(policies.size()).isZero();
  }

  @Test
  void tenantsShouldHaveTheirOwnSortedByName() {
    // When
    take("b/z", "{}", 1);
    take("b/a", "{}", 2);
    take("a/m", "{}", 3);
    take("bb/m", "{}", 4);
    take("b-/m", "{}", 5);

    // Then
    assertThat(policies.of("b")).extracting(StoredPolicy::name).containsExactly("a", "z");
    assertThat(policies.of("c")).isEmpty();
    assertThat(policies.find("a", "z")).isNull();
    assertThat(policies.size()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          default/p      | {"smoothing":"PT2H"} | smoothing: want PT0S to PT1H
          default/a b    | {}                   | name: want 1 to 64 of
          nothing        | {}                   | key: want tenant/name, found no slash
          """)
  void recordThatCannotBeReadShouldChangeNothing(String key, String value, String message) {
    // Given
    take("default/p", "{}", 1);

    // When
    assertThatThrownBy(() -> take(key, value, 2))
        // Then
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    assertThat(policies.find("default", "p")).isEqualTo(new StoredPolicy("p", 1, Policy.NONE));
    assertThat(policies.size()).isEqualTo(1);
  }

  @Test
  void keyThatIsNoUtf8ShouldBeRefused() {
    assertThatThrownBy(() -> policies.changed(new byte[] {(byte) 0xff}, null, 1))
        .hasMessage("key: not UTF-8");
  }
}
