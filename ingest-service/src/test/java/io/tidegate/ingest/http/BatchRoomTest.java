package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Results cost memory, too: of a line that is refused more than the line did. */
class BatchRoomTest {
  private static final int ROOM = 100_000;

  @Test
  void noMoreLinesShouldBeTakenThanThereIsRoomForResults() {
    // Given
    try (BatchBed bed = new BatchBed(ROOM)) {
      // When
      bed.batch.read(BatchBed.body("{}\n", 10_000), () -> {});
      Answer answer = bed.batch.answer();
      List<String> results = new String(answer.entity(), UTF_8).lines().toList();

      // Then
      assertThat(results).hasSizeBetween(100, 5_000);
      assertThat(results.getLast()).contains("temporary-reduced-capacity");
      assertThat(answer.retryAfterSeconds()).isEqualTo(BatchBed.COMEBACK);
      int answers = results.stream().mapToInt(result -> result.length() + 1).sum();
      assertThat(2 * answers).isBetween(ROOM / 2, ROOM + 2_000);
      bed.permit.close();
      assertThat(bed.admission.bytes()).isZero();
    }
  }
}
