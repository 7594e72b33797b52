package io.tidegate.loadtest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Receivers.Kind;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An audit that cannot fail says nothing, so it is shown what it is there to find. */
final class AuditTest {
  private static final MessageIds IDS = new MessageIds("run");
  private static final long MILLI = 1_000_000;
  private static final String TWO_IN_TWO = "{\"limit\":2,\"window\":\"PT2S\",\"burst\":2}";

  private final Faults faults = new Faults();

  /** Two users with one device each, by turns. */
  private final Receivers receivers = new Receivers(Kind.USER, 2, 1, 1, 2, 0);

  private final Audience audience = new Audience(receivers, 1);
  private final Ledger ledger =
      new Ledger(IDS, 100, audience, Share.whole(receivers), Succession.NONE, new Faults());

  private Audit of(String limit, boolean lossCounts, @Nullable Integer ttl, Share share) {
    Policy policy = Policy.parse("{\"limits\":[" + limit + "],\"batch\":{\"max_messages\":3}}");
    Sending sending =
        new Sending(
            Sending.Through.REST, 1, Duration.ZERO, 100, Urgency.NORMAL, ttl, null, false, true);
    Audit.Rules rules = new Audit.Rules(policy, sending, lossCounts, 50);
    return new Audit(IDS, 100, audience, share, ledger, rules, message -> message > 1, faults);
  }

  private Audit of(String limit) {
    return of(limit, true, null, Share.whole(receivers));
  }

  /** Pushes of user 0 with one message each. */
  private void released(Audit audit, long... millis) {
    int message = 0;
    for (long at : millis) {
      audit.released(0, List.of(IDS.of(message)), at);
      message += 2;
    }
  }

