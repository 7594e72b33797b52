package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.Pushed;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTest {
  private static final int MOST = 1 << 20;

  private final FrameWriter writer = new FrameWriter();
  private final Deflate deflate = new Deflate(6);
  private final Inflate inflate = new Inflate();

  private static Pushed message(String data) {
    return Pushed.newBuilder()
        .setId("m1")
        .setSource("/s")
        .setType("t")
        .setTime(1_000)
        .setJson(true)
        .setPayload(ByteString.copyFromUtf8("\"" + data + "\""))
        .build();
  }

  private static byte[] wire(Frame frame) {
    byte[] all = Arrays.copyOf(frame.own(), frame.length());
    System.arraycopy(frame.tail().bytes(), 0, all, frame.own().length, frame.tail().length());
    return all;
  }

  /** What a client understands. */
  private String text(Frame frame) throws Exception {
    byte[] wire = wire(frame);
    int length =
        switch (wire[1]) {
          case 126 -> ((wire[2] & 0xff) << 8) | (wire[3] & 0xff);
          case 127 -> ((wire[7] & 0xff) << 16) | ((wire[8] & 0xff) << 8) | (wire[9] & 0xff);
          default -> wire[1];
        };
    int from = WireFrame.textAt(wire);
    assertThat(wire.length - from).isEqualTo(length);
    byte[] payload = Arrays.copyOfRange(wire, from, wire.length);
    assertThat(wire[0] & 0xbf).isEqualTo(0x81);
    return new String((wire[0] & 0x40) == 0 ? payload : inflate.message(payload, MOST), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 200, 300, 900, 1_100, 5_000, 70_000, 300_000})
  void sharedMessageShouldBeCompressedOnceForAll(int length) throws Exception {
    // Given
    Tail last = writer.last(message("ab cd ".repeat(length / 6)));
    Frame plainOne = writer.push(0, 5, last);
    Frame plainOther = writer.push(123_456_789_012L, 123_456_789_013L, last);

    // When
    Frame one = plainOne.deflated(deflate);
    Frame other = plainOther.deflated(deflate);

    // Then
    assertThat(text(one)).isEqualTo(text(plainOne));
    assertThat(text(other)).isEqualTo(text(plainOther)).isNotEqualTo(text(plainOne));
    assertThat(plainOne.deflated(deflate)).isSameAs(one);
    if (length < 100) {
      assertThat(one).isSameAs(plainOne);
    } else if (length >= 300) {
      assertThat(one.tail()).isSameAs(other.tail());
      assertThat(one.length()).isLessThan(plainOne.length());
    }
  }

  @Test
  void batchOfOnesOwnShouldBeCompressedWhole() throws Exception {
    // Given
    Deliver.Builder batch = Deliver.newBuilder().setPrev(3);
    for (int seq = 4; seq < 20; seq++) {
      batch.addMessages(message("hello " + seq).toBuilder().setSeq(seq));
    }
    Frame plain = Frame.of(writer.push(batch.build()));

    // When
    Frame packed = plain.deflated(deflate);

    // Then
    assertThat(text(packed)).isEqualTo(text(plain));
    assertThat(packed.length()).isLessThan(plain.length() / 4);
    assertThat(packed.tail().length()).isZero();
  }

  @Test
  void frameThatWouldNotBeSmallerShouldStay() {
    // Given
    byte[] noise = new byte[3_000];
    new Random(1).nextBytes(noise);
    Tail random = new Tail(noise);

    // When
    Frame shared = writer.push(0, 1, random);
    Frame small = Frame.of(writer.goaway(Duration.ZERO, Duration.ZERO));

    // Then
    assertThat(shared.deflated(deflate)).isSameAs(shared);
    assertThat(small.deflated(deflate)).isSameAs(small);
  }

  @Test
  void messageBeyondTheBoundShouldNotBeMade() throws Exception {
    // Given
    byte[] zeros = deflate.pack(new byte[10_000], 0, 10_000);

    // When // Then
    assertThat(inflate.message(zeros, 9_999)).isNull();
    assertThat(inflate.message(zeros, 10_000)).hasSize(10_000);
    assertThat(inflate.message(new byte[0], 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {4_000, 4_085, 4_086, 4_087, 4_088, 4_089, 4_090, 8_200, 70_000, 700_000})
  void whatDoesNotShrinkShouldComeOutAsItWas(int length) throws Exception {
    // Given
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);

    // When // Then
    assertThat(inflate.message(deflate.pack(noise, 0, length), length)).isEqualTo(noise);
  }

  @Test
  void lastBlocksWithoutEndShouldBeRefused() {
    // Given
    byte[] blocks = new byte[2_000];
    for (int i = 0; i < blocks.length; i += 2) {
      blocks[i] = 3;
    }

    // When // Then
    assertThatThrownBy(() -> inflate.message(blocks, MOST))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("more than 16 last blocks");
  }

  @Test
  void rubbishShouldBeRefused() {
    // When // Then
    assertThatThrownBy(() -> inflate.message(new byte[] {(byte) 0xff, 1, 2, 3}, MOST))
        .isInstanceOf(DataFormatException.class);
  }

  /** RFC 7692, 7.2.3: one example of each kind, all of them "Hello". */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f248cdc9c90700", // one block
        "000500faff48656c6c6f00", // stored
        "f348cdc9c9070000", // the last block's mark
        "f24805000000ffffcac9c90700", // two blocks
      })
  void examplesOfTheRfcShouldBeUnderstood(String hex) throws Exception {
    // When
    byte[] text = inflate.message(HexFormat.of().parseHex(hex), MOST);

    // Then
    assertThat(new String(text, UTF_8)).isEqualTo("Hello");
  }

  @Test
  void whatFollowsALastBlockShouldBeReadToo() throws Exception {
    // Given
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    for (String part : new String[] {"one ", "two"}) {
      Deflater last = new Deflater(6, true);
      last.setInput(part.getBytes(UTF_8));
      last.finish();
      byte[] bytes = new byte[100];
      both.write(bytes, 0, last.deflate(bytes));
      last.end();
    }
    both.write(0);

    // When // Then
    assertThat(new String(inflate.message(both.toByteArray(), MOST), UTF_8)).isEqualTo("one two");
  }
}
