package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrgencyTest {

  @Test
  void positionsAndWordsShouldStayAsTheyAreStored() {
    assertThat(Urgency.values())
        .extracting(u -> u.position() + " " + u.word())
        .containsExactly("0 very-low", "1 low", "2 normal", "3 high");
  }

  @ParameterizedTest
  @EnumSource
  void urgencyShouldBeFoundByPositionAndWord(Urgency urgency) {
    assertThat(Urgency.at(urgency.position())).isSameAs(urgency);
    assertThat(Urgency.of(urgency.word())).isSameAs(urgency);
    assertThat(Urgency.of(urgency.word().toUpperCase(Locale.ROOT))).isSameAs(urgency);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void positionOfANewerVersionShouldBeNormal(int position) {
    assertThat(Urgency.at(position)).isSameAs(Urgency.NORMAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "urgent", "very_low", "verylow", " high", "hıgh"})
  void otherWordsShouldBeNone(String word) {
    assertThat(Urgency.of(word)).isNull();
  }
}
