package io.tidegate.contract.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class BodyLengthTest {
  @Test
  void bodyMayBeAsLongAsItsHeadSays() throws Exception {
    BodyLength length = new BodyLength(5);
    length.add(3);
    assertThat(length.isReached()).isFalse();
    length.add(2);
    assertThat(length.isReached()).isTrue();
    length.end();
  }

  @Test
  void bodyIsLonger() throws Exception {
    BodyLength length = new BodyLength(5);
    length.add(5);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> length.add(1))
        .withMessageContaining("longer");
  }

  @Test
  void bodyIsShorter() throws Exception {
    BodyLength length = new BodyLength(5);
    length.add(4);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(length::end)
        .withMessageContaining("shorter");
  }

  @Test
  void bodyOfNoLengthIsAsLongAsItIs() throws Exception {
    BodyLength length = new BodyLength(RequestHead.CHUNKED);
    assertThat(length.isAnnounced()).isFalse();
    length.end();
    length.add(1_000);
    length.end();
  }
}
