package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  private static final String TOO_LONG = "<too long>";

  /** Gives at most so many bytes at a time. */
  private static final class Trickle extends InputStream {
    private final ByteArrayInputStream in;
    private final int step;

    Trickle(String text, int step) {
      this.in = new ByteArrayInputStream(text.getBytes(UTF_8));
      this.step = step;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return in.read(bytes, offset, Math.min(step, length));
    }
  }

  private static List<String> lines(String text, int step, int maxBytes) throws IOException {
    Lines lines = new Lines(new Trickle(text, step), maxBytes);
    List<String> all = new ArrayList<>();
    for (Items.Item line = lines.next(); line != null; line = lines.next()) {
      all.add(
          line.tooLong()
              ? TOO_LONG
              : new String(line.bytes(), line.offset(), line.length(), UTF_8));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100_000})
  void linesShouldComeWholeHoweverTheBytesCome(int step) throws Exception {
    // When
    List<String> lines = lines("a\nbcd\r\n\n \t\r\n{\"é\":1}\nlast", step, 100);

    // Then
    assertThat(lines).containsExactly("a", "bcd\r", "{\"é\":1}", "last");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100_000})
  void tooLongLinesShouldNotDisturbTheOthers(int step) throws Exception {
    // Given
    String five = "12345";
    String six = "123456";

    // When
    List<String> lines =
        lines(six + "\n" + five + "\n" + "x".repeat(70_000) + "\nb\n" + six, step, 5);

    // Then
    assertThat(lines).containsExactly(TOO_LONG, five, TOO_LONG, "b", TOO_LONG);
  }

  @Test
  void lineLargerThanTheBufferShouldCome() throws Exception {
    // Given
    String large = "y".repeat(300_000);

    // When
    List<String> lines = lines("a\n" + large + "\nb", 9_999, 300_000);

    // Then
    assertThat(lines).containsExactly("a", large, "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "  ", "\r\n\r\n \n"})
  void blankTextShouldHaveNoLines(String text) throws Exception {
    // When
    List<String> lines = lines(text, 2, 100);

    // Then
    assertThat(lines).isEmpty();
  }
}
