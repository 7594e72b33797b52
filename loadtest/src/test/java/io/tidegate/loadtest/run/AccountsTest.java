package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.ledger.LimitCheck;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.ledger.Succession;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What is booked of events at instants that the test chooses. */
final class AccountsTest {
  private static final long MILLI = 1_000_000;
  private static final MessageIds IDS = new MessageIds("run");

  private final Faults faults = new Faults();
  private final Measures measures = new Measures();
  private final List<Long> told = new ArrayList<>();

  private Profile profile;
  private Arrivals arrivals;
  private Audience audience;
  private Ledger ledger;
  private Accounts accounts;

  AccountsTest() {
    init("users: 100\nphases: [{for: 20s, rate: 1000}]\nwarm_up: 5s\n", 0, 1);
  }

  private void init(String yaml, int index, int of) {
    profile = ProfileReader.read("test", yaml);
    arrivals = new Arrivals(profile.phases());
    audience = new Audience(profile.receivers(), 1);
    Share share = Share.of(profile.receivers(), index, of);
    Succession succession =
        Succession.of(profile.sending(), profile.receivers().kind(), arrivals.messages(), audience);
    ledger = new Ledger(IDS, arrivals.messages(), audience, share, succession, faults);
    accounts =
        new Accounts(
            arrivals,
            audience,
            new Part(share, IDS, new Told()),
            ledger,
            new LimitCheck(
                profile.rules(),
                profile.sending(),
                audience.devices(),
                profile.receivers().devices(),
                Duration.ofMillis(500),
                faults),
            faults,
            null,
            measures,
            profile.warmUp(),
            Judgement.of(profile, profile.rules()),
            "202");
    accounts.start(0);
  }

  private final class Told implements Others {
    @Override
    public Policy rules() {
      return Policy.NONE;
    }

    @Override
    public java.time.Instant begin() {
      return java.time.Instant.EPOCH;
    }

    @Override
    public void accepted(long message, long nanos) {
      told.add(message);
    }

    @Override
    public void hear(BiConsumer<Long, Long> accepted) {}

    @Override
    public boolean isOver(boolean own) {
      return own;
    }
  }

  /** Sent when it is due, accepted a millisecond later, and shown so long after that. */
  private void message(long message, long millis) {
    long due = handedIn(message);
    accounts.shown(
        audience.firstDevice(message), message, IDS.of(message), due + MILLI + millis * MILLI);
  }

  /** When it is due, and accepted a millisecond later. */
  private long handedIn(long message) {
    long due = arrivals.dueNanos(message);
    accounts.sent(message, due, 0);
    accounts.accepted(message, due + MILLI);
    return due;
  }

  @Test
  void fiftyMillisecondsForOneInAHundredAreCountedExactly() {
    for (long message = 0; message < arrivals.messages(); message++) {
      message(message, message % 100 == 42 ? 53 : 3);
    }

    // Of 20,000, those of the warm-up are not timed: 150 of 15,000.
    Seconds seconds = new Seconds(arrivals, _ -> true, measures, () -> 0);
    seconds.take();
    for (String name : List.of(Latency.ACCEPT_TO_PUSH, Latency.DUE_TO_PUSH)) {
      Latency latency = Objects.requireNonNull(seconds.latencies().get(name));
      Histogram times = latency.whole().times();
      assertThat(times.getTotalCount()).isEqualTo(15_000);
      assertThat(times.getCountBetweenValues(0, 5_000)).as(name).isEqualTo(14_850);
      assertThat(times.getCountBetweenValues(50_000, 60_000)).as(name).isEqualTo(150);
      assertThat(latency.seconds()).singleElement().isEqualTo(latency.whole());
    }
    assertThat(faults.counts()).isEmpty();
    assertThat(ledger.isComplete()).isTrue();
  }

  @Test
  void anAckThatIsForMessagesOfTheWarmUpIsNotTimed() {
    int device = audience.firstDevice(0);
    long late = 6_000 * MILLI;
    accounts.shown(device, 1, IDS.of(0), late);
    accounts.ackSent(device, late, late + 200 * MILLI);
    accounts.acked(device, 1);
    accounts.shown(device, 2, IDS.of(100), late);
    accounts.disconnected(device, "cut", late);
    accounts.shown(device, 3, IDS.of(6_000), late);
    accounts.ackSent(device, late, late + 50 * MILLI);
    accounts.acked(device, 1);

    measures.pushToAck.take();
    assertThat(measures.acked.total()).isEqualTo(2);
    assertThat(measures.pushToAck.total().getTotalCount()).isEqualTo(1);
    assertThat(measures.pushToAck.total().getMaxValue()).isBetween(49_900L, 50_100L);
  }

