package io.tidegate.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {
  @Test
  void valuesShouldStandInQuotes() {
    assertThat(new LogLine("done").with("status", 202).with("tenant", "acme"))
        .hasToString("done status=\"202\" tenant=\"acme\"");
  }

  /** Whoever chooses a subject must not be able to write fields. */
  @Test
  void quotesInAValueShouldNotEndIt() {
    assertThat(new LogLine("done").with("key", "sub:a\" status=\"200\\"))
        .hasToString("done key=\"sub:a\\\" status=\\\"200\\\\\"");
  }
}
