package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.state.ClockRecord;
import io.tidegate.fanout.state.PaceRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Limits, batches and what holds of all rules as scripts, time moved by hand. */
class PaceScenarioTest {
  private static final long START = Instant.parse("2026-11-27T12:00:00Z").toEpochMilli();
  private static final long DAY_AFTER_START = Instant.parse("2026-11-28T00:00:00Z").toEpochMilli();

  private static void check(String policy, String script) {
    assertThat(PaceScript.play(policy, script)).isEqualTo(script);
  }

  @Test
  void noRuleShouldHoldNothing() {
    check(
        "{}",
        """
        2026-11-27T12:00 very-low -> go
        2026-11-27T12:00 normal -> go
        """);
  }

  @Test
  void burstShouldGoAtOnceAndThenOneAtATime() {
    check(
        """
        {"limits":[{"limit":10,"window":"PT1S","burst":3}]}\
        """,
        """
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> wait 10/PT1S of limit until 2026-11-27T12:00:00.100Z
        2026-11-27T12:00:00.099 normal -> wait 10/PT1S of limit until 2026-11-27T12:00:00.100Z
        2026-11-27T12:00:00.100 normal -> go
        2026-11-27T12:00:00.100 normal -> wait 10/PT1S of limit until 2026-11-27T12:00:00.200Z
        """);
  }

  @Test
  void burstMayBeAboveTheLimit() {
    check(
        """
        {"limits":[{"limit":1,"window":"PT1S","burst":3}]}\
        """,
        """
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> wait 1/PT1S of limit until 2026-11-27T12:00:01Z
        2026-11-27T12:00:01 normal -> go
        2026-11-27T12:00:01 normal -> wait 1/PT1S of limit until 2026-11-27T12:00:02Z
        2026-11-27T12:00:05 normal -> go
        2026-11-27T12:00:05 normal -> go
        2026-11-27T12:00:05 normal -> go
        2026-11-27T12:00:05 normal -> wait 1/PT1S of limit until 2026-11-27T12:00:06Z
        """);
  }

  @Test
  void limitsShouldHoldTogetherAndTheLongestShouldBeNamed() {
    check(
        """
        {"limits":[{"name":"second","limit":1,"window":"PT1S"},
                   {"name":"minute","limit":2,"window":"PT1M","burst":2}]}\
        """,
        """
        2026-11-27T12:00 normal -> go
        2026-11-27T12:00 normal -> wait second of limit until 2026-11-27T12:00:01Z
        2026-11-27T12:00:01 normal -> go
        2026-11-27T12:00:01 normal -> wait minute of limit until 2026-11-27T12:00:30Z
        2026-11-27T12:00:30 normal -> go
        """);
  }

  @Test
  void pushesShouldCountOnceAndMessagesEach() {
    check(
        """
        {"limits":[{"name":"pushes","limit":1,"window":"PT1M"},
                   {"name":"messages","limit":2,"window":"PT1H","burst":2,"unit":"messages"}]}\
        """,
        """
        2026-11-27T12:00 normal -> go
        & 2026-11-27T12:00 normal -> go
        & 2026-11-27T12:00 normal -> wait messages of limit until 2026-11-27T12:30Z
        2026-11-27T12:00 normal -> wait messages of limit until 2026-11-27T12:30Z
        2026-11-27T12:30 normal -> go
        """);
  }

  @Test
  void waitInAPushShouldLastUntilAPushOfItsOwnMayGo() {
    check(
        """
        {"limits":[{"name":"pushes","limit":1,"window":"PT1M"},
                   {"name":"ads","limit":1,"window":"PT1S","category":"ads","unit":"messages"}]}\
        """,
        """
        2026-11-27T12:00 normal/ads -> go
        & 2026-11-27T12:00 normal/ads -> wait pushes of limit until 2026-11-27T12:01Z
        & 2026-11-27T12:00 normal/news -> go
        """);
  }

  @Test
  void categoryRuleShouldCountTheFirstOfItsCategoryInAPush() {
    check(
        """
        {"limits":[{"limit":1,"window":"PT1H","category":"ads"}]}\
        """,
        """
        2026-11-27T12:00 normal/news -> go
        & 2026-11-27T12:00 normal/ads -> go
        & 2026-11-27T12:00 normal/ads -> go
        2026-11-27T12:00 normal/ads -> wait ads:1/PT1H of limit until 2026-11-27T13:00Z
        & 2026-11-27T12:00 normal/news -> go
        & 2026-11-27T12:00 normal -> go
        """);
  }

  @Test
  void allRulesOrNoneShouldCount() {
    check(
        """
        {"limits":[{"name":"a","limit":1,"window":"PT1S"},
                   {"name":"b","limit":1,"window":"PT10S","category":"ads"}]}\
        """,
        """
        2026-11-27T12:00 normal/ads -> go
        2026-11-27T12:00:05 normal/ads -> wait b of limit until 2026-11-27T12:00:10Z
        2026-11-27T12:00:05 normal -> go
        """);
  }

