package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayItemsTest {
  private static final String TOO_LONG = "<too long>";

  /** What came of an array: its items, and what was wrong with it at last. */
  private record Read(List<String> items, String fault) {}

  private static Read read(String text, int step, int maxBytes) throws Exception {
    ArrayItems array = new ArrayItems(new Trickle(text, step), maxBytes);
    List<String> items = new ArrayList<>();
    try {
      for (Items.Item item = array.next(); item != null; item = array.next()) {
        items.add(
            item.tooLong()
                ? TOO_LONG
                : new String(item.bytes(), item.offset(), item.length(), UTF_8));
      }
    } catch (InvalidMessageException e) {
      return new Read(items, String.valueOf(e.problem().detail()));
    }
    return new Read(items, "");
  }

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

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100_000})
  void itemsShouldComeWholeHoweverTheBytesCome(int step) throws Exception {
    // Given
    String tricky = "{\"a,]\":[1,{\"b\":\"\\\"],\\\\\"}],\"é\":\"[{\"}";

    // When
    Read read = read(" \r\n[ 1 ,\n" + tricky + ",[[],[2]]\t,\"x\\\\\",{}\n]\n ", step, 100);

    // Then
    assertThat(read.items()).containsExactly("1 ", tricky, "[[],[2]]\t", "\"x\\\\\"", "{}\n");
    assertThat(read.fault()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []          | 0 | ``
          [ ]         | 0 | ``
          [1]x        | 1 | something follows the array
          [1][2]      | 1 | something follows the array
          [1          | 0 | the array ends early
          [1,         | 1 | the array ends early
          [1,{"a":1}  | 1 | the array ends early
          [1,"]       | 1 | the array ends early
          [1,"\\"]    | 1 | the array ends early
          [           | 0 | the array ends early
          ``          | 0 | want a JSON array
          {"a":[1]}   | 0 | want a JSON array
          "[1]"       | 0 | want a JSON array
          """)
  void arrayThatIsNoneShouldEndAfterTheItemsWhoseEndWasSeen(String text, int items, String fault)
      throws Exception {
    for (int step : new int[] {1, 1000}) {
      // When
      Read read = read(text, step, 100);

      // Then
      assertThat(read.items()).hasSize(items);
      assertThat(read.fault()).isEqualTo(fault);
    }
  }

  @Test
  void brokenItemsShouldNotDisturbTheOthers() throws Exception {
    // When
    Read read = read("[nonsense,{\"a\":1],},,{\"b\":2}]", 3, 100);

    // Then
    assertThat(read.items()).containsExactly("nonsense", "{\"a\":1]", "}", "", "{\"b\":2}");
    assertThat(read.fault()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100_000})
  void tooLongItemsShouldNotDisturbTheOthers(int step) throws Exception {
    // Given
    String large = "[\"" + "],\\\"".repeat(20_000) + "\"]";

    // When
    Read read = read("[123456,12345," + large + ",7,1234567]", step, 5);

    // Then
    assertThat(read.items()).containsExactly(TOO_LONG, "12345", TOO_LONG, "7", TOO_LONG);
    assertThat(read.fault()).isEmpty();
  }

  @Test
  void itemLargerThanTheBufferShouldCome() throws Exception {
    // Given
    String large = "\"" + "y".repeat(300_000) + "\"";

    // When
    Read read = read("[1," + large + ",2]", 9_999, large.length());

    // Then
    assertThat(read.items()).containsExactly("1", large, "2");
  }

  /** A million items, or one that never ends, take no more memory than one of the largest size. */
  @Test
  void endlessArrayShouldBeReadInBoundedMemory() {
    // Given
    byte[] endless = "[[[[[[[[".getBytes(UTF_8);
    int[] left = {64 << 20};
    InputStream in =
        new InputStream() {
          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            assertThat(length).isLessThan(64 * 1024);
            int n = Math.min(Math.min(length, endless.length), left[0]);
            System.arraycopy(endless, 0, bytes, offset, n);
            left[0] -= n;
            return n == 0 ? -1 : n;
          }
        };

    // Then
    assertThatThrownBy(() -> new ArrayItems(in, 1000).next())
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("the array ends early");
  }
}
