package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;

final class LogRepeatsTest {
  private final LogRepeats repeats = new LogRepeats();

  @Test
  void aKindShouldBeWrittenAFewTimesAMinuteAndTheRestBeCounted() {
    // When
    int written = 0;
    for (int i = 0; i < 500; i++) {
      written += repeats.allows("no connection to {}", 1_000 + i) ? 1 : 0;
    }

    // Then
    assertThat(written).isEqualTo(LogRepeats.MOST);
    assertThat(repeats.over(60_999)).isEmpty();
    assertThat(repeats.over(61_000))
        .containsExactly(new LogRepeats.LeftOut("no connection to {}", 500 - LogRepeats.MOST));
    assertThat(repeats.over(61_000)).isEmpty();
    assertThat(repeats.allows("no connection to {}", 61_001)).isTrue();
  }

  @Test
  void whatCameNoOftenerThanItMayShouldNotBeToldOf() {
    // When
    for (int i = 0; i < LogRepeats.MOST; i++) {
      repeats.allows("a", i);
    }

    // Then
    assertThat(repeats.over(LogRepeats.WINDOW_MILLIS)).isEmpty();
  }

  @Test
  void kindsShouldNotCountForEachOtherAndBeBounded() {
    // When
    int written = 0;
    for (int i = 0; i < 10_000; i++) {
      written += repeats.allows("kind " + i, i) ? 1 : 0;
    }

    // Then: none is lost, and of the oldest nothing is known any more.
    assertThat(written).isEqualTo(10_000);
    for (int i = 0; i < LogRepeats.MOST; i++) {
      assertThat(repeats.allows("kind 0", 10_000)).isTrue();
    }
    assertThat(repeats.allows("kind 0", 10_000)).isFalse();
  }

  @Test
  void clockThatWasSetBackShouldNotSilenceAKindForGood() {
    // Given
    for (int i = 0; i < 10; i++) {
      repeats.allows("a", 1_000_000);
    }

    // When
    var _ = repeats.over(5);

    // Then
    assertThat(repeats.allows("a", 5)).isTrue();
  }

  @Test
  void filterShouldHoldBackOnlyLinesOfKafka() {
    // Given
    LoggerContext context = new LoggerContext();
    context.addTurboFilter(new RepeatsFilter());
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    context.getLogger("ROOT").addAppender(lines);
    context.getLogger("ROOT").setLevel(Level.WARN);

    // When
    for (int i = 0; i < 50; i++) {
      context.getLogger("org.apache.kafka.clients.NetworkClient").warn("node {} is away", i);
      context.getLogger("io.tidegate.ingest").warn("ours {}", i);
    }

    // Then
    assertThat(lines.list).filteredOn(line -> line.getMessage().startsWith("ours")).hasSize(50);
    assertThat(lines.list)
        .filteredOn(line -> line.getMessage().startsWith("node"))
        .hasSize(LogRepeats.MOST);
  }
}
