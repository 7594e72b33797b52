package io.tidegate.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bench that cannot fail says nothing, so its checks are shown what they are there to find. */
class BurstChecksTest {
  private static final BurstRule RULE = new BurstRule(2, Duration.ofSeconds(2), 2, 3);
  private static final String WELCOME =
      "{\"op\":\"welcome\",\"epoch\":\"00c0ffee00c0ffee\",\"mode\":\"fresh\",\"seq\":0,\"head\":0}";

  private final BurstLedger ledger = new BurstLedger("run", 4, 2);
  private final BurstDevice device = new BurstDevice(0, ledger, RULE);

  @Test
  void aPushExactlyAtTheLimitIsNotEarly() {
    // Given
    PushTimes pushes = pushes(0, 0, 1_000, 2_000, 10_000, 10_000, 11_000);

    // When
    List<Long> early = early(pushes);

    // Then
    assertEquals(List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L), early);
  }

  @Test
  void aPushAMillisecondAboveTheLimitIsEarlyByThat() {
    // Given
    PushTimes pushes = pushes(0, 500, 1_000, 1_999, 3_000);

    // When
    List<Long> early = early(pushes);

    // Then
    assertEquals(List.of(0L, 0L, 0L, 1L, 0L), early);
  }

  @Test
  void aStretchOfManyPushesCountsWhereEachPairIsInOrder() {
    // Given
    PushTimes pushes = pushes(0, 0, 999, 1_998, 2_997);

    // When
    List<Long> early = early(pushes);

    // Then
    assertEquals(List.of(0L, 0L, 1L, 2L, 3L), early);
  }

  @Test
  void aWholeAccountHasNoViolation() {
    // Given
    BurstDevice other = new BurstDevice(1, ledger, RULE);
    device.on(WELCOME, 0);
    other.on(WELCOME, 0);

    // When
    device.on(push(0, 1, "run-0", 2, "run-2"), 5);
    other.on(push(0, 1, "run-1"), 5);
    other.on(push(1, 2, "run-3"), 6);
    for (int message = 0; message < 4; message++) {
      ledger.accepted(message);
      ledger.ended(message % 2, ledger.id(message), true);
    }
    ledger.settle();

    // Then
    assertEquals(Map.of(), ledger.violations());
  }

  @Test
  void whatIsLostOrEndsOtherwiseIsFound() {
    // Given
    device.on(WELCOME, 0);
    ledger.accepted(0);
    ledger.accepted(1);
    ledger.accepted(2);

    // When
    device.on(push(0, 1, "run-0", 2, "run-2"), 5);
    ledger.ended(0, "run-0", true);
    ledger.ended(0, "run-0", true);
    ledger.ended(0, "run-2", false);
    ledger.settle();

    // Then
    assertEquals(
        Map.of(
            "several outcomes", 1L,
            "accepted and not shown", 1L,
            "accepted and no outcome", 1L,
            "outcome other than delivered", 1L,
            "never answered", 1L),
        ledger.violations());
  }

  @Test
  void whatComesTwiceOrOutOfOrderOrToAnotherIsFound() {
    // Given
    device.on(WELCOME, 0);

    // When
    device.on(push(0, 1, "run-2"), 5);
    device.on(push(1, 1, "run-2"), 6);
    device.on(push(1, 2, "run-0", 3, "run-1", 4, "run-2", 5, "other-2"), 7);

    // Then
    assertEquals(
        Map.of(
            "seqs of a session do not rise", 1L,
            "shown out of order", 4L,
            "message for someone else", 2L,
            "shown twice", 1L,
            "push of more messages than a batch", 1L),
        ledger.violations());
  }

  @Test
  void aGapIsNotShown() {
    // Given
    device.on(WELCOME, 0);

    // When
    BurstDevice.Step step = device.on(push(1, 2, "run-0"), 5);

    // Then
    assertEquals(new BurstDevice.Step.Gap(), step);
    assertEquals(0, ledger.shownCount());
  }

  @Test
  void releasesAboveTheLimitAndPushesBeforeTheirReleaseAreFound() {
    // Given
    device.on(WELCOME, 0);
    device.on(push(0, 1, "run-0"), 5);
    LimitCheck check = new LimitCheck(RULE, ledger);

    // When
    check.compare(List.of(pushes(6, 6, 6)), List.of(device));

    // Then
    assertEquals(
        Map.of(
            "push released above the limit", 1L,
            "push before its release", 1L,
            "user who was shown another number of messages than was released", 1L),
        ledger.violations());
  }

  /** Pushes of one message each. */
  private static PushTimes pushes(long... millis) {
    PushTimes pushes = new PushTimes();
    for (int n = 0; n < millis.length; n++) {
      pushes.add(n + 1, millis[n]);
      pushes.addMessages(1);
    }
    return pushes;
  }

  private static List<Long> early(PushTimes pushes) {
    return java.util.stream.IntStream.range(0, pushes.count())
        .mapToObj(push -> pushes.earlyMillis(push, RULE))
        .toList();
  }

  private static String push(int prev, Object... seqsAndIds) {
    StringBuilder frame =
        new StringBuilder("{\"op\":\"push\",\"prev\":" + prev + ",\"messages\":[");
    for (int i = 0; i < seqsAndIds.length; i += 2) {
      frame.append(i == 0 ? "" : ",");
      frame.append("{\"seq\":").append(seqsAndIds[i]);
      frame.append(",\"id\":\"").append(seqsAndIds[i + 1]).append("\",\"source\":\"/x\"}");
    }
    return frame.append("]}").toString();
  }
}
