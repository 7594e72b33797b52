package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final byte[] KEY = "default/alice".getBytes(UTF_8);

  @Test
  void recordThatFitsShouldBeKeptWhole() {
    // Given
    Headers headers = new RecordHeaders().add("x", new byte[] {1});

    // When
    DeadLetter letter = letter(KEY, new byte[] {5}, headers, "detail");

    // Then
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).containsExactly(5);
    assertThat(letter.headers().lastHeader("x").value()).containsExactly(1);
    assertThat(text(letter, "tidegate_cause")).isEqualTo("payload: detail");
    assertThat(text(letter, "tidegate_source")).isEqualTo("t/3/99");
    assertThat(letter.headers().lastHeader("tidegate_truncated")).isNull();
  }

  @Test
  void recordNearKafkasLimitShouldBeCutAndSaySo() {
    // Given
    Headers headers = new RecordHeaders().add("x", new byte[400_000]);

    // When
    DeadLetter letter = letter(new byte[100_000], new byte[600_000], headers, null);

    // Then
    int bytes = DeadLetter.size(letter.headers());
    bytes += letter.key() == null ? 0 : letter.key().length;
    bytes += letter.value() == null ? 0 : letter.value().length;
    assertThat(bytes).isLessThan(900_000);
    assertThat(text(letter, "tidegate_cause")).isEqualTo("payload");
    assertThat(text(letter, "tidegate_truncated")).isEqualTo("100000+400011+600000");
  }

  @Test
  void deadLetterSentInAgainShouldTellItsOwnCauseOnly() {
    // Given
    Headers headers =
        new RecordHeaders()
            .add("tidegate_cause", "old".getBytes(UTF_8))
            .add("tidegate_source", "old".getBytes(UTF_8))
            .add("tidegate_rerouted", "old".getBytes(UTF_8));

    // When
    DeadLetter letter = letter(null, null, headers, null);

    // Then
    assertThat(letter.headers().headers("tidegate_cause")).hasSize(1);
    assertThat(letter.headers().headers("tidegate_source")).hasSize(1);
    assertThat(letter.headers().headers("tidegate_rerouted")).isEmpty();
  }

  private static DeadLetter letter(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, @Nullable String detail) {
    return DeadLetter.of(key, value, headers, "payload", detail, "t", 3, 99);
  }

  private static String text(DeadLetter letter, String header) {
    return new String(letter.headers().lastHeader(header).value(), UTF_8);
  }
}