  @Test
  void aPushExactlyAtTheLimitIsNotAbove() {
    released(of(TWO_IN_TWO), -5, -5, 995, 1_995, 10_000, 10_000, 11_000);

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void aPushAMillisecondAboveTheLimitIsFound() {
    released(of(TWO_IN_TWO), 0, 500, 1_000, 1_999, 3_000);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_LIMIT, 1L));
    assertThat(faults.examples(Fault.ABOVE_LIMIT)).first().asString().contains("user 0", " 1 ms ");
  }

  @Test
  void whatIsAboveDoesNotCountAgainstThoseAfterIt() {
    released(of(TWO_IN_TWO), 0, 0, 0, 1_000, 1_000, 2_000);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_LIMIT, 2L));
  }

  @Test
  void limitsOfMessagesCountMessages() {
    Audit audit = of("{\"limit\":3,\"window\":\"PT3S\",\"burst\":3,\"unit\":\"messages\"}");
    audit.released(0, List.of("run-0", "run-2"), 0);
    audit.released(0, List.of("run-4", "run-6"), 0);
    audit.released(1, List.of("run-1", "run-3", "run-5"), 0);
    audit.released(0, List.of("run-8"), 1_000);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_LIMIT, 1L));
  }

  /** Against a count of every stretch, as the limit is defined. */
  @Test
  void everyStretchIsLookedAt() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      long limit = 1 + random.nextLong(5);
      long burst = 1 + random.nextLong(2 * limit);
      long window = 1 + random.nextLong(1_000);
      Faults found = new Faults();
      ExactLimits exact =
          new ExactLimits(
              Policy.parse(
                      "{\"limits\":[{\"limit\":%d,\"window\":\"%s\",\"burst\":%d}]}"
                          .formatted(limit, Duration.ofMillis(window), burst))
                  .limits(),
              1,
              found);
      long[] kept = new long[60];
      int count = 0;
      long above = 0;
      long now = random.nextLong(100_000) - 50_000;
      for (int push = 0; push < 60; push++) {
        now += random.nextLong(2 * window / limit + 2);
        exact.released(0, 1, now);
        boolean allowed = true;
        for (int first = 0; first <= count; first++) {
          long took = first == count ? 0 : now - kept[first];
          // count - first + 1 <= burst + took * limit / window
          allowed &= (count - first + 1 - burst) * window <= took * limit;
        }
        if (allowed) {
          kept[count++] = now;
        } else {
          above++;
        }
      }
      assertThat(found.count(Fault.ABOVE_LIMIT))
          .as("%d/%d/%d, round %d", limit, window, burst, round)
          .isEqualTo(above);
    }
  }

  @Test
  void aPushOfMoreThanABatchIsFoundAndOneThatIsSentAgainIsNone() {
    Audit audit = of(TWO_IN_TWO);
    audit.released(0, List.of("run-0", "run-2", "run-4", "run-6"), 0);
    audit.released(0, List.of("run-0", "run-2"), 1);
    audit.released(0, List.of("run-4", "run-6"), 1);
    audit.released(0, List.of("other-1", "run-1000"), 2);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_BATCH, 1L));
    assertThat(audit.lines().getFirst())
        .isEqualTo("pushes that fan-out released: 1, with 4.0 messages each");
  }

  @Test
  void aWholeAccountHasNoFault() {
    Audit audit = of(TWO_IN_TWO);
    for (int n = 0; n < 4; n++) {
      accepted(n);
      audit.released(n % 2, List.of(IDS.of(n)), 10);
      audit.shown(n, 25 * MILLI);
      assertThat(audit.isSettled()).isEqualTo(false);
      audit.outcome(IDS.of(n), "delivered");
      assertThat(audit.isSettled()).isTrue();
    }
    audit.settle();

    assertThat(faults.counts()).isEmpty();
    // The first two are of a warm-up: looked at, and not timed.
    assertThat(audit.delays().getTotalCount()).isEqualTo(2);
    assertThat(audit.delays().getMaxValue()).isBetween(15_000L, 15_010L);
    assertThat(audit.lines()).contains("outcomes: {delivered=4}");
  }

  @Test
  void whatHasNoOutcomeOrTwoOrAnotherIsFound() {
    Audit audit = of(TWO_IN_TWO);
    accepted(0);
    accepted(1);
    accepted(2);
    audit.outcome("run-0", "delivered");
    audit.outcome("run-0", "delivered");
    audit.outcome("run-1", "expired");
    audit.settle();

    assertThat(audit.isSettled()).isFalse();
    assertThat(faults.counts())
        .containsExactly(
            Map.entry(Fault.NO_OUTCOME, 1L),
            Map.entry(Fault.SECOND_OUTCOME, 1L),
            Map.entry(Fault.OTHER_OUTCOME, 1L));
  }

  @Test
  void whereMessagesMayGoAnyOutcomeWillDo() {
    Audit audit = of(TWO_IN_TWO, false, 60, Share.whole(receivers));
    accepted(1);
    audit.outcome("run-1", "expired");
    audit.settle();

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void whatIsShownBeforeItsReleaseOrWithoutOneIsFound() {
    Audit audit = of(TWO_IN_TWO);
    audit.released(0, List.of("run-0"), 100);
    audit.released(1, List.of("run-1"), 100);
    audit.shown(0, 50 * MILLI);
    audit.shown(0, 200 * MILLI);
    audit.shown(1, 49 * MILLI);
    audit.shown(2, 300 * MILLI);
    audit.settle();

    assertThat(faults.counts())
        .containsExactly(Map.entry(Fault.NO_RELEASE, 1L), Map.entry(Fault.BEFORE_RELEASE, 1L));
  }

  @Test
  void whatIsDeliveredNowOrNeverHasNoRelease() {
    Audit audit = of(TWO_IN_TWO, false, 0, Share.whole(receivers));
    audit.shown(2, 300 * MILLI);
    audit.settle();

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void whatOthersHandInIsTheirs() {
    Audit audit = of(TWO_IN_TWO, true, null, Share.of(receivers, 0, 2));
    accepted(0);
    audit.outcome("run-1", "expired");
    audit.released(1, List.of("run-1"), 100);
    audit.released(1, List.of("run-3"), 100);
    audit.released(1, List.of("run-5"), 100);

    assertThat(faults.counts()).isEmpty();
    assertThat(audit.isSettled()).isFalse();
    audit.outcome("run-0", "delivered");
    assertThat(audit.isSettled()).isTrue();
  }

  private void accepted(long message) {
    ledger.sent(message, 1);
    ledger.accepted(message, 2);
  }
}
