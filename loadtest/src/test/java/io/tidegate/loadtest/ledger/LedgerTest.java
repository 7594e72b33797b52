package io.tidegate.loadtest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerTest {
  private static final MessageIds IDS = new MessageIds("run");

  private final Faults faults = new Faults();

  /** Two users with one device each, by turns. */
  private final Ledger two = of(new Receivers(Kind.USER, 2, 1, 1, 2, 0), 10);

  private Ledger of(Receivers receivers, int messages) {
    return of(receivers, messages, Succession.NONE);
  }

  private Ledger of(Receivers receivers, int messages, Succession succession) {
    Audience audience = new Audience(receivers, 1);
    return new Ledger(IDS, messages, audience, Share.whole(receivers), succession, faults);
  }

  @Test
  void whatIsAcceptedAndShownOnceAndInOrderIsInOrder() {
    handIn(two, 0, 10, 20);
    handIn(two, 2, 30, 40);

    assertThat(two.shown(0, "run-0")).isZero();
    assertThat(two.shown(0, "run-2")).isEqualTo(2);
    assertThat(two.settle()).isZero();
    assertThat(two.expectedCount()).isEqualTo(2);
    assertThat(two.shownCount()).isEqualTo(2);
    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void whatIsAcceptedAndNotShownIsLost() {
    handIn(two, 0, 10, 20);
    handIn(two, 1, 10, 20);
    two.shown(0, "run-0");

    assertThat(two.missing()).isEqualTo(1);
    assertThat(faults.counts()).isEmpty();
    assertThat(two.settle()).isEqualTo(1);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.LOST, 1L));
    assertThat(faults.examples(Fault.LOST)).first().asString().contains("run-1", "device 1");
  }

  @Test
  void whatNobodyAcceptedIsNotAwaited() {
    two.sent(0, 10);
    two.refused(0, false);
    two.sent(1, 10);

    assertThat(two.settle()).isZero();
    assertThat(two.refusedCount()).isEqualTo(1);
    assertThat(two.expectedCount()).isZero();
  }

  @Test
  void whatWasRefusedAndThenAcceptedIsAwaited() {
    two.sent(0, 10);
    two.refused(0, false);

    assertThat(two.accepted(0, 50)).isTrue();
    assertThat(two.accepted(0, 60)).isFalse();
    assertThat(two.acceptedCount()).isEqualTo(1);
    assertThat(two.settle()).isEqualTo(1);
  }

  @Test
  void whatIsShownTwiceIsADuplicate() {
    handIn(two, 0, 10, 20);
    two.shown(0, "run-0");

    assertThat(two.shown(0, "run-0")).isEqualTo(MessageIds.OTHER);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.DUPLICATE, 1L));
    assertThat(two.shownCount()).isEqualTo(1);
  }

  @Test
  void whatIsShownToAnotherIsStray() {
    handIn(two, 0, 10, 20);

    assertThat(two.shown(1, "run-0")).isEqualTo(MessageIds.OTHER);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.STRAY, 1L));
    assertThat(two.settle()).isEqualTo(1);
  }

  @Test
  void whatWasAcceptedBeforeAnotherWasHandedInComesBeforeIt() {
    handIn(two, 0, 10, 20);
    handIn(two, 2, 30, 40);
    two.shown(0, "run-2");
    two.shown(0, "run-0");

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 1L));
  }

  @Test
  void whatWasUnderWayTogetherMayComeInAnyOrder() {
    two.sent(0, 10);
    two.sent(2, 15);
    two.accepted(2, 18);
    two.shown(0, "run-2");
    two.shown(0, "run-0");
    two.accepted(0, 20);

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void whatIsHandedInAgainCountsFromItsFirstTime() {
    assertThat(two.sent(0, 10)).isTrue();
    handIn(two, 2, 30, 40);
    assertThat(two.sent(0, 50)).isFalse();
    two.accepted(0, 60);
    two.shown(0, "run-0");
    two.shown(0, "run-2");

    assertThat(faults.counts()).isEmpty();
  }

  private Ledger through(Sending.Through through, @Nullable Integer ttl) {
    Receivers users = new Receivers(Kind.USER, 2, 1, 1, 2, 0);
    Sending sending =
        new Sending(through, 10, Duration.ZERO, 100, Urgency.NORMAL, ttl, null, false, true);
    return of(users, 10, Succession.of(sending, Kind.USER, 10, new Audience(users, 1)));
  }

  /** Messages 0, 2 and 4 are for user 0, 1 and 3 for user 1. */
  private static void handInTogether(Ledger ledger) {
    ledger.requestBegins();
    for (long message = 0; message < 5; message++) {
      ledger.sent(message, 10);
    }
  }

  @Test
  void linesOfOneRequestToOneUserComeInTheirOrder() {
    Ledger lines = through(Sending.Through.BATCH, null);
    handInTogether(lines);
    for (long message : new long[] {1, 0, 2, 4, 3}) {
      lines.shown(message % 2 == 0 ? 0 : 1, IDS.of(message));
      lines.accepted(message, 30);
    }
    assertThat(faults.counts()).isEmpty();

    Ledger swapped = through(Sending.Through.BATCH, null);
    handInTogether(swapped);
    for (long message : new long[] {0, 3, 4, 2, 1}) {
      swapped.shown(message % 2 == 0 ? 0 : 1, IDS.of(message));
    }
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 2L));
    assertThat(faults.examples(Fault.OUT_OF_ORDER))
        .containsExactly(
            "message run-2 at device 0 after run-4, which was handed in right behind it",
            "message run-1 at device 1 after run-3, which was handed in right behind it");
  }

  @Test
  void linesOfTwoRequestsMayComeInAnyOrder() {
    Ledger lines = through(Sending.Through.BATCH, null);
    lines.requestBegins();
    lines.sent(0, 10);
    lines.requestBegins();
    lines.sent(2, 10);
    lines.shown(0, "run-2");
    lines.shown(0, "run-0");

    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void aLineThatWasRefusedComesByItself() {
    Ledger lines = through(Sending.Through.BATCH, null);
    handInTogether(lines);
    lines.shown(0, "run-4");
    lines.refused(2, true);
    lines.requestBegins();
    lines.sent(2, 50);
    lines.sent(6, 50);
    lines.shown(0, "run-6");
    lines.shown(0, "run-2");
    assertThat(faults.counts()).isEmpty();

    lines.shown(0, "run-0");
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 1L));
  }

  @Test
  void allThatOneProducerWritesToAUserComesInItsOrder() {
    Ledger producer = through(Sending.Through.KAFKA, null);
    producer.sent(0, 10);
    producer.sent(1, 10);
    producer.sent(2, 10);
    producer.shown(0, "run-2");
    producer.shown(0, "run-0");

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 1L));
  }

  @Test
  void neitherRequestsOfOneMessageNorLiveOnesHaveAnOrderThatIsSettled() {
    for (Ledger ledger :
        List.of(through(Sending.Through.REST, null), through(Sending.Through.BATCH, 0))) {
      handInTogether(ledger);
      ledger.shown(0, "run-2");
      ledger.shown(0, "run-0");
    }
    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void aMessageToAGroupIsAwaitedAtEveryMember() {
    Ledger group = of(new Receivers(Kind.GROUP, 6, 1, 2, 3, 0), 2);
    handIn(group, 1, 10, 20);
    group.shown(3, "run-1");
    group.shown(5, "run-1");

    assertThat(group.expectedCount()).isEqualTo(3);
    assertThat(group.settle()).isEqualTo(1);
    assertThat(faults.examples(Fault.LOST)).first().asString().contains("device 4");
    assertThat(group.shown(2, "run-1")).isEqualTo(MessageIds.OTHER);
    assertThat(faults.count(Fault.STRAY)).isEqualTo(1);
  }

  @Test
  void whatIsForDevicesOfOthersIsAwaitedThere() {
    Receivers all = new Receivers(Kind.ALL, 5, 1, 1, 5, 0);
    Ledger last =
        new Ledger(IDS, 2, new Audience(all, 1), Share.of(all, 1, 2), Succession.NONE, faults);
    handIn(last, 1, 10, 20);
    last.shown(2, "run-1");
    last.shown(3, "run-1");

    assertThat(last.expectedCount()).isEqualTo(3);
    assertThat(last.isComplete()).isFalse();
    last.shown(4, "run-1");
    assertThat(last.isComplete()).isTrue();
    assertThat(last.settle()).isZero();
    Ledger first =
        new Ledger(IDS, 2, new Audience(all, 1), Share.of(all, 0, 2), Succession.NONE, faults);
    handIn(first, 1, 10, 20);
    first.shown(0, "run-1");
    assertThat(first.missing()).isEqualTo(1);
    first.shown(1, "run-1");
    assertThat(first.isComplete()).isTrue();
    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void whatIsShownBeforeItsAcceptanceIsKnownStandsForNoOther() {
    two.sent(0, 10);
    two.sent(1, 10);
    two.shown(1, "run-1");
    two.accepted(0, 20);

    assertThat(two.shownCount()).isEqualTo(two.expectedCount());
    assertThat(two.isComplete()).isFalse();
    two.shown(0, "run-0");
    assertThat(two.isComplete()).isTrue();
    two.accepted(1, 30);
    assertThat(two.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "run-",
        "run-x",
        "run-10",
        "run-00",
        "other-1",
        "run-1x",
        "run--1",
        "run-99999999999999999999"
      })
  void idsOfOthersAreOthers(String id) {
    assertThat(IDS.number(id, 10)).isEqualTo(MessageIds.OTHER);
    assertThat(two.shown(0, id)).isEqualTo(MessageIds.OTHER);
    assertThat(two.otherCount()).isEqualTo(1);
    assertThat(faults.counts()).isEmpty();
  }

  @Test
  void idsAreReadAsTheyAreWritten() {
    for (long n : new long[] {0, 9, 10, 12_345}) {
      assertThat(IDS.number(IDS.of(n), 20_000)).isEqualTo(n);
    }
  }

  /** Each of many faults planted into a long run is found, and counted exactly. */
  @Test
  void plantedFaultsAreCountedExactly() {
    int messages = 200_000;
    Receivers users = new Receivers(Kind.USER, 500, 1, 1, 500, 0);
    Audience turns = new Audience(users, 1);
    Ledger many = of(users, messages);
    Random random = new Random(7);
    long dropped = 0;
    long repeated = 0;
    long swapped = 0;
    for (int n = 0; n < messages; n++) {
      handIn(many, n, 100L * n + 1, 100L * n + 50);
    }
    for (int round = 0; round < messages; round += 1_000) {
      // Two messages of each user lie in a thousand: the first of them here, the other behind.
      for (int turn = 0; turn < 500; turn++) {
        int user = turns.choice(turn);
        String first = IDS.of(round + turn);
        String second = IDS.of(round + 500 + turn);
        switch (random.nextInt(1_000)) {
          case 0 -> {
            dropped++;
            many.shown(user, second);
          }
          case 1 -> {
            repeated++;
            many.shown(user, first);
            many.shown(user, second);
            many.shown(user, first);
          }
          case 2 -> {
            swapped++;
            many.shown(user, second);
            many.shown(user, first);
          }
          default -> {
            many.shown(user, first);
            many.shown(user, second);
          }
        }
      }
    }
    many.settle();

    assertThat(dropped).isPositive();
    assertThat(swapped).isPositive();
    assertThat(repeated).isPositive();
    assertThat(faults.counts())
        .containsExactly(
            Map.entry(Fault.LOST, dropped),
            Map.entry(Fault.DUPLICATE, repeated),
            Map.entry(Fault.OUT_OF_ORDER, swapped));
  }

  private static void handIn(Ledger ledger, long message, long sent, long accepted) {
    ledger.sent(message, sent);
    ledger.accepted(message, accepted);
  }
}