  @Test
  void linesOfARequestAreJudgedByTheirOrder() {
    init("users: 1\nsend: {through: batch}\nphases: [{for: 2s, rate: 10}]\n", 0, 1);
    accounts.requestBegins();
    accounts.sent(0, 5, 0);
    accounts.sent(1, 5, 0);
    accounts.sent(2, 5, 0);
    accounts.refused(1, "200: 429", true);
    accounts.shown(0, 1, IDS.of(2), 10 * MILLI);
    accounts.shown(0, 2, IDS.of(1), 20 * MILLI);
    assertThat(faults.counts()).isEmpty();

    accounts.shown(0, 3, IDS.of(0), 30 * MILLI);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 1L));
  }

  /** One a second, of which a device reads four at once: kept from it, or cut. */
  @Test
  void whatWaitedWhileADeviceDidNotReadIsNotAboveTheLimit() {
    String yaml =
        """
        users: 1
        policy: {limits: [{limit: 1, window: PT1S, burst: 1}]}
        phases: [{for: 20s, rate: 1}]
        """;
    for (boolean isCut : new boolean[] {true, false}) {
      init(yaml, 0, 1);
      message(0, 1);
      accounts.pushed(0, 1, 2 * MILLI);
      if (isCut) {
        accounts.welcomed(0, "resumed", 4_500 * MILLI);
      } else {
        accounts.readsAgain(0);
      }
      for (long waited = 1; waited <= 4; waited++) {
        handedIn(waited);
        accounts.shown(0, waited + 1, IDS.of(waited), 4_501 * MILLI);
        accounts.pushed(0, 1, 4_501 * MILLI);
      }
      assertThat(faults.counts()).isEmpty();
    }

    // It has caught up: what comes now came as it was released.
    message(5, 0);
    accounts.pushed(0, 1, 5_001 * MILLI);
    assertThat(faults.counts()).isEmpty();
    message(6, -999);
    accounts.pushed(0, 1, 5_002 * MILLI);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ABOVE_LIMIT, 1L));
  }

  @Test
  void whatIsSentAgainIsTimedFromWhenItWasDue() {
    long due = arrivals.dueNanos(6_000);
    accounts.sent(6_000, due, 0);
    accounts.refused(6_000, "503", true);
    accounts.sent(6_000, due + 700 * MILLI, 0);
    accounts.accepted(6_000, due + 701 * MILLI);
    accounts.shown(audience.firstDevice(6_000), 1, IDS.of(6_000), due + 702 * MILLI);

    measures.accept.take();
    measures.acceptToPush.take();
    assertThat(measures.accept.total().getMinNonZeroValue()).isBetween(700_000L, 702_000L);
    assertThat(measures.acceptToPush.total().getMaxValue()).isBetween(999L, 1_001L);
    assertThat(measures.offered.total()).isEqualTo(1);
    assertThat(measures.answers.counts())
        .containsExactly(Map.entry("202", 1L), Map.entry("503", 1L));
  }

  @Test
  void anAckCountsWhenItIsTakenAndIsTimedWhenItIsSent() {
    accounts.ackSent(0, 5 * MILLI, 9 * MILLI);

    assertThat(measures.acked.total()).isZero();
    measures.pushToAck.take();
    assertThat(measures.pushToAck.total().getTotalCount()).isEqualTo(1);
    accounts.acked(0, 3);
    assertThat(measures.acked.total()).isEqualTo(3);
  }

  @Test
  void anAckThatIsRefusedForGoodIsAFaultAndOneForNowIsNot() {
    accounts.ackRefused(7, "503", false);
    assertThat(faults.counts()).isEmpty();

    accounts.ackRefused(7, "403", true);
    assertThat(faults.counts()).containsExactly(Map.entry(Fault.ACK_REFUSED, 1L));
    assertThat(faults.examples(Fault.ACK_REFUSED)).containsExactly("device 7 was answered 403");
    assertThat(measures.ackFailures.counts())
        .containsExactly(Map.entry("403", 1L), Map.entry("503", 1L));
  }

  @Test
  void loopsAreTimedFromTheWarmUpOn() {
    accounts.ticked(0, 80 * MILLI, 4_999 * MILLI);
    accounts.ticked(4_999 * MILLI, 80 * MILLI);
    accounts.ticked(0, 20 * MILLI, 5_000 * MILLI);
    accounts.ticked(5_000 * MILLI, 30 * MILLI);
    measures.takeOwn();

    assertThat(measures.loopDelay(0).total().getTotalCount()).isEqualTo(1);
    assertThat(measures.loopDelay(Measures.OFFERING).total().getTotalCount()).isEqualTo(1);
    assertThat(measures.loopDelay().maxUs()).isBetween(29_900L, 30_100L);
  }

  @Test
  void whatOthersHandInIsAwaitedHereAndNotTimedFromItsAcceptance() {
    init("users: 4\nto: all\nphases: [{for: 2s, rate: 10}]\n", 1, 2);
    accounts.acceptedElsewhere(0, 5 * MILLI);

    assertThat(ledger.expectedCount()).isEqualTo(2);
    assertThat(ledger.isComplete()).isFalse();
    accounts.shown(2, 1, IDS.of(0), 9 * MILLI);
    accounts.shown(3, 1, IDS.of(0), 9 * MILLI);
    assertThat(ledger.isComplete()).isTrue();
    assertThat(measures.accepted.total()).isZero();
    measures.dueToPush.take();
    measures.acceptToPush.take();
    assertThat(measures.dueToPush.total().getTotalCount()).isEqualTo(2);
    assertThat(measures.acceptToPush.total().getTotalCount()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void theOrderOfWhatOthersHandInIsJudgedByWhenItIsDue() {
    init("users: 4\nto: all\nphases: [{for: 2s, rate: 10}]\n", 1, 2);
    // Due at 0 and 100 ms: the second was surely handed in after the first was accepted.
    accounts.acceptedElsewhere(0, 5 * MILLI);
    accounts.acceptedElsewhere(1, 105 * MILLI);
    accounts.shown(2, 1, IDS.of(1), 110 * MILLI);
    accounts.shown(2, 2, IDS.of(0), 110 * MILLI);

    assertThat(faults.counts()).containsExactly(Map.entry(Fault.OUT_OF_ORDER, 1L));
  }

  @Test
  void othersAreToldOnlyOfWhatIsForThemToo() {
    init("users: 4\nto: all\nphases: [{for: 2s, rate: 10}]\n", 0, 2);
    message(3, 1);
    assertThat(told).containsExactly(3L);

    told.clear();
    init("users: 4\nphases: [{for: 2s, rate: 10}]\n", 0, 2);
    message(0, 1);
    assertThat(told).isEmpty();
  }
}
