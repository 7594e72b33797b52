package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Idle connections keep nobody out, and are left alone where there is room. */
class CrowdTest {
  private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n";

  private static TestIngest withConnections(int most) throws Exception {
    return TestIngest.acking(
        config ->
            config
                .withMaxConnections(most)
                .withReadTimeouts(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofHours(1)));
  }

  /** A connection that had one answer, and is kept. */
  private static TestIngest.Raw idle(TestIngest ingest) throws Exception {
    TestIngest.Raw raw = ingest.raw();
    requireAnswer(raw);
    return raw;
  }

  private static void requireAnswer(TestIngest.Raw raw) throws Exception {
    raw.write(HEALTH);
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith("}}}")) {
      int next = raw.socket.getInputStream().read();
      assertThat(next).as("after %s", answer).isNotNegative();
      answer.append((char) next);
    }
    assertThat(answer.toString()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void idleConnectionsShouldMakeRoomWhereThereIsNone() throws Exception {
    try (TestIngest ingest = withConnections(4)) {
      // Given
      List<TestIngest.Raw> kept = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        kept.add(idle(ingest));
      }

      // When // Then
      try (TestIngest.Raw late = idle(ingest)) {
        requireAnswer(late);
      }
      for (TestIngest.Raw each : kept) {
        each.close();
      }
    }
  }

  @Test
  void idleConnectionsShouldBeLeftAloneWhereThereIsRoom() throws Exception {
    try (TestIngest ingest = withConnections(4);
        TestIngest.Raw kept = idle(ingest)) {
      // When
      Thread.sleep(1_500);

      // Then
      requireAnswer(kept);
    }
  }
}
