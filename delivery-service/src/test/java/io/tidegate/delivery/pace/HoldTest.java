package io.tidegate.delivery.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HoldTest {
  private static final long START = TimeUnit.HOURS.toNanos(-3);

  private long now = START;
  private long seq;

  private static long ms(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private Hold<String> hold(double rate, int delayMillis, int bytesPerSecond) {
    return new Hold<>(new Pace(rate, delayMillis, bytesPerSecond), START);
  }

  private Held<String> message(@Nullable String key) {
    return message(key, Held.NEVER, false, 100);
  }

  private Held<String> message(@Nullable String key, long expiresAt, boolean urgent, int bytes) {
    seq++;
    return new Held<>(seq, key, expiresAt, urgent, bytes, "m" + seq, 0);
  }

  private static List<String> contents(Hold.Batch<String> batch) {
    return batch.messages().stream().map(each -> each.content() + "+" + each.conflated()).toList();
  }

  // The window.

  @Test
  void firstPushShouldOpenTheWindowAndAllGoWhenItCloses() {
    Hold<String> hold = hold(0, 500, 0);

    assertThat(hold.pass(false, 1, 100, now)).isFalse();
    hold.add(message(null), now);
    now += ms(400);
    assertThat(hold.pass(false, 1, 100, now)).isFalse();
    hold.add(message(null), now);

    assertThat(hold.dueNanos()).isEqualTo(START + ms(500));
    now = START + ms(500);
    Hold.Batch<String> batch = hold.take(now);
    assertThat(contents(batch)).containsExactly("m1+0", "m2+0");
    assertThat(batch.through()).isEqualTo(2);
    assertThat(batch.lost()).isFalse();
    assertThat(hold.isEmpty()).isTrue();
    assertThat(hold.bytes()).isZero();
  }

  @Test
  void nextPushAfterAWindowShouldOpenAnother() {
    Hold<String> hold = hold(0, 500, 0);
    hold.add(message(null), now);
    now += ms(500);
    hold.take(now);
    now += ms(10);

    hold.add(message(null), now);

    assertThat(hold.dueNanos()).isEqualTo(now + ms(500));
  }

  @Test
  void halfOfWhatAMessageHasToLiveShouldCloseTheWindow() {
    Hold<String> hold = hold(0, 10_000, 0);
    hold.add(message(null), now);

    hold.add(message(null, now + ms(800), false, 100), now);

    assertThat(hold.dueNanos()).isEqualTo(START + ms(400));
    assertThat(contents(hold.take(now + ms(400)))).containsExactly("m1+0", "m2+0");
  }

  @Test
  void asManyAsAFrameHoldsShouldCloseTheWindow() {
    Hold<String> hold = hold(0, 10_000, 0);
    for (int i = 0; i < Hold.FRAME_MESSAGES; i++) {
      assertThat(i == 0 ? START + ms(10_000) : hold.dueNanos()).isEqualTo(START + ms(10_000));
      hold.add(message(null), now);
    }

    assertThat(hold.dueNanos()).isLessThanOrEqualTo(now);
  }

  // The rate.

  @Test
  void pushWithinTheRateShouldGoAtOnceAndTheNextWait() {
    Hold<String> hold = hold(2, 0, 0);

    assertThat(hold.pass(false, 1, 100, now)).isTrue();
    assertThat(hold.pass(false, 1, 100, now + ms(499))).isFalse();
    hold.add(message(null), now + ms(499));

    assertThat(hold.dueNanos()).isEqualTo(START + ms(500));
  }

  @Test
  void idleTimeShouldNotBeSavedForABurst() {
    Hold<String> hold = hold(2, 0, 0);
    now += ms(10_000);

    assertThat(hold.pass(false, 1, 100, now)).isTrue();
    assertThat(hold.pass(false, 1, 100, now)).isFalse();
  }

  @Test
  void pushShouldWaitForBothWindowAndRate() {
    Hold<String> hold = hold(1, 300, 0);
    hold.add(message(null), now);
    assertThat(hold.dueNanos()).isEqualTo(START + ms(300));
    now += ms(300);
    hold.take(now);

    hold.add(message(null), now + ms(100));
    assertThat(hold.dueNanos()).isEqualTo(START + ms(1_300));
    hold.take(START + ms(1_300));

    hold.add(message(null), START + ms(2_200));
    assertThat(hold.dueNanos()).isEqualTo(START + ms(2_500));
  }

  // The cap.

  @Test
  void bytesShouldGoAtTheCapAfterABurstOfASecond() {
    Hold<String> hold = hold(0, 0, 10_000);

    assertThat(hold.pass(false, 1, 6_000, now)).isTrue();
    assertThat(hold.pass(false, 1, 6_000, now)).isTrue();
    assertThat(hold.pass(false, 1, 6_000, now)).isFalse();
    hold.add(message(null, Held.NEVER, false, 6_000), now);

    // 12,000 bytes are gone after 1.2 s, of which one second's worth may go ahead.
    assertThat(hold.dueNanos()).isEqualTo(START + ms(200));
  }

  @Test
  void oneFrameShouldHaveNoMoreThanABurstUnlessItIsOneMessage() {
    Hold<String> hold = hold(0, 100, 10_000);
    hold.add(message(null, Held.NEVER, false, 30_000), now);
    hold.add(message(null, Held.NEVER, false, 6_000), now);
    hold.add(message(null, Held.NEVER, false, 4_000), now);
    hold.add(message(null, Held.NEVER, false, 1), now);
    now += ms(100);

    assertThat(contents(hold.take(now))).containsExactly("m1+0");
    assertThat(hold.dueNanos()).isEqualTo(now + ms(2_000));
    now += ms(2_000);
    assertThat(contents(hold.take(now))).containsExactly("m2+0", "m3+0");
    assertThat(contents(hold.take(now + ms(1_000)))).containsExactly("m4+0");
  }

  // What is urgent.

  @Test
  void urgentMessageShouldTakeAlongWhatWaitsAndCountAgainstTheRate() {
    Hold<String> hold = hold(1, 5_000, 0);
    hold.add(message(null), now);

    hold.add(message(null, Held.NEVER, true, 100), now + ms(1));
    assertThat(hold.dueNanos()).isLessThanOrEqualTo(now + ms(1));
    assertThat(contents(hold.take(now + ms(1)))).containsExactly("m1+0", "m2+0");
    assertThat(hold.pass(true, 1, 100, now + ms(2))).isTrue();

    assertThat(hold.pass(false, 1, 100, now + ms(900))).isFalse();
  }

  @Test
  void urgentMessageShouldWaitForTheCap() {
    Hold<String> hold = hold(1, 5_000, 10_000);
    assertThat(hold.pass(true, 1, 20_000, now)).isTrue();

    assertThat(hold.pass(true, 1, 100, now)).isFalse();
    hold.add(message(null, Held.NEVER, true, 100), now);

    assertThat(hold.dueNanos()).isEqualTo(START + ms(1_000));
  }

  @Test
  void urgentMessageThatWasReplacedShouldHurryNobody() {
    Hold<String> hold = hold(0, 5_000, 10_000);
    hold.pass(true, 1, 20_000, now);
    hold.add(message("k", Held.NEVER, true, 100), now);

    hold.add(message("k"), now);

    assertThat(hold.dueNanos()).isEqualTo(START + ms(5_000));
  }

  // Conflation.

  @Test
  void newerMessageShouldTakeThePlaceOfAnOlderOneWithItsKey() {
    Hold<String> hold = hold(1, 1_000, 0);
    assertThat(hold.add(message("price"), now)).isZero();
    assertThat(hold.add(message("other"), now)).isZero();
    assertThat(hold.add(message(null), now)).isZero();
    assertThat(hold.add(message("price"), now)).isEqualTo(1);
    assertThat(hold.add(message("price"), now)).isEqualTo(1);

    assertThat(hold.size()).isEqualTo(3);
    assertThat(hold.bytes()).isEqualTo(300);
    Hold.Batch<String> batch = hold.take(now + ms(1_000));
    assertThat(contents(batch)).containsExactly("m2+0", "m3+0", "m5+2");
    assertThat(batch.lost()).isFalse();
    assertThat(batch.through()).isEqualTo(5);
  }

  @Test
  void messageThatWentShouldNotBeReplaced() {
    Hold<String> hold = hold(1, 0, 0);
    hold.add(message("price"), now);
    assertThat(contents(hold.take(now))).containsExactly("m1+0");

    assertThat(hold.add(message("price"), now)).isZero();
  }

  // What is lost.

  @Test
  void messageThatExpiredShouldBeLeftOutAndTold() {
    Hold<String> hold = hold(1, 0, 0);
    hold.pass(false, 1, 100, now);
    hold.add(message(null, now + ms(500), false, 100), now);
    hold.add(message(null, now + ms(5_000), false, 100), now);
    hold.add(message(null, now + ms(500), false, 100), now);

    Hold.Batch<String> batch = hold.take(now + ms(1_000));

    assertThat(contents(batch)).containsExactly("m2+0");
    assertThat(batch.lost()).isTrue();
    assertThat(batch.last(0)).isEqualTo(2);
    assertThat(batch.through()).isEqualTo(3);
    assertThat(hold.isEmpty()).isTrue();
  }

  @Test
  void turnThatHasNothingLeftToTellShouldNotCountAgainstTheRate() {
    Hold<String> hold = hold(1, 0, 0);
    hold.pass(false, 1, 100, now);
    hold.add(message(null, now + ms(500), false, 100), now);
    hold.take(now + ms(1_000));

    assertThat(hold.pass(false, 1, 100, now + ms(1_000))).isTrue();
  }

  @Test
  void wordOfLossShouldStandBesideTheMessageOfItsSeq() {
    Hold<String> hold = hold(1, 1_000, 0);
    hold.add(message(null), now);
    hold.addLoss(1);

    Hold.Batch<String> batch = hold.take(now + ms(1_000));

    assertThat(contents(batch)).containsExactly("m1+0");
    assertThat(batch.lost()).isTrue();
    assertThat(batch.through()).isEqualTo(1);
  }

  // What goes now or never.

  @Test
  void liveMessageShouldWaitForNoWindow() {
    Hold<String> hold = hold(0, 1_000, 0);
    hold.add(message(null), now);

    assertThat(hold.passLive(100, now)).isTrue();
  }

  @Test
  void liveMessageShouldCountAgainstTheRateAndOvertakeNothing() {
    Hold<String> hold = hold(1, 0, 0);
    assertThat(hold.passLive(100, now)).isTrue();
    assertThat(hold.passLive(100, now + ms(999))).isFalse();
    hold.add(message(null), now + ms(999));

    assertThat(hold.passLive(100, now + ms(1_000))).isFalse();
    hold.take(now + ms(1_000));
    assertThat(hold.passLive(100, now + ms(2_000))).isTrue();
  }

  @Test
  void manyMessagesAtOnceShouldNotBeMoreThanAFrameMayHave() {
    Hold<String> hold = new Hold<>(new Pace(0, 0, 4_096), now);
    assertThat(hold.pass(true, 10, 40_000, now)).isFalse();
    assertThat(hold.pass(true, 1, 40_000, now)).isTrue();

    Hold<String> free = new Hold<>(new Pace(1, 0, 0), now);
    assertThat(free.pass(true, 10, Hold.FRAME_BYTES + 1, now)).isFalse();
    assertThat(free.pass(true, 10, Hold.FRAME_BYTES, now)).isTrue();
  }
}
