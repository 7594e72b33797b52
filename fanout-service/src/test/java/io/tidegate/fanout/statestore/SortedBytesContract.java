package io.tidegate.fanout.statestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every map of sorted bytes does alike, so that tests on a tree say something of RocksDB. */
abstract class SortedBytesContract {
  private static final HexFormat HEX = HexFormat.of();
  private SortedBytes store;

  abstract SortedBytes create();

  @BeforeEach
  void openTheStore() {
    store = create();
  }

  @Test
  void absentKeyShouldReadAsNull() {
    assertThat(store.get(hex("01"))).isNull();
  }

  @Test
  void lastValueShouldBeRead() {
    // Given
    store.put(hex("01"), hex("aa"));

    // When
    store.put(hex("01"), hex("bb"));

    // Then
    assertThat(store.get(hex("01"))).isEqualTo(hex("bb"));
  }

  @Test
  void emptyValueShouldBeAValue() {
    // When
    store.put(hex("01"), new byte[0]);

    // Then
    assertThat(store.get(hex("01"))).isEmpty();
    assertThat(keys("00", "02")).containsExactly("01");
  }

  @Test
  void deletedKeyShouldBeGone() {
    // Given
    store.put(hex("01"), hex("aa"));

    // When
    store.delete(hex("01"));
    store.delete(hex("02"));

    // Then
    assertThat(store.get(hex("01"))).isNull();
    assertThat(keys("00", "ff")).isEmpty();
  }

  @Test
  void rangeShouldRiseAsUnsignedBytesWithPrefixesFirst() {
    // When
    for (String key : List.of("80", "7f", "ff00", "01", "0100", "00")) {
      store.put(hex(key), hex("aa"));
    }

    // Then
    assertThat(keys("00", "ffff")).containsExactly("00", "01", "0100", "7f", "80", "ff00");
  }

  @Test
  void rangeShouldHaveItsStartAndNotItsEnd() {
    // When
    for (String key : List.of("01", "02", "03", "0300")) {
      store.put(hex(key), hex(key));
    }

    // Then
    assertThat(keys("01", "03")).containsExactly("01", "02");
    assertThat(keys("02", "0300")).containsExactly("02", "03");
    assertThat(keys("02", "02")).isEmpty();
  }

  @Test
  void rangeShouldStandNowhereBeforeTheFirstAndAfterTheLast() {
    // Given
    store.put(hex("01"), hex("aa"));

    // When
    try (SortedBytes.Range range = store.range(hex("00"), hex("02"))) {
      // Then
      assertThatThrownBy(range::key).isInstanceOf(IllegalStateException.class);
      assertThat(range.next()).isTrue();
      assertThat(range.key()).isEqualTo(hex("01"));
      assertThat(range.value()).isEqualTo(hex("aa"));
      assertThat(range.next()).isFalse();
      assertThat(range.next()).isFalse();
      assertThatThrownBy(range::value).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void bufferShouldLayItsWritesOverTheStore() {
    // Given
    store.put(hex("01"), hex("a1"));
    store.put(hex("02"), hex("a2"));
    store.put(hex("04"), hex("a4"));
    BufferedBytes buffer = new BufferedBytes(store);

    // When
    buffer.put(hex("02"), hex("b2"));
    buffer.put(hex("03"), hex("b3"));
    buffer.delete(hex("04"));

    // Then
    assertThat(entries(buffer, "00", "05")).containsExactly("01=a1", "02=b2", "03=b3");
    assertThat(entries(store, "00", "05")).containsExactly("01=a1", "02=a2", "04=a4");
    buffer.commit();
    assertThat(entries(store, "00", "05")).containsExactly("01=a1", "02=b2", "03=b3");
  }

  @Test
  void discardedBufferShouldLeaveTheStoreAsItWas() {
    // Given
    store.put(hex("01"), hex("a1"));
    BufferedBytes buffer = new BufferedBytes(store);
    buffer.delete(hex("01"));
    buffer.put(hex("02"), hex("b2"));

    // When
    buffer.discard();
    buffer.commit();

    // Then
    assertThat(entries(store, "00", "05")).containsExactly("01=a1");
  }

  private List<String> keys(String from, String to) {
    return entries(store, from, to).stream().map(it -> it.substring(0, it.indexOf('='))).toList();
  }

  private static List<String> entries(SortedBytes bytes, String from, String to) {
    List<String> entries = new ArrayList<>();
    try (SortedBytes.Range range = bytes.range(hex(from), hex(to))) {
      while (range.next()) {
        entries.add(HEX.formatHex(range.key()) + "=" + HEX.formatHex(range.value()));
      }
    }
    return entries;
  }

  private static byte[] hex(String text) {
    return HEX.parseHex(text);
  }
}
