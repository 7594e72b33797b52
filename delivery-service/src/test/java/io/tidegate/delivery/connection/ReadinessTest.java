package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.ReadyRequest;
import io.tidegate.delivery.health.Health;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTest {
  private final Admission admission = new Admission(10_000, 0);
  private final Fullness fullness = new Fullness();
  private int fewest;

  private final Readiness readiness =
      new Readiness(
          new Health.Source() {
            @Override
            public Health live() {
              return new Health(List.of());
            }

            @Override
            public Health ready() {
              return new Health(List.of());
            }

            @Override
            public int fewestElsewhere() {
              return fewest;
            }
          },
          admission,
          fullness);

  @ParameterizedTest
  @CsvSource({
    "'', 1000, 0, true",
    "spread=25, 1350, 1000, true",
    "spread=25, 1351, 1000, false",
    "spread=0&x=1, 1100, 1000, true",
    "spread=0, 1101, 1000, false",
    "spread=1000, 100, 0, true",
    "spread=1000, 101, 0, false",
    "spread=0, 9000, 2147483647, true",
    "x=%zz&x, 1000, 0, true",
  })
  void workerWithMoreThanOthersShouldBeDownForWhoAsksSo(
      String query, int sessions, int fewestElsewhere, boolean up) throws Exception {
    // Given
    for (int i = 0; i < sessions; i++) {
      admission.enterSession(null);
    }
    fewest = fewestElsewhere;

    // When // Then
    assertThat(readiness.ready(ReadyRequest.parse(query)).isUp()).isEqualTo(up);
  }

  @Test
  void fullWorkerShouldBeDownForEveryone() {
    // Given
    fullness.look(10_000, 10_000, 0, 1, false);

    // When
    Health health = readiness.ready(new ReadyRequest(true, ReadyRequest.ANY));

    // Then
    assertThat(health.checks())
        .containsExactly(new Health.Check("load", false, "has 10000 of 10000 connections"));
    assertThat(readiness.live().isUp()).isTrue();
    assertThat(readiness.ready(ReadyRequest.PLAIN).isUp()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spread=", "spread=-1", "spread=1001", "spread=99999", "spread=x", "load=1"})
  void valueThatIsNoneShouldBeNamed(String query) {
    // When // Then
    assertThatThrownBy(() -> ReadyRequest.parse(query))
        .isInstanceOfSatisfying(
            MalformedFrameException.class, e -> assertThat(query).startsWith(e.field()));
  }
}
