package io.tidegate.loadtest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Sending;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LimitCheckTest {
  private static final long SECOND = 1_000_000_000;
  private static final String TWO_IN_FOUR = "{\"limit\":2,\"window\":\"PT4S\",\"burst\":2";

  private static final Policy THREE = Policy.parse("{\"batch\":{\"max_messages\":3}}");

  private final Faults faults = new Faults();

  private LimitCheck of(String limit, Sending sending) {
    Policy policy =
        Policy.parse("{\"limits\":[" + limit + "}],\"bypass\":{\"high\":[\"limits\"]}}");
    return new LimitCheck(policy, sending, 2, 1, Duration.ofMillis(500), faults);
  }

  private LimitCheck ofBatches(Policy policy, int devicesEach, Sending sending) {
    return new LimitCheck(policy, sending, 2, devicesEach, Duration.ofMillis(500), faults);
  }

  /** A push of so many of the run and of others, all handed in just now. */
  private static void push(LimitCheck check, int device, int messages, int others) {
    for (int n = 0; n < messages; n++) {
      check.shown(device, SECOND, SECOND);
    }
    check.pushed(device, messages + others, SECOND);
  }

  @Test
  void eachPushOfMoreThanABatchIsCounted() {
    LimitCheck check = ofBatches(THREE, 1, sending(Urgency.NORMAL, null));
    push(check, 0, 3, 0);
    push(check, 0, 3, 0);
    push(check, 1, 4, 0);
    push(check, 1, 5, 0);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_BATCH, 2L));
    assertThat(faults.examples(Fault.ABOVE_BATCH))
        .containsExactly("4 messages in a push to device 1", "5 messages in a push to device 1");
  }

  @Test
  void whatComesTogetherByRightIsNoBatch() {
    push(ofBatches(Policy.NONE, 1, sending(Urgency.NORMAL, null)), 0, 100, 0);
    push(ofBatches(THREE, 2, sending(Urgency.NORMAL, null)), 0, 4, 0);
    LimitCheck one = ofBatches(THREE, 1, sending(Urgency.NORMAL, null));
    push(one, 0, 3, 90);
    one.readsAgain(0);
    push(one, 0, 4, 0);

    assertThat(faults.counts()).isEmpty();
    push(one, 1, 4, 0);
    assertThat(faults.counts()).containsOnlyKeys(Fault.ABOVE_BATCH);
  }

  private static Sending sending(Urgency urgency, @Nullable String category) {
    return new Sending(
        Sending.Through.REST, 1, Duration.ZERO, 100, urgency, null, category, false, true);
  }

  @Test
  void whatKeepsTheLimitIsNoFault() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.NORMAL, null));
    for (long at : new long[] {1, 1, 2 * SECOND + 1, 4 * SECOND, 6 * SECOND}) {
      check.pushed(0, 5, at);
      check.pushed(1, 5, at);
    }

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void eachPushTooManyIsCountedOnce() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.NORMAL, null));
    check.pushed(0, 1, 1);
    check.pushed(0, 1, 2);
    check.pushed(0, 1, SECOND);
    check.pushed(0, 1, 2 * SECOND);
    check.pushed(0, 1, 3 * SECOND);
    check.pushed(0, 1, 4 * SECOND);

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(2);
    assertThat(faults.examples(Fault.ABOVE_LIMIT))
        .first()
        .asString()
        .contains("device 0", "1.000 s");
  }

  @Test
  void aLittleEarlyIsPutUpWith() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.NORMAL, null));
    check.pushed(0, 1, 1);
    check.pushed(0, 1, 1);
    check.pushed(0, 1, 2 * SECOND - 450_000_000);

    assertThat(faults.counts()).isEmpty();
    check.pushed(1, 1, 1);
    check.pushed(1, 1, 1);
    check.pushed(1, 1, 2 * SECOND - 550_000_000);

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(1);
  }

  /** Two in four seconds were released one after another, and are read together. */
  private LimitCheck withSixThatWaited() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.NORMAL, null));
    check.pushed(0, 1, 1);
    check.pushed(0, 1, 2 * SECOND);
    check.readsAgain(0);
    for (int n = 0; n < 6; n++) {
      check.shown(0, (4 + 2 * n) * SECOND, 16 * SECOND);
      check.pushed(0, 1, 16 * SECOND);
    }
    return check;
  }

  @Test
  void whatWaitedForADeviceThatDidNotReadIsNotJudged() {
    LimitCheck check = withSixThatWaited();
    check.pushed(0, 1, 16 * SECOND + SECOND / 2);

    assertThat(faults.counts()).isEmpty();
    check.pushed(1, 1, 1);
    check.pushed(1, 1, 1);
    check.pushed(1, 1, 1);
    assertThat(faults.count(Fault.ABOVE_LIMIT)).as("another device read all the time").isEqualTo(1);
  }

  @Test
  void itIsJudgedAgainFromAMessageThatWasHandedInOnlyNow() {
    LimitCheck check = withSixThatWaited();
    check.shown(0, 16 * SECOND, 16 * SECOND + SECOND / 2);
    for (int n = 0; n < 3; n++) {
      check.pushed(0, 1, 16 * SECOND + SECOND / 2);
    }

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(1);
  }

  @Test
  void itIsJudgedAgainOnceNothingCameForAWhile() {
    LimitCheck check = withSixThatWaited();
    for (int n = 0; n < 3; n++) {
      check.pushed(0, 1, 17 * SECOND);
    }

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(1);
  }

  @Test
  void thatNothingHasComeYetDoesNotMeanThatNothingWaits() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.NORMAL, null));
    check.pushed(0, 1, 1);
    check.readsAgain(0);
    for (int n = 0; n < 5; n++) {
      check.pushed(0, 1, 60 * SECOND);
    }

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void messagesCountEachWhereTheLimitIsOfMessages() {
    LimitCheck check = of(TWO_IN_FOUR + ",\"unit\":\"messages\"", sending(Urgency.NORMAL, null));
    check.pushed(0, 5, 1);

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(3);
  }

  @Test
  void aLimitOfAnotherCategoryDoesNotCount() {
    LimitCheck check = of(TWO_IN_FOUR + ",\"category\":\"ads\"", sending(Urgency.NORMAL, "news"));
    LimitCheck ads = of(TWO_IN_FOUR + ",\"category\":\"ads\"", sending(Urgency.NORMAL, "ads"));
    for (int i = 0; i < 3; i++) {
      check.pushed(0, 1, 1);
    }
    assertThat(faults.counts()).isEmpty();
    for (int i = 0; i < 3; i++) {
      ads.pushed(0, 1, 1);
    }

    assertThat(faults.count(Fault.ABOVE_LIMIT)).isEqualTo(1);
  }

  @Test
  void anUrgencyThatIsLetPastIsNotHeldToIt() {
    LimitCheck check = of(TWO_IN_FOUR, sending(Urgency.HIGH, null));
    for (int i = 0; i < 9; i++) {
      check.pushed(0, 1, 1);
    }

    assertThat(faults.counts()).isEmpty();
  }
}
