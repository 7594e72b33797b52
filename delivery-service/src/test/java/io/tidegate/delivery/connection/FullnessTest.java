package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FullnessTest {
  private final Fullness fullness = new Fullness();

  private boolean look(int sessions, int waiting, boolean late) {
    fullness.look(sessions, 1_000, waiting, 100, late);
    return fullness.isFull();
  }

  @Test
  void workerShouldBeFullFromNineteenTwentiethsUntilUnderNineTenths() {
    // When // Then
    assertThat(look(949, 0, false)).isFalse();
    assertThat(look(950, 0, false)).isTrue();
    assertThat(fullness.detail()).isEqualTo("has 950 of 1000 connections");
    assertThat(look(900, 0, false)).isTrue();
    assertThat(look(899, 0, false)).isFalse();
    assertThat(look(900, 0, false)).isFalse();
    assertThat(fullness.detail()).isEqualTo("takes more");
  }

  @Test
  void workerShouldBeFullFromHalfOfThoseThatMayWaitUntilNoneWaits() {
    // When // Then
    assertThat(look(0, 49, false)).isFalse();
    assertThat(look(0, 50, false)).isTrue();
    assertThat(fullness.detail()).isEqualTo("50 clients wait to begin");
    assertThat(look(0, 1, false)).isTrue();
    assertThat(look(0, 0, false)).isFalse();
  }

  @Test
  void workerShouldBeFullWhileItsLoopsAreBehind() {
    // When // Then
    assertThat(look(0, 0, true)).isTrue();
    assertThat(fullness.detail()).isEqualTo("the event loops are behind");
    assertThat(look(0, 0, false)).isFalse();
  }
}
