package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.webhook.Gate.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounds of requests under way, turns of hosts, and hosts that are left alone. */
final class GateTest {
  private static final Verdict GO = new Verdict.Go();
  private static final Verdict QUEUED = new Verdict.Queued();

  private final Gate<String> gate =
      new Gate<>(new Gate.Bounds(3, 2, 2, new Backoff(100, 400)), () -> 0.0);

  private long now;

  private static Gate.Place at(String host) {
    return new Gate.Place("t", host);
  }

  private void join(String... hosts) {
    for (String host : hosts) {
      gate.join(at(host));
    }
  }

  private void fail(String host, int times, long now) {
    for (int i = 0; i < times; i++) {
      assertThat(gate.ask(at(host), "x", now)).isEqualTo(GO);
      var _ = gate.done(at(host), Result.FAILED, now);
    }
  }

  @Test
  void hostShouldHaveNoMoreUnderWayThanItMay() {
    // Given
    join("a");
    assertThat(gate.ask(at("a"), "1", 0)).isEqualTo(GO);
    assertThat(gate.ask(at("a"), "2", 0)).isEqualTo(GO);

    // When
    assertThat(gate.ask(at("a"), "3", 0)).isEqualTo(QUEUED);
    assertThat(gate.wake(now)).isEmpty();
    var _ = gate.done(at("a"), Result.TAKEN, 0);

    // Then
    assertThat(gate.wake(now)).containsExactly("3");
    assertThat(gate.wake(now)).isEmpty();
  }

