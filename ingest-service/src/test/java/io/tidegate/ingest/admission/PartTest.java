package io.tidegate.ingest.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartTest {
  /** How many of {@code all} one that takes them one by one can have, where others have some. */
  private static int most(Part part, int all, int others) {
    int held = 0;
    while (held + others < all && part.allows(held, 1, all - others - held)) {
      held++;
    }
    return held;
  }

  @ParameterizedTest
  @CsvSource({
    "50, 1000, 0, 500",
    "80, 1000, 0, 800",
    "20, 1000, 0, 200",
    "1, 1000, 0, 10",
    "100, 1000, 0, 1000",
    "50, 1000, 500, 250",
    "80, 1000, 800, 160",
    "100, 1000, 999, 1",
    "50, 1, 0, 1",
    "1, 1, 0, 1",
    "50, 1000, 1000, 0"
  })
  void oneShouldHaveItsPartOfWhatOthersLeave(int percent, int all, int others, int most) {
    // The last one may pass the part by less than one.
    assertThat(most(new Part(percent), all, others)).isBetween(most, most + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 50, 80})
  void whoHasNothingShouldBeLetInHoweverMuchOthersWant(int percent) {
    // Given: ten that take whatever they are allowed, and give some back now and then
    Part part = new Part(percent);
    RandomGenerator random = new SplittableRandom(percent);
    int all = 500;
    int[] held = new int[10];
    int taken = 0;

    for (int step = 0; step < 20_000; step++) {
      int one = random.nextInt(held.length);
      if (random.nextInt(20) == 0 && held[one] > 0) {
        held[one]--;
        taken--;
      } else if (taken < all && part.allows(held[one], 1, all - taken)) {
        held[one]++;
        taken++;
      }

      // Then: some is always left, so that this is worth something
      assertThat(all - taken).as("step %d", step).isPositive();
      assertThat(part.allows(0, 1, all - taken)).isTrue();
    }
  }

  @Test
  void hugeAmountsShouldNotOverflow() {
    // Given
    long huge = Long.MAX_VALUE / 4;

    // When // Then
    assertThat(new Part(50).allows(huge / 4, 1, huge)).isTrue();
    assertThat(new Part(50).allows(huge, huge, huge / 4)).isFalse();
  }

  @Test
  void percentShouldBeOneToAHundred() {
    assertThat(new Part(100)).isEqualTo(Part.ALL);
    for (int wrong : new int[] {0, 101, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Part(wrong))
          .withMessage("percent: want 1 to 100, got " + wrong);
    }
  }
}
