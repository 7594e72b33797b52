package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DaysTest {

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-28 2026-03-29 2026-03-30 2026-03-31, 23 24 24",
    "Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-24 2026-10-25 2026-10-26 2026-10-27, 25 24 24",
    // 00:01 became 23:01 of the day before.
    "America/St_Johns, 2010-11-06T12:00:00Z, 2010-11-06 2010-11-07 2010-11-08 2010-11-09, 25 24 24",
    // There was no 30 December.
    "Pacific/Apia, 2011-12-29T12:00:00Z, 2011-12-29 2011-12-31 2012-01-01 2012-01-02, 24 24 24"
  })
  void daysShouldFollowEachOther(String zone, Instant start, String names, String hours) {
    // Given
    Days days = new Days(ZoneId.of(zone), Period.DAY);

    // When
    StringBuilder named = new StringBuilder();
    StringBuilder lasted = new StringBuilder();
    long at = start.toEpochMilli();
    for (int i = 0; i < 4; i++) {
      Days.Span span = days.at(at);
      named.append(i > 0 ? " " : "").append(LocalDate.ofEpochDay(span.firstDay()));
      if (i > 0) {
        lasted
            .append(i > 1 ? " " : "")
            .append((span.untilMillis() - span.fromMillis()) / 3_600_000);
      }
      at = span.untilMillis();
    }

    // Then
    assertThat(named).hasToString(names);
    assertThat(lasted).hasToString(hours);
  }

  /** Each asked of a new one too, which remembers nothing. */
  @ParameterizedTest
  @EnumSource(Period.class)
  void everyInstantShouldBeInItsPeriod(Period period) {
    long seed = 42;
    Random random = new Random(seed);
    for (String name :
        new String[] {
          "Z", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia"
        }) {
      ZoneId zone = ZoneId.of(name);
      Days days = new Days(zone, period);
      long at = Instant.parse("2009-12-01T00:00:00Z").toEpochMilli();
      for (int i = 0; i < 3_000; i++) {
        at += random.nextLong(12 * 3_600_000L);

        // When
        Days.Span span = days.at(at);

        // Then
        String as = "seed " + seed + ", " + name + ", " + Instant.ofEpochMilli(at);
        assertThat(span.contains(at)).as(as).isTrue();
        assertThat(span).as(as).isEqualTo(new Days(zone, period).at(at));
        LocalDate first = LocalDate.ofEpochDay(span.firstDay());
        LocalDate date = Instant.ofEpochMilli(at).atZone(zone).toLocalDate();
        if (period == Period.WEEK) {
          assertThat(first.getDayOfWeek()).as(as).isEqualTo(DayOfWeek.MONDAY);
          assertThat(date).as(as).isBefore(first.plusDays(7));
        } else {
          assertThat(date).as(as).isBetween(first.minusDays(1), first);
        }
      }
    }
  }
}
