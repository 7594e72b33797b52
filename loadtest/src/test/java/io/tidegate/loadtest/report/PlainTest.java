package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PlainTest {
  @Test
  void whatATerminalWouldObeyShouldBeReplaced() {
    assertEquals(
        "a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFD", Plain.line("a\u001b[2Jb\u202ec\u2028d\ud800", 99));
  }

  @Test
  void aLineShouldBeOneLine() {
    assertEquals("a b  c", Plain.line("a\nb\t\nc", 99));
  }

  @Test
  void aBlockShouldKeepItsLines() {
    assertEquals("a\n\tb\uFFFD\n", Plain.block("a\r\n\tb\u0000\n"));
  }

  @Test
  void whatIsLongerShouldBeCutToTheMost() {
    assertEquals("abc", Plain.line("abc", 3));
    assertEquals("ab…", Plain.line("abcd", 3));
    assertEquals("\uD83C\uDF0A…", Plain.line("\uD83C\uDF0A\uD83C\uDF0A\uD83C\uDF0A", 2));
  }
}
