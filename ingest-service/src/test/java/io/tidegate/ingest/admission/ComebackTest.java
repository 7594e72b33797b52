package io.tidegate.ingest.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IntSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComebackTest {
  private long now = TimeUnit.HOURS.toNanos(1);
  private final Comeback comeback = new Comeback(() -> now);

  private IntSummaryStatistics told() {
    return IntStream.range(0, 1_000).map(_ -> comeback.seconds()).summaryStatistics();
  }

  private void pass(long seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
  }

  private void assertTold(int least, int most) {
    IntSummaryStatistics told = told();
    assertThat(told.getMin()).isEqualTo(least);
    assertThat(told.getMax()).isEqualTo(most);
  }

  @Test
  void whileKafkaAcknowledgesItShouldBeSoon() {
    assertTold(1, 3);
    comeback.heard();
    pass(3_600);
    assertTold(1, 3);
  }

  @Test
  void theLongerItIsSilentTheLaterItShouldBe() {
    // Given
    long sent = now;
    pass(12);

    // When
    comeback.unheard(sent);

    // Then
    assertTold(12, 18);
    pass(4);
    comeback.unheard(now - TimeUnit.SECONDS.toNanos(1));
    assertTold(16, 24);
    pass(3_600);
    assertTold(20, Comeback.MOST_SECONDS);
  }

  @Test
  void oneAcknowledgementShouldEndTheSilence() {
    // Given
    comeback.unheard(now - TimeUnit.SECONDS.toNanos(15));

    // When
    comeback.heard();

    // Then
    assertTold(1, 3);
    comeback.unheard(now - TimeUnit.SECONDS.toNanos(12));
    assertTold(12, 18);
  }
}
