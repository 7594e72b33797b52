package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tidegate.delivery.webhook.Courier.End;
import io.tidegate.delivery.webhook.Courier.Item;
import io.tidegate.delivery.webhook.Courier.Step;
import org.junit.jupiter.api.Test;

final class CourierTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final Courier<String> courier =
      new Courier<>(new Courier.Rules(new Backoff(SECOND, 8 * SECOND), 3, 60 * SECOND), () -> 0.0);
  private final Item<String> first = new Item<>(1, NEVER, "first");
  private final Item<String> second = new Item<>(2, NEVER, "second");

  /** At seconds since the beginning, by both clocks. */
  private Step<String> next(long seconds) {
    return courier.next(seconds * SECOND, seconds * 1_000);
  }

  private End<String> post(Result result, long retryAfterSeconds, long seconds) {
    assertThat(next(seconds)).isInstanceOf(Step.Post.class);
    courier.begun();
    return courier.ended(result, retryAfterSeconds * SECOND, seconds * SECOND);
  }

  @Test
  void nextMessageShouldWaitForTheOneBefore() {
    // Given
    courier.add(first);
    courier.add(second);

    // When
    assertThat(next(0)).isEqualTo(new Step.Post<>(first));
    courier.begun();

    // Then
    assertThat(next(0)).isEqualTo(new Step.Rest<>());
    assertThat(courier.ended(Result.TAKEN, 0, 0)).isEqualTo(new End.Ack<>(first));
    assertThat(next(0)).isEqualTo(new Step.Post<>(second));
  }

  @Test
  void failureShouldBeTriedAgainAfterALongerTimeEach() {
    // Given
    courier.add(first);
    courier.add(second);

    // When // Then
    assertThat(post(Result.FAILED, 0, 0)).isEqualTo(new End.Again<>());
    assertThat(next(0)).isEqualTo(new Step.Wait<>(SECOND));
    assertThat(post(Result.TIMEOUT, 0, 1)).isEqualTo(new End.Again<>());
    assertThat(post(Result.TAKEN, 0, 2)).isEqualTo(new End.Ack<>(first));
    assertThat(next(2)).isEqualTo(new Step.Post<>(second));
  }

  @Test
  void retryAfterShouldBeHonouredWithinBounds() {
    // Given
    courier.add(first);

    // When // Then
    var _ = post(Result.LATER, 5, 0);
    assertThat(next(1)).isEqualTo(new Step.Wait<>(5 * SECOND));
    var _ = post(Result.FAILED, 3_600, 5);
    assertThat(next(5)).isEqualTo(new Step.Wait<>(13 * SECOND));
  }

  @Test
  void messageThatIsRefusedForLongShouldBeGivenUpAndTheNextGo() {
    // Given
    courier.add(first);
    courier.add(second);

    // When // Then
    assertThat(post(Result.REFUSED, 0, 0)).isEqualTo(new End.Again<>());
    assertThat(post(Result.REFUSED, 0, 10)).isEqualTo(new End.Again<>());
    assertThat(post(Result.FAILED, 0, 20)).isEqualTo(new End.Again<>());
    assertThat(post(Result.REFUSED, 0, 59)).isEqualTo(new End.Again<>());
    assertThat(post(Result.REFUSED, 0, 70)).isEqualTo(new End.Refuse<>(first));
    assertThat(next(70)).isEqualTo(new Step.Rest<>());
    courier.refused();
    assertThat(next(70)).isEqualTo(new Step.Post<>(second));
    assertThat(post(Result.REFUSED, 0, 70)).isEqualTo(new End.Again<>());
  }

  @Test
  void fewRefusalsShouldNotDoHoweverLongTheyTake() {
    // Given
    courier.add(first);

    // When // Then
    assertThat(post(Result.REFUSED, 0, 0)).isEqualTo(new End.Again<>());
    assertThat(post(Result.REFUSED, 0, 1_000)).isEqualTo(new End.Again<>());
    assertThat(post(Result.REFUSED, 0, 2_000)).isEqualTo(new End.Refuse<>(first));
  }

  @Test
  void goneShouldStopEverythingAndAckNothing() {
    // Given
    courier.add(first);

    // When // Then
    assertThat(post(Result.GONE, 0, 0)).isEqualTo(new End.Stop<>());
    assertThat(courier.size()).isEqualTo(1);
  }

  @Test
  void whatExpiredShouldNotBePostedAndBePassedOnceThatIsRecorded() {
    // Given
    courier.add(new Item<>(1, 10_000, "short"));
    courier.add(second);
    assertThat(next(9)).isInstanceOf(Step.Post.class);

    // When // Then
    assertThat(next(10)).isEqualTo(new Step.Wait<>(12 * SECOND));
    assertThat(next(12)).isEqualTo(new Step.Skip<>(new Item<>(1, 10_000, "short")));
    assertThat(next(12)).isEqualTo(new Step.Post<>(second));
  }

  @Test
  void givenUpPostShouldGoAgainAtOnce() {
    // Given
    courier.add(first);
    courier.begun();

    // When
    courier.gaveUp();

    // Then
    assertThat(next(0)).isEqualTo(new Step.Post<>(first));
  }

  @Test
  void onlyAnEndpointWithNothingToDoShouldBeIdle() {
    assertThat(courier.isIdle()).isTrue();
    courier.add(first);
    assertThat(courier.isIdle()).isFalse();
    var _ = post(Result.TAKEN, 0, 0);
    assertThat(courier.isIdle()).isTrue();
  }

  @Test
  void endWithoutABeginningShouldBeAFaultOfOurs() {
    assertThatIllegalStateException().isThrownBy(() -> courier.ended(Result.TAKEN, 0, 0));
  }

  @Test
  void refusalThatCouldNotBeKeptShouldBeTriedAgain() {
    // Given
    courier.add(first);
    var _ = post(Result.REFUSED, 0, 0);
    var _ = post(Result.REFUSED, 0, 10);
    assertThat(post(Result.REFUSED, 0, 70)).isEqualTo(new End.Refuse<>(first));

    // When
    courier.kept(71 * SECOND);

    // Then
    assertThat(next(71)).isEqualTo(new Step.Wait<>(72 * SECOND));
    assertThat(post(Result.REFUSED, 0, 72)).isEqualTo(new End.Refuse<>(first));
  }

  @Test
  void whatNeverGotToTheHostShouldNotMakeTheBackoffLonger() {
    Courier<String> slow =
        new Courier<>(
            new Courier.Rules(new Backoff(SECOND, 100 * SECOND), 3, 60 * SECOND), () -> 1.0);
    slow.add(first);
    for (int i = 0; i < 10; i++) {
      slow.begun();
      assertThat(slow.ended(Result.CROWDED, 0, 0)).isEqualTo(new End.Again<>());
      assertThat(slow.next(0, 0)).isEqualTo(new Step.Wait<>(2 * SECOND));
    }
  }
}
