package io.tidegate.ingest.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.tidegate.ingest.admission.Admission;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderTest {
  private static final long ROOM = 64L << 20;
  private static final int MAX_BYTES = 8 << 20;
  private static final byte[] TEXT = "{\"to\":{\"user\":\"alice\"}}\n".repeat(5000).getBytes(UTF_8);

  private final Admission admission = new Admission(1, ROOM);

  /** Each of them beside an encoder that is not ours. */
  enum Coding {
    GZIP {
      @Override
      OutputStream pack(OutputStream out) throws IOException {
        return new GZIPOutputStream(out);
      }

      @Override
      Decoder unpack(InputStream in, Admission.Permit permit) throws IOException {
        return new Gunzip(in, permit);
      }
    },
    ZSTD {
      @Override
      OutputStream pack(OutputStream out) throws IOException {
        return new ZstdOutputStream(out).setChecksum(true);
      }

      @Override
      Decoder unpack(InputStream in, Admission.Permit permit) throws IOException {
        return new Unzstd(in, MAX_BYTES, permit);
      }
    };

    abstract OutputStream pack(OutputStream out) throws IOException;

    abstract Decoder unpack(InputStream in, Admission.Permit permit) throws IOException;

    byte[] packed(byte[] bytes) throws IOException {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream out = pack(packed)) {
        out.write(bytes);
      }
      return packed.toByteArray();
    }
  }

  /** Gives as few bytes at a time as a network may. */
  private static InputStream dripping(byte[] bytes, int atMost) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, atMost));
      }
    };
  }

  private byte[] unpacked(Coding coding, InputStream in) throws IOException {
    try (Admission.Permit permit = requireNonNull(admission.enter());
        Decoder decoder = coding.unpack(in, permit)) {
      return decoder.readAllBytes();
    }
  }

  private byte[] unpacked(Coding coding, byte[] packed) throws IOException {
    return unpacked(coding, new ByteArrayInputStream(packed));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void bodyShouldBeUnpackedHoweverItComes(Coding coding) throws Exception {
    // Given
    byte[] noise = new byte[200_000];
    new Random(7).nextBytes(noise);

    for (byte[] bytes : List.of(TEXT, noise, new byte[0], new byte[] {1})) {
      byte[] packed = coding.packed(bytes);
      for (int atMost : List.of(1, 7, 4096, Integer.MAX_VALUE)) {
        // When
        byte[] unpacked = unpacked(coding, dripping(packed, atMost));

        // Then
        assertThat(unpacked).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalFramesShouldBeOneBody(Coding coding) throws Exception {
    // Given
    byte[] packed = joined(coding.packed(TEXT), coding.packed(new byte[0]), coding.packed(TEXT));

    for (int atMost : List.of(1, Integer.MAX_VALUE)) {
      // When
      byte[] unpacked = unpacked(coding, dripping(packed, atMost));

      // Then
      assertThat(unpacked).isEqualTo(joined(TEXT, TEXT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyThatIsCutShortAnywhereShouldBeSaidToEndEarly(Coding coding) throws Exception {
    // Given
    byte[] packed = coding.packed("{\"to\":{\"user\":\"alice\"},\"data\":1}".getBytes(UTF_8));

    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);

      // When
      // Then
      assertThatExceptionOfType(DecodingException.class)
          .as("%d of %d bytes", length, packed.length)
          .isThrownBy(() -> unpacked(coding, cut))
          .withMessageEndingWith("it ends early")
          .extracting(DecodingException::fault)
          .isEqualTo(DecodingException.Fault.MALFORMED);
    }
  }

  /** Headers have bits that mean nothing to us; what must not happen is another text. */
  @ParameterizedTest
  @EnumSource
  void changedBitShouldNeverGiveAnotherText(Coding coding) throws Exception {
    // Given
    byte[] text = "{\"to\":{\"user\":\"alice\"},\"data\":1}".repeat(3).getBytes(UTF_8);
    byte[] packed = coding.packed(text);
    List<Integer> unnoticed = new ArrayList<>();

    for (int bit = 0; bit < packed.length * 8; bit++) {
      byte[] changed = packed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));

      // When
      try {
        byte[] unpacked = unpacked(coding, changed);

        // Then
        assertThat(unpacked).as("bit %d", bit).isEqualTo(text);
        unnoticed.add(bit);
      } catch (DecodingException e) {
        assertThat(e.fault()).isNotEqualTo(DecodingException.Fault.MEMORY);
      }
    }
    assertThat(unnoticed).hasSizeLessThan(packed.length);
  }

  @ParameterizedTest
  @EnumSource
  void whatFollowsTheEndShouldNotBeLostWithoutAWord(Coding coding) throws Exception {
    // Given
    byte[] packed = joined(coding.packed(TEXT), "{\"to\":{}}".getBytes(UTF_8));

    // When
    // Then
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> unpacked(coding, packed))
        .withMessageContaining("what follows its end is no ");
  }

  @ParameterizedTest
  @EnumSource
  void bombShouldCostOnlyWhatIsAskedFor(Coding coding) throws Exception {
    // Given
    byte[] bomb = coding.packed(new byte[64 << 20]);
    assertThat(bomb).hasSizeLessThan(100_000);
    byte[] some = new byte[1000];

    try (Admission.Permit permit = requireNonNull(admission.enter());
        Decoder decoder = coding.unpack(new ByteArrayInputStream(bomb), permit)) {
      // When
      int count = decoder.read(some);

      // Then
      assertThat(count).isPositive();
      assertThat(permit.held()).isLessThan(3 << 20);
    }
    assertThat(admission.bytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatComesOutShouldCountTwiceAndWhatWentInNoMore(Coding coding) throws Exception {
    // Given
    byte[] packed = coding.packed(TEXT);

    try (Admission.Permit permit = requireNonNull(admission.enter())) {
      try (Decoder decoder = coding.unpack(new ByteArrayInputStream(packed), permit)) {
        long working = permit.held();
        permit.grow(2L * packed.length);

        // When
        byte[] unpacked = decoder.readAllBytes();

        // Then
        assertThat(unpacked).hasSameSizeAs(TEXT);
        assertThat(permit.held()).isEqualTo(working + 2L * TEXT.length + windowOf(coding));
      }
      assertThat(permit.held()).isEqualTo(2L * TEXT.length);
    }
  }

  /** Of a stream at the usual level: 2 MiB and two blocks of 128 KiB. */
  private static long windowOf(Coding coding) {
    return coding == Coding.GZIP ? 0 : (2L << 20) + 2 * (128L << 10);
  }

  /** Its memory is not on the heap: what is not freed is lost. */
  @ParameterizedTest
  @EnumSource
  void closedShouldHaveFreedItsMemoryOnce(Coding coding) throws Exception {
    // Given
    byte[] packed = coding.packed(TEXT);
    try (Admission.Permit permit = requireNonNull(admission.enter())) {
      permit.grow(2L * packed.length);
      Decoder decoder = coding.unpack(new ByteArrayInputStream(packed), permit);
      int first = decoder.read();

      // When
      decoder.close();
      decoder.close();

      // Then
      assertThat(first).isEqualTo('{');
      assertThat(permit.held()).isEqualTo(2);
      assertThatException().isThrownBy(decoder::readAllBytes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fullHouseShouldRefuseBeforeAnythingIsUnpacked(Coding coding) throws Exception {
    // Given
    byte[] packed = coding.packed(TEXT);
    try (Admission.Permit permit = requireNonNull(admission.enter())) {
      permit.grow(ROOM - 1000);

      // When
      // Then
      assertThatExceptionOfType(DecodingException.class)
          .isThrownBy(() -> coding.unpack(new ByteArrayInputStream(packed), permit).close())
          .extracting(DecodingException::fault)
          .isEqualTo(DecodingException.Fault.MEMORY);
    }
  }

  @Test
  void zstdWindowBeyondTheBoundShouldBeRefusedBeforeItIsMade() throws Exception {
    // Given
    byte[] head = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((27 - 10) << 3), 1, 0, 0};

    // When
    // Then
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> unpacked(Coding.ZSTD, head))
        .withMessageContaining("window of 134217728 bytes; at most 8388608");
  }

  @Test
  void zstdLargestWindowShouldBeTaken() throws Exception {
    // Given
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(packed).setLevel(19)) {
      out.write(TEXT);
    }

    // When
    byte[] unpacked = unpacked(Coding.ZSTD, packed.toByteArray());

    // Then
    assertThat(unpacked).isEqualTo(TEXT);
  }

  @Test
  void zstdFrameThatSaysItIsTooLargeShouldBeRefusedByItsHeader() throws Exception {
    // Given
    byte[] head = Arrays.copyOf(Zstd.compress(new byte[MAX_BYTES + 1]), 12);

    // When
    // Then
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> unpacked(Coding.ZSTD, head))
        .extracting(DecodingException::fault)
        .isEqualTo(DecodingException.Fault.SIZE);
  }

  @Test
  void zstdFramesThatMeanNothingShouldBePassedOver() throws Exception {
    // Given
    byte[] skippable = {0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9};

    // When
    byte[] unpacked = unpacked(Coding.ZSTD, joined(skippable, Zstd.compress(TEXT), skippable));

    // Then
    assertThat(unpacked).isEqualTo(TEXT);
  }

  @Test
  void gzipHeaderWithEverythingInItShouldBeRead() throws Exception {
    // Given
    byte[] plain = Coding.GZIP.packed(TEXT);
    CRC32 crc = new CRC32();
    byte[] head = {
      0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 0
    };
    crc.update(head);
    byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    byte[] wrong = {check[0], (byte) (check[1] ^ 1)};
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);

    // When
    byte[] unpacked = unpacked(Coding.GZIP, joined(head, check, body));

    // Then
    assertThat(unpacked).isEqualTo(TEXT);
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> unpacked(Coding.GZIP, joined(head, wrong, body)))
        .withMessageContaining("checksum of its header");
  }
}
