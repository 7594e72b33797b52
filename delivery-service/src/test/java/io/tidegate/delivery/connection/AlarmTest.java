package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AlarmTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Alarm alarm = new Alarm(channel.eventLoop());
  private final List<String> rung = new ArrayList<>();

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void anotherShouldTakeItsPlace() {
    // Given
    channel.freezeTime();
    alarm.set(SECOND, () -> rung.add("first"));

    // When
    alarm.set(3 * SECOND, () -> rung.add("second"));

    // Then
    pass(2);
    assertThat(rung).isEmpty();
    pass(1);
    assertThat(rung).containsExactly("second");
  }

  @Test
  void cancelledShouldNotRingUnlessItIsSetAgain() {
    // Given
    channel.freezeTime();
    alarm.set(SECOND, () -> rung.add("first"));

    // When
    alarm.cancel();
    pass(2);

    // Then
    assertThat(rung).isEmpty();
    alarm.set(SECOND, () -> rung.add("second"));
    pass(1);
    assertThat(rung).containsExactly("second");
  }

  @Test
  void whatIsPastShouldRingAtOnceButNotWithinTheCall() {
    // Given
    channel.freezeTime();

    // When
    alarm.set(-SECOND, () -> rung.add("first"));

    // Then
    assertThat(rung).isEmpty();
    pass(0);
    assertThat(rung).containsExactly("first");
  }
}
