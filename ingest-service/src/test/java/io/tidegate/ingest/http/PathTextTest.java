package io.tidegate.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTextTest {
  @ParameterizedTest
  @CsvSource({
    "alice, alice",
    "a%2fb, a/b",
    "a+b, a+b",
    "%C3%A9, é",
    "é, é",
    "%25, %",
    "a;b=c, a;b=c"
  })
  void textShouldBeDecoded(String raw, String text) {
    assertThat(PathText.decode("user", raw)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%2", "%zz", "a%2", "%C3", "%FF", "%+1", "%C3%28"})
  void whatIsNotPercentEncodedUtf8ShouldBeRefused(String raw) {
    assertThatThrownBy(() -> PathText.decode("user", raw))
        .isInstanceOfSatisfying(
            Rejection.class,
            rejection -> {
              assertThat(rejection.problem().status()).isEqualTo(400);
              assertThat(rejection.problem().field()).isEqualTo("user");
            });
  }
}
