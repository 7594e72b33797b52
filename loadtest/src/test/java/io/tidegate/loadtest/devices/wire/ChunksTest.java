package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunksTest {
  private static String unwrap(String body, int piece) throws MalformedException {
    Chunks chunks = new Chunks();
    StringBuilder text = new StringBuilder();
    byte[] all = body.getBytes(US_ASCII);
    for (int from = 0; from < all.length; from += piece) {
      byte[] part = Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
      text.append(new String(part, 0, chunks.unwrap(part, 0, part.length), US_ASCII));
    }
    return text.append(chunks.isOver() ? "." : "").toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void chunksShouldBeTakenOffInPiecesOfAnySize(int piece) throws MalformedException {
    String body = "5\r\nhello\r\n1;a=b\r\n,\r\n00b\r\n wide world\r\n0\r\nx: y\r\n\r\n";

    assertThat(unwrap(body, piece)).isEqualTo("hello, wide world.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "\r\n", "12345678\r\n", "1\r\nab\r\n"})
  void whatIsNoChunkShouldBeRefused(String body) {
    assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> unwrap(body, 100));
  }
}
