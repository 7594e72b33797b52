package io.tidegate.loadtest.devices.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameHeadTest {
  private final FrameHead head = new FrameHead(70_000);

  @ParameterizedTest
  @CsvSource({
    "8100, 1, true, 0, 2",
    "817d, 1, true, 125, 2",
    "817e00c8, 1, true, 200, 4",
    "817effff, 1, true, 65535, 4",
    "817f0000000000010000, 1, true, 65536, 10",
    "0102, 1, false, 2, 2",
    "8002, 0, true, 2, 2",
    "8802, 8, true, 2, 2",
    "8900, 9, true, 0, 2",
    "8a00, 10, true, 0, 2",
  })
  void frameShouldBeReadOnceItIsAllThere(String hex, int opcode, boolean last, int length, int from)
      throws MalformedException {
    byte[] begin = HexFormat.of().parseHex(hex);
    byte[] bytes = new byte[3 + from + length + 5];
    System.arraycopy(begin, 0, bytes, 3, begin.length);

    assertThat(head.read(bytes, 3, 3 + from + length)).isTrue();
    assertThat(head.opcode()).isEqualTo(opcode);
    assertThat(head.last()).isEqualTo(last);
    assertThat(head.from()).isEqualTo(3 + from);
    assertThat(head.to()).isEqualTo(3 + from + length);
    for (int end = 3; end < 3 + from + Math.min(20, length); end++) {
      assertThat(head.read(bytes, 3, end)).as("cut at " + end).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // With a mask, an extension's bit, of unknown kinds, binary.
        "8180",
        "c100",
        "9100",
        "a100",
        "8300",
        "8b00",
        "8200",
        // A control frame that is long, or in parts.
        "897e0080",
        "0900",
        // Too long, and beyond any length.
        "817f0000000000011171",
        "817f8000000000000000",
        "817fffffffffffffffff",
      })
  void whatAServerMayNotSendShouldBeRefused(String hex) {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(hex), 200_000);

    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> head.read(bytes, 0, bytes.length));
  }
}
