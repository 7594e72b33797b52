package io.tidegate.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String IDS = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

  @Test
  void validHeaderShouldBeKept() {
    // When
    String kept = TraceParent.valid("00-" + IDS + "-01");

    // Then
    assertThat(kept).isEqualTo("00-" + IDS + "-01");
  }

  @Test
  void laterVersionShouldBeCutToWhatWeKnow() {
    // When
    String kept = TraceParent.valid("01-" + IDS + "-01-what-else");

    // Then
    assertThat(kept).isEqualTo("01-" + IDS + "-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
      })
  void invalidHeaderShouldBeIgnored(String header) {
    // When
    String kept = TraceParent.valid(header);

    // Then
    assertThat(kept).isNull();
  }
}