  @Test
  void dropShouldGoBeforeCollapseBeforeDefer() {
    check(
        """
        {"limits":[{"name":"defer","limit":1,"window":"PT4S"},
                   {"name":"collapse","limit":1,"window":"PT3S","on_exceed":"collapse"},
                   {"name":"drop","limit":1,"window":"PT2S","on_exceed":"drop"}]}\
        """,
        """
        2026-11-27T12:00:00 normal -> go
        2026-11-27T12:00:01 normal -> drop drop until 2026-11-27T12:00:04Z
        2026-11-27T12:00:02 normal -> collapse collapse until 2026-11-27T12:00:04Z
        2026-11-27T12:00:03 normal -> wait defer of limit until 2026-11-27T12:00:04Z
        2026-11-27T12:00:04 normal -> go
        """);
  }

  @Test
  void ruleThatDropsShouldBeAskedOnlyWhenNothingHoldsTheMessage() {
    check(
        """
        {"limits":[{"name":"minute","limit":1,"window":"PT2M","on_exceed":"drop"}],
         "caps":[{"name":"daily","limit":2,"per":"day","on_exceed":"drop"}],
         "quiet_hours":[{"from":"22:00","until":"07:00"}]}\
        """,
        """
        2026-11-27T21:00 normal -> go
        2026-11-27T21:59 normal -> go
        2026-11-27T21:59 normal -> drop minute until 2026-11-28T07:00Z
        2026-11-27T22:00 normal -> wait quiet_hours until 2026-11-28T07:00Z
        2026-11-28T06:59 normal -> wait quiet_hours until 2026-11-28T07:00Z
        2026-11-28T07:00 normal -> go
        2026-11-28T07:01 normal -> drop minute until 2026-11-28T07:02Z
        """);
  }

  @Test
  void waitShouldEndWhenItIsTimeToDrop() {
    check(
        """
        {"limits":[{"name":"hourly","limit":1,"window":"PT10H","on_exceed":"drop"}],
         "quiet_hours":[{"from":"22:00","until":"07:00"}]}\
        """,
        """
        2026-11-27T21:59 normal -> go
        2026-11-27T23:00 normal -> wait quiet_hours until 2026-11-28T07:00Z
        2026-11-28T07:00 normal -> drop hourly until 2026-11-28T07:59Z
        2026-11-28T07:59 normal -> go
        """);
  }

  @Test
  void whatBypassesShouldNotBeCheckedButCount() {
    check(
        """
        {"limits":[{"name":"minute","limit":1,"window":"PT1M"}],
         "caps":[{"name":"daily","limit":2,"per":"day"}],
         "bypass":{"high":["limits","caps"]}}\
        """,
        """
        2026-11-27T12:00 high -> go
        2026-11-27T12:00 high -> go
        2026-11-27T12:00 high -> go
        # by a burst, not by three, and the cap is used up
        2026-11-27T12:00 normal -> wait daily of cap until 2026-11-28T00:00Z
        2026-11-28T00:00 high -> go
        2026-11-28T00:00 high -> go
        2026-11-28T00:00 high -> go
        # rides along
        & 2026-11-28T00:00 normal -> go
        2026-11-28T00:00 normal -> wait daily of cap until 2026-11-29T00:00Z
        """);
    check(
        """
        {"limits":[{"name":"minute","limit":1,"window":"PT1M"}],"bypass":{"high":["limits"]}}\
        """,
        """
        2026-11-27T12:00 high -> go
        2026-11-27T12:00 high -> go
        2026-11-27T12:00 high -> go
        2026-11-27T12:00 normal -> wait minute of limit until 2026-11-27T12:01Z
        """);
  }

  @Test
  void firstMessageShouldOpenTheWindow() {
    check(
        """
        {"batch":{"window":"PT5S"},"bypass":{"high":["batch"]}}\
        """,
        """
        2026-11-27T12:00:00 normal -> wait batch until 2026-11-27T12:00:05Z
        2026-11-27T12:00:03 high -> go
        2026-11-27T12:00:04 normal -> wait batch until 2026-11-27T12:00:05Z
        2026-11-27T12:00:05 normal -> wait batch until 2026-11-27T12:00:10Z
        2026-11-27T12:00:30 normal -> wait batch until 2026-11-27T12:00:35Z
        """);
  }

  @Test
  void lookBackShouldOpenAWindowOnlyAfterAPush() {
    check(
        """
        {"batch":{"window":"PT5S","mode":"look-back"}}\
        """,
        """
        2026-11-27T12:00:00 normal -> go
        2026-11-27T12:00:01 normal -> wait batch until 2026-11-27T12:00:05Z
        2026-11-27T12:00:04 normal -> wait batch until 2026-11-27T12:00:05Z
        2026-11-27T12:00:05 normal -> go
        2026-11-27T12:00:10 normal -> go
        """);
  }

  @Test
  void batchBoundsShouldEndAPush() {
    check(
        """
        {"batch":{"max_messages":2,"max_bytes":1000}}\
        """,
        """
        2026-11-27T12:00 normal//900 -> go
        & 2026-11-27T12:00 normal//101 -> full
        & 2026-11-27T12:00 normal//100 -> go
        & 2026-11-27T12:00 normal//0 -> full
        2026-11-27T12:00 normal//2000 -> go
        & 2026-11-27T12:00 normal//0 -> full
        """);
  }

