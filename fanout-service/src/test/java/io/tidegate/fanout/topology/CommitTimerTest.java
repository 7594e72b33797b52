package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

class CommitTimerTest {
  private static final Duration INTERVAL = Duration.ofMillis(15);
  private static final Duration HALF = Duration.ofMillis(8);

  private final CommitTimer.Shared shared = new CommitTimer.Shared();
  private final ThreadTurns turns = new ThreadTurns();
  private long now = 1_700_000_000_000L;
  private final MockProcessorContext<Object, byte[]> context = context();
  private final MockProcessorContext<Object, byte[]> other = context();
  private final CommitTimer commits = new CommitTimer(context, INTERVAL, shared, turns);
  private final CommitTimer others = new CommitTimer(other, INTERVAL, shared, turns);

  private MockProcessorContext<Object, byte[]> context() {
    MockProcessorContext<Object, byte[]> made = new MockProcessorContext<>();
    made.setCurrentSystemTimeMs(now);
    return made;
  }

  private static List<CapturedPunctuator> running(MockProcessorContext<?, ?> of) {
    return of.scheduledPunctuators().stream().filter(each -> !each.cancelled()).toList();
  }

  /** The one timer that runs goes off; says how long it had been set for. */
  private Duration goOff(MockProcessorContext<?, ?> of) {
    List<CapturedPunctuator> timers = running(of);
    assertThat(timers).hasSize(1);
    CapturedPunctuator timer = timers.getFirst();
    now += timer.getInterval().toMillis();
    of.setCurrentSystemTimeMs(now);
    timer.getPunctuator().punctuate(now);
    return timer.getInterval();
  }

  @Test
  void commitShouldComeHalfAnIntervalAfterTheFirstRecord() {
    // When
    commits.wrote();
    commits.wrote();

    // Then
    assertThat(context.committed()).isFalse();
    assertThat(goOff(context)).isEqualTo(HALF);
    assertThat(context.committed()).isTrue();
    assertThat(running(context)).isEmpty();
  }

  @Test
  void theNextRecordShouldHaveItsTimeAnew() {
    // Given
    commits.wrote();
    goOff(context);
    context.resetCommit();

    // When
    commits.wrote();

    // Then
    assertThat(goOff(context)).isEqualTo(HALF);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void aThreadThatWorksAllTheTimeShouldWaitLonger() throws Exception {
    // Given
    commits.wrote();
    goOff(context);
    long began = System.nanoTime();
    Thread.sleep(20);

    // When
    turns.handledRecord(System.nanoTime() - began);
    commits.wrote();

    // Then
    assertThat(goOff(context)).isGreaterThan(HALF);
  }

  @Test
  void oneTimerShouldRunForAllTasksOfAThread() {
    // When
    commits.wrote();
    others.wrote();

    // Then
    assertThat(running(other)).isEmpty();
    goOff(context);
    others.wrote();
    assertThat(running(other)).hasSize(1);
  }

  @Test
  void aTaskThatIsClosedShouldLeaveItToTheOthers() {
    // Given
    commits.wrote();

    // When
    commits.close();
    others.wrote();

    // Then
    assertThat(running(context)).isEmpty();
    assertThat(running(other)).hasSize(1);
  }

  @Test
  void whatIsWrittenAfterTheEndShouldHoldUpNobody() {
    // Given
    commits.close();

    // When
    commits.wrote();
    others.wrote();

    // Then
    assertThat(running(other)).hasSize(1);
  }
}
