package io.tidegate.ingest.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static Admission.Permit enter(Admission admission) {
    return requireNonNull(admission.enter());
  }

  @Test
  void requestsBeyondTheBoundShouldBeRefusedUntilOneLeaves() {
    // Given
    Admission admission = new Admission(2, 100);
    Admission.Permit first = enter(admission);
    enter(admission);

    // When
    Admission.Permit third = admission.enter();
    first.close();
    Admission.Permit fourth = admission.enter();

    // Then
    assertThat(third).isNull();
    assertThat(fourth).isNotNull();
    assertThat(admission.requests()).isEqualTo(2);
  }

  @Test
  void bytesBeyondTheBoundShouldBeRefusedAndTakeNothing() {
    // Given
    Admission admission = new Admission(10, 100);
    Admission.Permit first = enter(admission);
    Admission.Permit second = enter(admission);

    // When
    boolean fits = first.grow(60);
    boolean tooMuch = second.grow(41);
    boolean exactly = second.grow(40);

    // Then
    assertThat(List.of(fits, tooMuch, exactly)).containsExactly(true, false, true);
    assertThat(second.held()).isEqualTo(40);
    assertThat(admission.bytes()).isEqualTo(100);
  }

  @Test
  void shrinkShouldNeverGiveBackMoreThanIsHeld() {
    // Given
    Admission admission = new Admission(10, 100);
    Admission.Permit permit = enter(admission);
    permit.grow(30);

    // When
    permit.shrink(20);
    permit.shrink(20);

    // Then
    assertThat(admission.bytes()).isZero();
    assertThat(permit.held()).isZero();
  }

  @Test
  void closingTwiceShouldGiveBackOnce() {
    // Given
    Admission admission = new Admission(10, 100);
    Admission.Permit other = enter(admission);
    other.grow(10);
    Admission.Permit permit = enter(admission);
    permit.grow(50);

    // When
    permit.close();
    permit.close();

    // Then
    assertThat(admission.bytes()).isEqualTo(10);
    assertThat(admission.requests()).isEqualTo(1);
  }

  @Test
  void manyThreadsShouldNeverExceedTheBoundsAndLeaveNothing() throws Exception {
    // Given
    Admission admission = new Admission(3, 50);
    AtomicLong worstBytes = new AtomicLong();
    AtomicLong worstRequests = new AtomicLong();
    AtomicLong served = new AtomicLong();
    List<Thread> threads = new ArrayList<>();

    // When
    for (int t = 0; t < 8; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      try (Admission.Permit permit = admission.enter()) {
                        if (permit != null && permit.grow(1 + i % 40)) {
                          served.incrementAndGet();
                          worstBytes.accumulateAndGet(admission.bytes(), Math::max);
                          worstRequests.accumulateAndGet(admission.requests(), Math::max);
                          permit.shrink(i % 7);
                        }
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    // Then
    assertThat(served.get()).isPositive();
    assertThat(worstBytes.get()).isLessThanOrEqualTo(50);
    assertThat(worstRequests.get()).isLessThanOrEqualTo(3);
    assertThat(admission.bytes()).isZero();
    assertThat(admission.requests()).isZero();
  }

  @Test
  void whatIsAheadShouldHaveAQuarterAndLeaveSomeOfItToOtherConnections() {
    // Given
    Admission admission = new Admission(1, 4_000);
    Admission.Permit first = admission.ahead();
    Admission.Permit second = admission.ahead();

    // When // Then: four fifths alone, and the same of the rest
    assertThat(first.grow(500)).isTrue();
    assertThat(first.grow(301)).isTrue();
    assertThat(first.grow(1)).isFalse();
    assertThat(second.grow(199)).isTrue();
    assertThat(admission.ahead().grow(1)).isFalse();
    assertThat(admission.bytes()).isEqualTo(1_000);

    // When
    first.close();
    second.close();

    // Then
    assertThat(admission.bytes()).isZero();
    assertThat(admission.ahead().grow(1_000)).isTrue();
    assertThat(enter(admission).grow(3_000)).isTrue();
  }

  @Test
  void requestThatTheInstanceHasNoRoomForShouldNotStayWithTheShare() {
    // Given
    Admission admission = new Admission(1, 100);
    enter(admission);
    AtomicLong counted = new AtomicLong();
    Share share =
        new Share() {
          @Override
          public boolean enter(int free) {
            counted.incrementAndGet();
            return true;
          }

          @Override
          public void leave() {
            counted.decrementAndGet();
          }

          @Override
          public boolean grow(long more, long free) {
            return true;
          }

          @Override
          public void shrink(long less) {}
        };

    // When
    Admission.Permit refused = admission.enter(share);

    // Then
    assertThat(refused).isNull();
    assertThat(counted).hasValue(0);
  }

  @Test
  void boundsShouldBePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Admission(0, 1))
        .withMessageStartingWith("maxRequests:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Admission(1, 0))
        .withMessageStartingWith("maxBytes:");
  }
}
