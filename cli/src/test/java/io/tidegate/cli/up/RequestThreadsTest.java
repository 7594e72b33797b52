package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestThreadsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "16, 8"})
  void requestsGetHalfOfTheProcessors(int processors, int expected) {
    assertThat(RequestThreads.of(processors)).isEqualTo(expected);
  }
}
