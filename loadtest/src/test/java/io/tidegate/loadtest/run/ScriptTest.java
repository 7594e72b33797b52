package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScriptTest {
  private static final long SECOND = 1_000_000_000;

  private static final String PROFILE =
      """
      phases: [{for: 10s, rate: 100}, {burst: 50}]
      events:
        - {at: 5s, cut: 100%}
        - {at: 2s, leave: 20%, for: 4s}
      """;

  @Test
  void stepsComeInTheOrderOfTheirInstants() {
    Script script = new Script(ProfileReader.read("test", PROFILE).happenings());
    List<String> steps = new ArrayList<>();
    while (!script.isEmpty()) {
      assertThat(script.nextNanos()).isLessThan(Long.MAX_VALUE);
      Script.Step step = script.take();
      steps.add(step.atNanos() / 1_000_000_000 + " " + step.happening().text() + " " + step.undo());
    }

    assertThat(steps).containsExactly("2 leave 20% false", "5 cut 100% false", "6 leave 20% true");
    assertThat(script.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void marksAreThoseOfPhasesAndOfWhatHappens() {
    assertThat(Script.marks(ProfileReader.read("test", PROFILE)))
        .extracting(mark -> mark.second() + " " + mark.name())
        .containsExactly(
            "0.0 100/s",
            "2.0 leave 20%",
            "5.0 cut 100%",
            "6.0 end of leave 20%",
            "10.0 50 at once");
  }

  @Test
  void waitingEndsOnlyAfterNothingNewHasComeForSoLong() {
    Drain drain = new Drain(10 * SECOND);

    assertThat(drain.isOver(false, true, false, 5, 100 * SECOND)).isFalse();
    assertThat(drain.isOver(true, true, false, 5, 105 * SECOND)).isFalse();
    assertThat(drain.isOver(true, true, false, 6, 109 * SECOND)).isFalse();
    assertThat(drain.isOver(true, true, false, 6, 118 * SECOND)).isFalse();
    assertThat(drain.isOver(true, true, false, 6, 119 * SECOND)).isTrue();
  }

  @Test
  void devicesThatAreOnTheirWayBackAreAwaitedForAMinute() {
    Drain drain = new Drain(10 * SECOND);

    assertThat(drain.isOver(true, false, false, 5, 100 * SECOND)).isFalse();
    assertThat(drain.isOver(true, false, false, 5, 159 * SECOND)).isFalse();
    assertThat(drain.isOver(true, false, false, 5, 168 * SECOND)).isFalse();
    assertThat(drain.isOver(true, false, false, 5, 170 * SECOND)).isTrue();
  }

  @Test
  void whereAllIsThereNothingMoreMayComeForASecond() {
    Drain drain = new Drain(10 * SECOND);

    assertThat(drain.isOver(true, true, true, 5, 100 * SECOND)).isFalse();
    assertThat(drain.isOver(true, true, true, 5, 101 * SECOND)).isTrue();
  }

  @Test
  void thePushThatThePolicyLetsThroughNextIsAwaited() {
    Policy slow = Policy.parse("{\"limits\":[{\"limit\":2,\"window\":\"PT1M\",\"burst\":1}]}");

    assertThat(Drain.quietNanos(Duration.ofSeconds(5), slow)).isEqualTo(32 * SECOND);
    assertThat(Drain.quietNanos(Duration.ofSeconds(50), slow)).isEqualTo(50 * SECOND);
  }

  @Test
  void whatTheProfileItselfLetsGoIsNoLoss() {
    assertThat(judged("")).isTrue();
    assertThat(judged("send: {ttl: 0s}")).isFalse();
    assertThat(judged("send: {ttl: 1m}")).isFalse();
    assertThat(judged("send: {collapse: true}")).isFalse();
    assertThat(judged("policy: {limits: [{limit: 1, window: PT1S, burst: 1}]}")).isTrue();
    assertThat(judged("policy: {caps: [{limit: 9, per: day}]}")).isFalse();
    assertThat(judged("policy: {limits: [{limit: 1, window: PT1S, burst: 1, on_exceed: drop}]}"))
        .isFalse();
  }

  private static boolean judged(String line) {
    Profile profile = ProfileReader.read("test", "phases: [{burst: 1}]\n" + line);
    return Judgement.of(profile, profile.rules()).lossCounts();
  }
}
