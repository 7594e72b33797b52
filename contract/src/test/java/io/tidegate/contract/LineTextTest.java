package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineTextTest {
  @Test
  void aStrangersTextShouldBeOneLineOfWholeCharacters() {
    assertThat(LineText.quotable("a".repeat(63) + "\uD83D\uDE00")).isEqualTo("a".repeat(63) + "…");
    assertThat(LineText.quotable("a".repeat(62) + "\uD83D\uDE00"))
        .isEqualTo("a".repeat(62) + "\uD83D\uDE00");
    assertThat(LineText.quotable("a\nb\u0085c\u2028d\u007fe")).isEqualTo("a?b?c?d?e");
  }
}
