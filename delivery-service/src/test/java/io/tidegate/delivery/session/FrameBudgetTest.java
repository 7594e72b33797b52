package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Ten a second. */
final class FrameBudgetTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long TENTH = SECOND / 10;

  private final FrameBudget budget = new FrameBudget(10, 0);

  private int framesAt(long now) {
    int admitted = 0;
    while (budget.admitsFrame(now)) {
      admitted++;
    }
    return admitted;
  }

  @Test
  void secondsWorthMayComeAtOnceAndThenTheRate() {
    assertThat(framesAt(0)).isEqualTo(10);
    // One that was refused counts too.
    assertThat(framesAt(2 * TENTH)).isEqualTo(1);
    assertThat(framesAt(100 * SECOND)).isEqualTo(10);
  }

  @Test
  void requestsShouldHaveARateOfTheirOwn() {
    for (int i = 0; i < 10; i++) {
      assertThat(budget.admitsRequest(0)).isTrue();
    }
    assertThat(budget.admitsRequest(0)).isFalse();
    assertThat(budget.admitsRequest(2 * TENTH)).isTrue();
  }

  @Test
  void eachRequestShouldLetItsBodyPass() {
    budget.admitsRequest(0);
    assertThat(framesAt(0)).isEqualTo(12);
  }

  @Test
  void whatIsSentShouldLetItsAnswersPassButNotWithoutEnd() {
    for (int i = 0; i < 20; i++) {
      budget.sent(i);
    }
    assertThat(framesAt(0)).isEqualTo(50);
    for (int i = 0; i < 1_000; i++) {
      budget.sent(1);
    }
    // Ten seconds' worth.
    assertThat(framesAt(100 * SECOND)).isEqualTo(110);
  }

  @Test
  void whatIsSentShouldCountByItsBytes() {
    budget.sent(16 * 1024);
    budget.sent(2 * 1024 + 1);
    assertThat(framesAt(0)).isEqualTo(10 + 16 + 4);
    budget.sent(Integer.MAX_VALUE);
    assertThat(framesAt(100 * SECOND)).isEqualTo(110);
  }
}
