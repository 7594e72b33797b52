package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.webhook.Gate.Verdict;
import org.junit.jupiter.api.Test;

/** Bounds of requests under way, turns of hosts, and hosts that are left alone. */
final class GateTest {
  private static final Verdict GO = new Verdict.Go();
  private static final Verdict QUEUED = new Verdict.Queued();

  private final Gate<String> gate =
      new Gate<>(new Gate.Bounds(3, 2, 2, new Backoff(100, 400)), () -> 0.0);

  private void join(String... hosts) {
    for (String host : hosts) {
      gate.join(host);
    }
  }

  private void fail(String host, int times, long now) {
    for (int i = 0; i < times; i++) {
      assertThat(gate.ask(host, "x", now)).isEqualTo(GO);
      var _ = gate.done(host, Result.FAILED, now);
    }
  }

  @Test
  void hostShouldHaveNoMoreUnderWayThanItMay() {
    // Given
    join("a");
    assertThat(gate.ask("a", "1", 0)).isEqualTo(GO);
    assertThat(gate.ask("a", "2", 0)).isEqualTo(GO);

    // When
    assertThat(gate.ask("a", "3", 0)).isEqualTo(QUEUED);
    assertThat(gate.wake()).isEmpty();
    var _ = gate.done("a", Result.TAKEN, 0);

    // Then
    assertThat(gate.wake()).containsExactly("3");
    assertThat(gate.wake()).isEmpty();
  }

  @Test
  void hostsShouldHaveTheirTurnsWhereThereAreTooManyInAll() {
    // Given
    join("a", "b", "c");
    var _ = gate.ask("a", "a1", 0);
    var _ = gate.ask("a", "a2", 0);
    var _ = gate.ask("b", "b1", 0);
    assertThat(gate.ask("a", "a3", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask("a", "a4", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask("b", "b2", 0)).isEqualTo(QUEUED);
    assertThat(gate.ask("c", "c1", 0)).isEqualTo(QUEUED);

    // When
    var _ = gate.done("a", Result.TAKEN, 0);
    var _ = gate.done("a", Result.TAKEN, 0);
    var _ = gate.done("b", Result.TAKEN, 0);

    // Then
    assertThat(gate.wake()).containsExactly("b2", "c1", "a3");
  }

  @Test
  void turnThatIsNotUsedShouldBeTheNextOnes() {
    // Given
    join("a");
    var _ = gate.ask("a", "1", 0);
    var _ = gate.ask("a", "2", 0);
    var _ = gate.ask("a", "gone", 0);
    var _ = gate.ask("a", "3", 0);
    var _ = gate.done("a", Result.TAKEN, 0);

    // When
    assertThat(gate.wake()).containsExactly("gone", "3");

    // Then
    assertThat(gate.wake()).isEmpty();
    assertThat(gate.ask("a", "3", 0)).isEqualTo(GO);
  }

  @Test
  void hostThatFailsShouldBeLeftAloneAndThenTriedByOne() {
    // Given
    join("a");
    fail("a", 2, 10);

    // When // Then
    assertThat(gate.open()).isEqualTo(1);
    assertThat(gate.ask("a", "1", 109)).isEqualTo(new Verdict.Open(110));
    assertThat(gate.ask("a", "1", 110)).isEqualTo(GO);
    assertThat(gate.ask("a", "2", 110)).isEqualTo(QUEUED);
    assertThat(gate.done("a", Result.REFUSED, 120)).isFalse();
    assertThat(gate.wake()).containsExactly("2");
    assertThat(gate.ask("a", "2", 120)).isEqualTo(GO);
    assertThat(gate.open()).isZero();
  }

  @Test
  void failedTryShouldKeepItAloneAndThoseWhoWaitShouldHearOfIt() {
    // Given
    join("a");
    fail("a", 2, 0);
    assertThat(gate.ask("a", "1", 100)).isEqualTo(GO);
    assertThat(gate.ask("a", "2", 100)).isEqualTo(QUEUED);

    // When
    boolean opened = gate.done("a", Result.UNREACHABLE, 100);

    // Then
    assertThat(opened).isTrue();
    assertThat(gate.wake()).containsExactly("2");
    assertThat(gate.ask("a", "2", 100)).isEqualTo(new Verdict.Open(200));
  }

  @Test
  void whatBeganBeforeShouldNeitherProlongNorHideThatItIsLeftAlone() {
    // Given
    join("a");
    assertThat(gate.ask("a", "late", 0)).isEqualTo(GO);
    fail("a", 2, 0);

    // When
    boolean opened = gate.done("a", Result.TIMEOUT, 90);

    // Then
    assertThat(opened).isFalse();
    assertThat(gate.ask("a", "1", 99)).isEqualTo(new Verdict.Open(100));
  }

  @Test
  void tryThatIsGivenUpShouldLetAnotherTry() {
    // Given
    join("a");
    fail("a", 2, 0);
    var _ = gate.ask("a", "1", 100);
    var _ = gate.ask("a", "2", 100);

    // When
    gate.gaveUp("a", 101);

    // Then
    assertThat(gate.wake()).containsExactly("2");
    assertThat(gate.ask("a", "2", 101)).isEqualTo(GO);
  }

  @Test
  void successShouldForgetFailuresInARow() {
    // Given
    join("a");
    fail("a", 1, 0);
    var _ = gate.ask("a", "1", 0);
    var _ = gate.done("a", Result.TAKEN, 0);

    // When
    fail("a", 1, 0);

    // Then
    assertThat(gate.ask("a", "1", 0)).isEqualTo(GO);
  }

  @Test
  void hostWithoutEndpointsShouldBeForgottenOnceNothingIsUnderWay() {
    // Given
    join("a", "a");
    fail("a", 2, 0);
    gate.part("a");
    assertThat(gate.hosts()).isEqualTo(1);

    // When
    gate.part("a");

    // Then
    assertThat(gate.hosts()).isZero();
    assertThat(gate.open()).isZero();
    join("b");
    var _ = gate.ask("b", "1", 0);
    gate.part("b");
    assertThat(gate.hosts()).isEqualTo(1);
    var _ = gate.done("b", Result.TAKEN, 0);
    assertThat(gate.hosts()).isZero();
    assertThat(gate.underWay()).isZero();
  }
}