  @Test
  void leftoversOfAWindowShouldNotWaitForTheNext() {
    // Given
    Policy policy = Policy.parse("{\"batch\":{\"window\":\"PT5S\",\"max_messages\":1}}");
    Pace pace = Pace.of(policy);
    PaceState state = new PaceState();
    pace.arrived(state, Urgency.NORMAL, START);
    pace.arrived(state, Urgency.NORMAL, START + 4_000);

    // When
    pace.open(state, 0, START + 5_000).admit(Urgency.NORMAL, null, 1, START);
    pace.arrived(state, Urgency.NORMAL, START + 6_000);
    PushGate next = pace.open(state, 0, START + 6_000);

    // Then
    assertThat(next.check(Urgency.NORMAL, null, 1, START + 4_000)).isEqualTo(Verdict.GO);
    assertThat(next.check(Urgency.NORMAL, null, 1, START + 6_000))
        .isEqualTo(new Verdict.Wait("batch", Cause.BATCH, START + 11_000));
  }

  @Test
  void clockThatWasSetBackShouldHoldNobodyForLonger() {
    // Given
    Policy policy =
        Policy.parse(
            """
            {"limits":[{"name":"l","limit":10,"window":"PT1S","burst":3}],
             "caps":[{"name":"c","limit":7,"per":"day"}],
             "batch":{"window":"PT2S","mode":"look-back"},
             "bypass":{"high":["batch"]}}
            """);
    Pace pace = Pace.of(policy);
    PaceState state = new PaceState();
    for (int i = 0; i < 3; i++) {
      pace.open(state, 0, START).admit(Urgency.HIGH, null, 1, START);
    }

    // When
    long back = START - Duration.ofDays(400).toMillis();
    pace.arrived(state, Urgency.NORMAL, back);
    Verdict high = pace.open(state, 0, back).check(Urgency.HIGH, null, 1, back);
    Verdict normal = pace.open(state, 0, back).check(Urgency.NORMAL, null, 1, back);

    // Then
    assertThat(high).isEqualTo(new Verdict.Wait("l", Cause.LIMIT, back + 100));
    assertThat(normal).isEqualTo(new Verdict.Wait("batch", Cause.BATCH, back + 2_000));
    long dayAfter = Math.floorDiv(back, 86_400_000L) * 86_400_000L + 86_400_000L;
    assertThat(pace.idleMillis(state, back)).isEqualTo(dayAfter);
  }

  @Test
  void whatWasCountedShouldGoOnToCountUnderTheSameName() {
    // Given
    Pace before =
        Pace.of(
            Policy.parse(
                """
                {"limits":[{"name":"gone","limit":1,"window":"PT1S"},
                           {"name":"kept","limit":1,"window":"PT1H"}],
                 "caps":[{"name":"daily","limit":5,"per":"day"}]}\
                """));
    Pace after =
        Pace.of(
            Policy.parse(
                """
                {"limits":[{"name":"kept","limit":1,"window":"PT30M"},
                           {"name":"new","limit":1,"window":"PT1S"}],
                 "caps":[{"name":"daily","limit":1,"per":"day"}]}\
                """));
    PaceState state = new PaceState();
    before.open(state, 0, START).admit(Urgency.NORMAL, null, 1, START);

    // When
    Verdict verdict = after.open(state, 0, START + 1).check(Urgency.NORMAL, null, 1, START);

    // Then
    assertThat(verdict).isEqualTo(new Verdict.Wait("daily", Cause.CAP, DAY_AFTER_START));
    assertThat(after.record(state, START + 1).getClocksList())
        .extracting(ClockRecord::getRule)
        .containsExactly("kept");
    Pace capless =
        Pace.of(
            Policy.parse("{\"limits\":[{\"name\":\"kept\",\"limit\":1,\"window\":\"PT30M\"}]}"));
    // A shorter window holds no longer than itself.
    assertThat(capless.open(state, 0, START + 1).check(Urgency.NORMAL, null, 1, START))
        .isEqualTo(new Verdict.Wait("kept", Cause.LIMIT, START + 1 + 1_800_000));
  }

  @Test
  void whatNoLongerCountsShouldNotBeKept() {
    // Given
    Pace pace =
        Pace.of(
            Policy.parse(
                """
                {"limits":[{"limit":1,"window":"PT1S"}],
                 "caps":[{"limit":5,"per":"day"}],
                 "batch":{"window":"PT5S","mode":"look-back"}}\
                """));
    PaceState state = new PaceState();
    pace.open(state, 0, START).admit(Urgency.NORMAL, null, 1, START);

    // When
    long idle = pace.idleMillis(state, START);

    // Then
    assertThat(idle).isEqualTo(DAY_AFTER_START);
    assertThat(pace.record(state, START)).isNotEqualTo(PaceRecord.getDefaultInstance());
    assertThat(pace.record(state, idle - 1)).isNotEqualTo(PaceRecord.getDefaultInstance());
    assertThat(pace.record(state, idle)).isEqualTo(PaceRecord.getDefaultInstance());
  }
}
