package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventScanTest {
  private static final List<String> DATA = List.of("{\"a\":1}", "x\ny", "gr\u00fcn", "", " z");

  private static final String STREAM =
      """
      retry: 3453

      event: push
      id: 1-2
      data: {"a":1}

      :

      data: x
      data:y
      id: 3

      database: no

      data: gr\u00fcn

      data

      data:  z

      """;

  /** In pieces of that many bytes, as a connection reads them. */
  private static List<String> read(String stream, int piece) throws MalformedException {
    EventScan events = new EventScan(1_000);
    Rest rest = new Rest();
    List<String> data = new ArrayList<>();
    byte[] all = stream.getBytes(UTF_8);
    for (int from = 0; from < all.length; from += piece) {
      rest.add(all, from, Math.min(all.length, from + piece));
      int at = 0;
      int next;
      while ((next = events.next(rest.bytes(), at, rest.length())) >= 0) {
        at = next;
        if (events.hasData()) {
          int length = events.to() - events.from();
          data.add(new String(rest.bytes(), events.from(), length, UTF_8));
        }
      }
      rest.dropBefore(at);
    }
    assertThat(rest.length()).isZero();
    return data;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 16, 1_000})
  void eventsShouldBeFoundInPiecesOfAnySize(int piece) throws MalformedException {
    assertThat(read(STREAM, piece)).isEqualTo(DATA);
    assertThat(read(STREAM.replace("\n", "\r\n"), piece)).isEqualTo(DATA);
  }

  @Test
  void carriageReturnsAloneShouldEndLinesToo() throws MalformedException {
    assertThat(read("data: x\rdata: y\r\rdata: z\r\r:\n\n", 4)).containsExactly("x\ny", "z");
  }

  @Test
  void eventThatIsTooLongShouldBeRefusedBeforeItsEnd() {
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> read("data: " + "x".repeat(1_000), 100));
  }
}
