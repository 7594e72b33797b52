package io.tidegate.loadtest.devices.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ComebackTest {
  /** Always the longest delay. */
  private static final RandomGenerator MOST =
      new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }

        @Override
        public long nextLong(long origin, long bound) {
          return bound - 1;
        }
      };

  private final Comeback comeback = new Comeback();

  private long after(Ending ending) {
    return after(ending, 0, 0, false);
  }

  private long after(Ending ending, long now, long stood, boolean canRenew) {
    return comeback.after(ending, now, stood, canRenew, MOST);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, NEVER",
    "1001, BACKOFF",
    "1002, NEVER",
    "1009, NEVER",
    "1011, BACKOFF",
    "4000, BACKOFF",
    "4003, BACKOFF",
    "4004, NOW",
    "4005, NOW",
    "4006, BACKOFF",
    "4500, GHOST",
    "4502, NEVER",
    "4504, NEVER",
    "4505, TOKEN",
    "4506, NEVER",
    "4507, TOKEN",
    // Of newer workers, and none at all.
    "4099, BACKOFF",
    "4599, NEVER",
    "4600, BACKOFF",
    "1005, BACKOFF",
  })
  void closeCodesShouldHaveTheRuleOfTheProtocol(int code, Ending.Rule rule) {
    assertThat(Ending.closed(code)).isEqualTo(new Ending(Integer.toString(code), rule, 0));
  }

  @Test
  void ruleOfAStreamsEndShouldCountForCodesOfNewerWorkersAlone() {
    assertThat(Ending.closed(4099, "never").rule()).isEqualTo(Ending.Rule.NEVER);
    assertThat(Ending.closed(4003, "never").rule()).isEqualTo(Ending.Rule.BACKOFF);
  }

  @ParameterizedTest
  @CsvSource({
    "400, NEVER",
    "401, TOKEN",
    "403, GHOST",
    "404, NEVER",
    "429, BACKOFF",
    "503, BACKOFF",
    "502, BACKOFF",
    "200, NEVER",
  })
  void statusesShouldHaveTheirRule(int status, Ending.Rule rule) {
    assertThat(Ending.answered(status, -1)).isEqualTo(new Ending("http " + status, rule, 0));
  }

  @Test
  void boundShouldDoubleFromHalfASecondTo30() {
    assertThat(after(Ending.lost("cut"))).isEqualTo(500);
    assertThat(after(Ending.lost("cut"))).isEqualTo(1_000);
    for (int i = 0; i < 10; i++) {
      after(Ending.closed(4003));
    }
    assertThat(after(Ending.lost("cut"))).isEqualTo(30_000);
    assertThat(after(Ending.lost("cut"), 0, 10_000, false)).isEqualTo(500);
  }

  @Test
  void delayShouldBeRandomBelowTheBound() {
    Random random = new Random(3);
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      long delay = new Comeback().after(Ending.lost("cut"), 0, 0, false, random);
      least = Math.min(least, delay);
      most = Math.max(most, delay);
    }
    assertThat(least).isBetween(0L, 10L);
    assertThat(most).isBetween(490L, 500L);
  }

  @Test
  void nowShouldBeAtOnceForTheFirstTimeAlone() {
    assertThat(after(Ending.closed(4004))).isZero();
    assertThat(after(Ending.closed(4004))).isEqualTo(1_000);
    assertThat(after(Ending.givenUp("gap"), 0, 10_000, false)).isZero();
  }

  @Test
  void rangeOfAGoawayShouldHoldOnceWhateverTheCodesRuleUnlessItIsForGood() {
    comeback.goaway(700, 5_000);
    assertThat(after(Ending.closed(4005))).isEqualTo(5_000);
    assertThat(after(Ending.closed(1001))).isEqualTo(1_000);

    comeback.goaway(700, 90_000);
    assertThat(after(Ending.closed(1001))).isEqualTo(30_000);

    comeback.goaway(700, 5_000);
    assertThat(after(Ending.closed(4506))).isEqualTo(Comeback.NEVER);
  }

  @Test
  void whoIsAskedToStayAwayShouldDoSoForTwiceAsLongAtMost() {
    assertThat(after(Ending.answered(503, 2))).isEqualTo(4_500);
    assertThat(after(Ending.answered(503, 600))).isEqualTo(30_000);
    assertThat(after(Ending.answered(404, 2))).isEqualTo(Comeback.NEVER);
  }

  @ParameterizedTest
  @ValueSource(ints = {4500, 403})
  void whoIsReplacedShouldStayAwayUnlessItMayBeByItself(int code) {
    Ending replaced = code == 403 ? Ending.answered(403, -1) : Ending.closed(code);
    assertThat(after(replaced)).isEqualTo(Comeback.NEVER);

    comeback.gaveUp(1_000);
    assertThat(after(replaced, 2_000, 0, false)).isNotEqualTo(Comeback.NEVER);
    assertThat(after(replaced, 2_000, 0, false)).isEqualTo(Comeback.NEVER);

    comeback.gaveUp(1_000);
    assertThat(after(replaced, 61_000, 0, false)).isEqualTo(Comeback.NEVER);
  }

  @Test
  void anotherTokenShouldBeShownOnceUntilOneIsGood() {
    assertThat(after(Ending.closed(4507), 0, 0, false)).isEqualTo(Comeback.NEVER);
    comeback.welcomed();

    assertThat(after(Ending.closed(4507), 0, 0, true)).isZero();
    assertThat(after(Ending.answered(401, -1), 0, 0, true)).isEqualTo(Comeback.NEVER);
    comeback.welcomed();
    assertThat(after(Ending.closed(4505), 0, 0, true)).isNotEqualTo(Comeback.NEVER);
  }
}
