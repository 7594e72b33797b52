package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientProtocolTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0000000000000000",
    "1, 0000000000000001",
    "12648430, 0000000000c0ffee",
    "-1, ffffffffffffffff",
    "-9223372036854775808, 8000000000000000",
    "9223372036854775807, 7fffffffffffffff"
  })
  void epochShouldBe16HexDigits(long epoch, String text) {
    assertThat(ClientProtocol.epoch(epoch)).isEqualTo(text);
    assertThat(ClientProtocol.parseEpoch(text)).isEqualTo(epoch);
  }

  @Test
  void anyEpochShouldReadBackAsItWasWritten() {
    Random random = new Random(20261127);
    for (int i = 0; i < 1_000; i++) {
      long epoch = random.nextLong() >>> random.nextInt(64);
      assertThat(ClientProtocol.parseEpoch(ClientProtocol.epoch(epoch))).isEqualTo(epoch);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "000000000000000",
        "00000000000000000",
        "+000000000000001",
        "-000000000000001",
        "000000000000000g",
        "0x00000000000001",
        "00000000 0000001",
        "000000000000000１"
      })
  void textThatIsNoEpochShouldBeRefused(String text) {
    assertThatThrownBy(() -> ClientProtocol.parseEpoch(text))
        .isInstanceOf(NumberFormatException.class)
        .hasMessage("want 16 hex digits");
  }

  @Test
  void windowsShouldBeWithinTheirBounds() {
    assertThat(ClientProtocol.DEFAULT_WINDOW).isBetween(1, ClientProtocol.MAX_WINDOW);
    // Else a session waits for acks that its client does not send yet.
    assertThat(ClientProtocol.ACK_EVERY).isLessThanOrEqualTo(ClientProtocol.DEFAULT_WINDOW);
  }
}
