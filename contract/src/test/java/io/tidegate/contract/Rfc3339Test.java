package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:59.9999Z, -1",
    "2000-02-29T12:30:15.5Z, 951827415500",
    "2026-11-27T19:44:31.123456789Z, 1795808671123",
    "2026-11-27T20:44:31.123+01:00, 1795808671123",
    "2026-11-27T19:44Z, 1795808640000",
    "2026-11-27t19:44:31z, 1795808671000",
    "9999-12-31T23:59:59.999Z, 253402300799999",
    "0000-01-01T00:00:00Z, -62167219200000",
  })
  void textShouldBeRead(String text, long millis) {
    assertThat(Rfc3339.parse(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-11-27T19:44:31",
        "2026-11-27T19:44:31.1234567890Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-27T24:00:00Z",
        "2026-11-27T23:60:00Z",
        "2026-11-27T23:59:60Z",
        "2026-11-27 19:44:31Z",
        "2026-11-27T19:44:31,5Z",
        "٢٠٢٦-11-27T19:44:31Z",
        "+2026-11-27T19:44:31Z",
        "20261127T194431Z",
      })
  void otherTextShouldBeRefused(String text) {
    assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
  }

  @Test
  void formShouldBeThatOfInstant() {
    // Given instants of every year there may be, in seconds and in milliseconds
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      long millis = random.nextLong(-70_000_000_000_000L, 270_000_000_000_000L);
      long instant = i % 2 == 0 ? millis : millis / 1_000 * 1_000;

      // When
      String text = Rfc3339.format(instant);

      // Then
      assertThat(text).isEqualTo(Instant.ofEpochMilli(instant).toString());
      if (text.length() <= 24) {
        assertThat(Rfc3339.parse(text)).isEqualTo(instant);
      }
    }
  }

  @Test
  void whatIsReadShouldBeWhatJavaReads() {
    Random random = new Random(11);
    for (int i = 0; i < 100_000; i++) {
      // Given
      Instant instant =
          Instant.ofEpochSecond(
              random.nextLong(-62_167_219_200L, 253_402_300_800L), random.nextInt(1_000_000_000));
      String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));

      // Then
      assertThat(Rfc3339.parse(text))
          .isEqualTo(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    }
  }
}
