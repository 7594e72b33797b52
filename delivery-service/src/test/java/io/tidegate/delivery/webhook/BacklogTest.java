package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.webhook.Courier.Item;
import io.tidegate.delivery.webhook.Courier.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private static final long SECOND = 1_000_000_000L;

  private final Backlog<String> backlog =
      new Backlog<>(
          new Courier.Rules(new Backoff(SECOND, 8 * SECOND), 3, 60 * SECOND),
          () -> 0.0,
          String::length);
  private final Item<String> first = new Item<>(1, Long.MAX_VALUE, "first");
  private final Item<String> second = new Item<>(2, Long.MAX_VALUE, "and second");

  @Test
  void sumShouldFollowWhatComesAndIsDone() {
    // When
    long more = backlog.add(List.of(first, second));
    long less = backlog.done(first);

    // Then
    assertThat(more).isEqualTo(15);
    assertThat(less).isEqualTo(5);
    assertThat(backlog.bytes()).isEqualTo(10);
    assertThat(backlog.courier().next(0, 0)).isEqualTo(new Step.Post<>(first));
  }

  @Test
  void onlyWhatIsBeingPostedShouldBeNoMoreThanThat() {
    // Given
    assertThat(backlog.isMoreThanUnderWay()).isFalse();

    // When
    backlog.add(List.of(first));

    // Then
    assertThat(backlog.isMoreThanUnderWay()).isTrue();
    backlog.courier().begun();
    assertThat(backlog.isMoreThanUnderWay()).isFalse();
    backlog.add(List.of(second));
    assertThat(backlog.isMoreThanUnderWay()).isTrue();
  }

  @Test
  void nextSessionShouldBeginWithNothing() {
    // Given a message that failed and is not to be tried before a second is over
    backlog.add(List.of(first, second));
    backlog.courier().begun();
    var _ = backlog.courier().ended(Result.FAILED, 0, 0);

    // When
    long less = backlog.clear();

    // Then
    assertThat(less).isEqualTo(15);
    assertThat(backlog.bytes()).isZero();
    assertThat(backlog.isMoreThanUnderWay()).isFalse();
    backlog.add(List.of(first));
    assertThat(backlog.courier().next(0, 0)).isEqualTo(new Step.Post<>(first));
  }
}
