package io.tidegate.cli;

import static io.tidegate.cli.LogRepeats.Verdict.FIRST_LEFT_OUT;
import static io.tidegate.cli.LogRepeats.Verdict.LEFT_OUT;
import static io.tidegate.cli.LogRepeats.Verdict.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class LogRepeatsTest {
  private final LogRepeats repeats = new LogRepeats();

  @Test
  void aKindShouldBeWrittenAFewTimesAMinuteAndTheRestBeCounted() {
    // When
    List<LogRepeats.Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      verdicts.add(repeats.come("a", 1_000 + i));
    }

    // Then
    assertThat(verdicts.subList(0, 5))
        .containsExactly(WRITTEN, WRITTEN, WRITTEN, FIRST_LEFT_OUT, LEFT_OUT);
    assertThat(verdicts.subList(4, 500)).containsOnly(LEFT_OUT);
    assertThat(repeats.over(60_999)).isEmpty();
    assertThat(repeats.over(61_000)).containsExactly(new LogRepeats.LeftOut("a", 497, 1_000));
    assertThat(repeats.over(61_000)).isEmpty();
    assertThat(repeats.come("a", 61_001)).isEqualTo(WRITTEN);
  }

  @Test
  void windowThatIsOverShouldBeginAnewAndStillBeTold() {
    // When
    for (int i = 0; i < 10; i++) {
      repeats.come("a", 0);
    }
    LogRepeats.Verdict next = repeats.come("a", 60_000);

    // Then
    assertThat(next).isEqualTo(WRITTEN);
    assertThat(repeats.over(60_001)).containsExactly(new LogRepeats.LeftOut("a", 7, 0));
    assertThat(repeats.all()).isEmpty();
  }

  @Test
  void whatCameNoOftenerThanItMayShouldNotBeToldOf() {
    // When
    for (int i = 0; i < LogRepeats.MOST; i++) {
      repeats.come("a", i);
    }

    // Then
    assertThat(repeats.over(LogRepeats.WINDOW_MILLIS)).isEmpty();
  }

  @Test
  void kindsShouldBeBoundedAndWhatComesOftenShouldStayKnownAmongMany() {
    // When
    int written = 0;
    for (int i = 0; i < 10_000; i++) {
      repeats.come("only once " + i, i);
      written += repeats.come("often", i) == WRITTEN ? 1 : 0;
    }

    // Then
    assertThat(written).isEqualTo(LogRepeats.MOST);
    assertThat(repeats.all())
        .containsExactly(new LogRepeats.LeftOut("often", 10_000 - LogRepeats.MOST, 0));
  }

  @Test
  void whatMakesRoomForOthersShouldStillBeTold() {
    // When
    for (int i = 0; i < 10; i++) {
      repeats.come("a", 5);
    }
    for (int i = 0; i < LogRepeats.MOST_KINDS; i++) {
      repeats.come("other " + i, 6);
    }

    // Then
    assertThat(repeats.over(7)).containsExactly(new LogRepeats.LeftOut("a", 7, 5));
  }

  @Test
  void clockThatWasSetBackShouldNotSilenceAKindForGood() {
    // When
    for (int i = 0; i < 10; i++) {
      repeats.come("a", 1_000_000);
    }

    // Then
    assertThat(repeats.come("a", 5)).isEqualTo(WRITTEN);
  }

  @Test
  void kindShouldBeTheTextWithoutItsNumbers() {
    assertThat(LogRepeats.kind("n", "WARN", "id 17 of 01a2-ff0b, try 3", ""))
        .isEqualTo(LogRepeats.kind("n", "WARN", "id 4 of 9, try 12345", ""))
        .isNotEqualTo(LogRepeats.kind("n", "WARN", "id 4 of 9, try 12345", "another cause"))
        .isNotEqualTo(LogRepeats.kind("n", "ERROR", "id 4 of 9, try 12345", ""))
        .isNotEqualTo(LogRepeats.kind("m", "WARN", "id 4 of 9, try 12345", ""));
  }

  /** Logback asks the filter before it writes a line. */
  @Nested
  final class Filter {
    private final LoggerContext context = new LoggerContext();
    private final RepeatsFilter filter = new RepeatsFilter(context.getLogger("io.tidegate.log"));
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void open() {
      context.addTurboFilter(filter);
      lines.start();
      Logger root = context.getLogger("ROOT");
      root.addAppender(lines);
      root.setLevel(Level.INFO);
    }

    private List<String> texts() {
      return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void onlyLinesOfKafkaShouldBeHeldBackWhateverNumbersAreInThem() {
      // When
      for (int i = 0; i < 50; i++) {
        context.getLogger("org.apache.kafka.clients.NetworkClient").warn("correlation id " + i);
        context.getLogger("io.tidegate.ingest").warn("ours");
      }

      // Then
      assertThat(texts()).filteredOn("ours"::equals).hasSize(50);
      assertThat(texts())
          .filteredOn(text -> text.startsWith("correlation"))
          .containsExactly("correlation id 0", "correlation id 1", "correlation id 2");
    }

    @Test
    void anotherCauseShouldBeAnotherKind() {
      // When
      Logger kafka = context.getLogger("org.apache.kafka.clients.Sender");
      for (String cause : List.of("a", "b", "c", "d", "e")) {
        kafka.error("Uncaught error", new IllegalStateException(cause));
      }

      // Then
      assertThat(texts()).hasSize(5);
    }

    @Test
    void whatWasLeftOutShouldBeToldAtTheEnd() {
      // When
      for (int i = 0; i < 10; i++) {
        context.getLogger("org.apache.kafka.clients.NetworkClient").warn("node {} is away", i);
      }
      filter.tellAll();

      // Then
      assertThat(texts())
          .last()
          .isEqualTo(
              "more of the same was left out: org.apache.kafka.clients.NetworkClient WARN node {}"
                  + " is away ");
      assertThat(lines.list.getLast().getKeyValuePairs().getFirst().value).isEqualTo(7L);
    }
  }
}
