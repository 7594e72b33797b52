package io.tidegate.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.webserver.CloseConnectionException;
import org.junit.jupiter.api.Test;

/** A batch whose connection the watchdog has cut. */
class BatchOfNobodyTest {
  private static final String LINE = "{\"to\":{\"user\":\"alice\"},\"data\":1}\n";

  @Test
  void linesAfterTheCutShouldNotBeSent() {
    // Given
    try (BatchBed bed = new BatchBed(1_000_000)) {
      // When
      assertThatThrownBy(
              () ->
                  bed.batch.read(
                      BatchBed.body(LINE, 10),
                      () -> {
                        if (bed.kafka.history().size() == 3) {
                          throw new CloseConnectionException("overdue");
                        }
                      }))
          .isInstanceOf(CloseConnectionException.class);

      // Then
      assertThat(bed.kafka.history()).hasSize(3);
    }
  }
}