  @Test
  void hostsShouldHaveTheirTurnsWhereThereAreTooManyInAll() {
    // Given
    join("a", "b", "c");
    var _ = gate.ask(at("a"), "a1", 0);
    var _ = gate.ask(at("a"), "a2", 0);
    var _ = gate.ask(at("b"), "b1", 0);
    assertThat(gate.ask(at("a"), "a3", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask(at("a"), "a4", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask(at("b"), "b2", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask(at("c"), "c1", 0)).isEqualTo(QUEUED);

    // When
    var _ = gate.done(at("a"), Result.TAKEN, 0);
    var _ = gate.done(at("a"), Result.TAKEN, 0);
    var _ = gate.done(at("b"), Result.TAKEN, 0);

    // Then
    assertThat(gate.wake(now)).containsExactly("b2", "c1", "a3");
  }

  @Test
  void turnThatIsNotUsedShouldBeTheNextOnes() {
    // Given
    join("a");
    var _ = gate.ask(at("a"), "1", 0);
    var _ = gate.ask(at("a"), "2", 0);
    var _ = gate.ask(at("a"), "gone", 0);
    var _ = gate.ask(at("a"), "3", 0);
    var _ = gate.done(at("a"), Result.TAKEN, 0);

    // When
    assertThat(gate.wake(now)).containsExactly("gone");

    // Then
    assertThat(gate.wake(now)).containsExactly("3");
    assertThat(gate.wake(now)).isEmpty();
    assertThat(gate.ask(at("a"), "3", 0)).isEqualTo(GO);
  }

  @Test
  void hostThatFailsShouldBeLeftAloneAndThenTriedByOne() {
    // Given
    join("a");
    fail("a", 2, 10);

    // When // Then
    assertThat(gate.open()).isEqualTo(1);
    assertThat(gate.ask(at("a"), "1", 109)).isEqualTo(new Verdict.Open(110));
    assertThat(gate.ask(at("a"), "1", 110)).isEqualTo(GO);
    assertThat(gate.ask(at("a"), "2", 110)).isEqualTo(QUEUED);
    assertThat(gate.done(at("a"), Result.REFUSED, 120)).isFalse();
    assertThat(gate.wake(now)).containsExactly("2");
    assertThat(gate.ask(at("a"), "2", 120)).isEqualTo(GO);
    assertThat(gate.open()).isZero();
  }

  @Test
  void failedTryShouldKeepItAloneAndThoseWhoWaitShouldHearOfIt() {
    // Given
    join("a");
    fail("a", 2, 0);
    assertThat(gate.ask(at("a"), "1", 100)).isEqualTo(GO);
    assertThat(gate.ask(at("a"), "2", 100)).isEqualTo(QUEUED);

    // When
    boolean opened = gate.done(at("a"), Result.UNREACHABLE, 100);

    // Then
    assertThat(opened).isTrue();
    assertThat(gate.wake(now)).containsExactly("2");
    assertThat(gate.ask(at("a"), "2", 100)).isEqualTo(new Verdict.Open(200));
  }

  @Test
  void whatBeganBeforeShouldNeitherProlongNorHideThatItIsLeftAlone() {
    // Given
    join("a");
    assertThat(gate.ask(at("a"), "late", 0)).isEqualTo(GO);
    fail("a", 2, 0);

    // When
    boolean opened = gate.done(at("a"), Result.TIMEOUT, 90);

    // Then
    assertThat(opened).isFalse();
    assertThat(gate.ask(at("a"), "1", 99)).isEqualTo(new Verdict.Open(100));
  }

  @Test
  void tryThatIsGivenUpShouldLetAnotherTry() {
    // Given
    join("a");
    fail("a", 2, 0);
    var _ = gate.ask(at("a"), "1", 100);
    var _ = gate.ask(at("a"), "2", 100);

    // When
    gate.gaveUp(at("a"), 101);
    now = 101;

    // Then
    assertThat(gate.wake(now)).containsExactly("2");
    assertThat(gate.ask(at("a"), "2", 101)).isEqualTo(GO);
  }

  @Test
  void successShouldForgetFailuresInARow() {
    // Given
    join("a");
    fail("a", 1, 0);
    var _ = gate.ask(at("a"), "1", 0);
    var _ = gate.done(at("a"), Result.TAKEN, 0);

    // When
    fail("a", 1, 0);

    // Then
    assertThat(gate.ask(at("a"), "1", 0)).isEqualTo(GO);
  }

  @Test
  void hostWithoutEndpointsShouldBeForgottenOnceNothingIsUnderWay() {
    // Given
    join("a", "a");
    fail("a", 2, 0);
    gate.part(at("a"));
    assertThat(gate.hosts()).isEqualTo(1);

    // When
    gate.part(at("a"));

    // Then
    assertThat(gate.hosts()).isZero();
    assertThat(gate.open()).isZero();
    join("b");
    var _ = gate.ask(at("b"), "1", 0);
    gate.part(at("b"));
    assertThat(gate.hosts()).isEqualTo(1);
    var _ = gate.done(at("b"), Result.TAKEN, 0);
    assertThat(gate.hosts()).isZero();
    assertThat(gate.underWay()).isZero();
  }

  @Test
  void noMoreShouldBeWokenOfAHostThanMayGoThere() {
    // Given two under way there, and many who wait
    join("a");
    for (int i = 0; i < 1_000; i++) {
      var _ = gate.ask(at("a"), "w" + i, 0);
    }
    assertThat(gate.wake(now)).isEmpty();

    // When
    var _ = gate.done(at("a"), Result.TAKEN, 0);

    // Then one is, however much room there is in all, and the rest wait in peace
    assertThat(gate.wake(now)).containsExactly("w2");
    assertThat(gate.ask(at("a"), "w2", 0)).isEqualTo(GO);
    assertThat(gate.wake(now)).isEmpty();
  }

  @Test
  void whileOneTriesAHostNobodyShouldBeWokenForIt() {
    // Given
    join("a");
    fail("a", 2, 0);
    assertThat(gate.ask(at("a"), "1", 100)).isEqualTo(GO);
    for (int i = 0; i < 100; i++) {
      assertThat(gate.ask(at("a"), "w" + i, 100)).isEqualTo(QUEUED);
    }

    // When // Then
    now = 100;
    assertThat(gate.wake(now)).isEmpty();
    gate.gaveUp(at("a"), 100);
    assertThat(gate.wake(now)).as("the next to try").containsExactly("w0");
    assertThat(gate.ask(at("a"), "w0", 100)).isEqualTo(GO);
    assertThat(gate.wake(now)).isEmpty();
  }

  @Test
  void tenantWithManyHostsShouldCostAnotherItsTurnAndNoMore() {
    // Given
    Gate.Place lonely = new Gate.Place("small", "x");
    gate.join(lonely);
    join("a", "b", "c");
    for (String host : List.of("a", "b", "c", "a", "b", "c")) {
      var _ = gate.ask(at(host), host, 0);
    }
    assertThat(gate.ask(lonely, "small", 0)).isEqualTo(QUEUED);

    // When
    var _ = gate.done(at("a"), Result.TAKEN, 0);
    var _ = gate.done(at("b"), Result.TAKEN, 0);

    // Then
    assertThat(gate.wake(now)).hasSize(2).contains("small");
  }

  @Test
  void whatOneTenantMeetsAtAHostShouldSayNothingToAnother() {
    // Given
    join("a");
    Gate.Place others = new Gate.Place("other", "a");
    gate.join(others);

    // When
    fail("a", 2, 0);

    // Then
    assertThat(gate.ask(at("a"), "1", 0)).isEqualTo(new Verdict.Open(100));
    assertThat(gate.ask(others, "2", 0)).isEqualTo(GO);
  }

  @Test
  void whatNeverGotToTheHostShouldSayNothingOfIt() {
    join("a");
    fail("a", 1, 0);
    for (int i = 0; i < 5; i++) {
      assertThat(gate.ask(at("a"), "x", 0)).isEqualTo(GO);
      assertThat(gate.done(at("a"), Result.CROWDED, 0)).isFalse();
    }
    assertThat(gate.open()).as("no failures").isZero();
    fail("a", 1, 0);
    assertThat(gate.open()).as("nor a success, of which there would be failures in a row").isOne();
  }
}
