package io.tidegate.delivery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "'' | https://a.example | true",
        "'' | - | true",
        "* | https://a.example | true",
        "* | null | true",
        "https://a.example, http://b.example:8080 | https://a.example | true",
        "https://a.example,http://b.example:8080 | http://b.example:8080 | true",
        "https://a.example | - | true",
        "https://a.example | http://a.example | false",
        "https://a.example | https://a.example:8443 | false",
        "https://a.example | https://a.example.evil.example | false",
        "https://a.example | null | false",
        "http://[::1]:8080 | http://[::1]:8080 | true"
      })
  void originShouldBeOnTheListWhereThereIsOne(
      String list, @Nullable String origin, boolean admitted) {
    assertThat(Origins.parse(list).admits(origin)).isEqualTo(admitted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.example",
        "https://a.example/",
        "https://A.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example,",
        "https://a.example,*",
        "null"
      })
  void whatNoBrowserSendsShouldBeRefused(String list) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Origins.parse(list))
        .withMessageStartingWith("want origins as browsers send them, such as");
  }
}
