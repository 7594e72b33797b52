package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerHeadTest {
  private static AnswerHead read(String text) throws MalformedException {
    byte[] bytes = text.getBytes(US_ASCII);
    int end = AnswerHead.end(bytes, 0, bytes.length);
    assertThat(end).isPositive();
    return AnswerHead.read(bytes, 0, end);
  }

  @Test
  void headShouldBeReadOnceItIsAllThere() throws MalformedException {
    String text = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nCONNECTION:close\r\nx:\r\n\r\nbody";
    byte[] bytes = text.getBytes(US_ASCII);

    AnswerHead head = read(text);

    assertThat(head.status()).isEqualTo(503);
    assertThat(head.number("retry-after")).isEqualTo(7);
    assertThat(head.number("content-length")).isEqualTo(-1);
    assertThat(head.number("connection")).isEqualTo(-1);
    assertThat(head.says("connection", "close")).isTrue();
    assertThat(AnswerHead.end(bytes, 0, bytes.length)).isEqualTo(bytes.length - 4);
    assertThat(AnswerHead.end(bytes, 0, bytes.length - 5)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK",
        "HTTP/1.1 20",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.1 099",
        "SSH-2.0",
        "",
        "HTTP/1.1 200 OK\r\n: a",
        "HTTP/1.1 200 OK\r\nabc",
      })
  void whatIsNoAnswerShouldBeRefused(String text) {
    assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read(text + "\r\n\r\n"));
  }

  @Test
  void headThatIsTooLongShouldBeRefused() {
    byte[] bytes = new byte[AnswerHead.MOST_BYTES];

    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> AnswerHead.end(bytes, 0, bytes.length));
  }
}
