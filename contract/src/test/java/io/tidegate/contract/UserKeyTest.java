package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserKeyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default/alice",
        "a/b/c",
        "a//",
        "a/ ",
        "0-9/Zoë",
        "t/😀",
        "t/مستخدم",
        "t/user@example.com?x=1#y"
      })
  void keyShouldReadBackAsItWasWritten(String text) {
    // When
    UserKey key = UserKey.parse(text);

    // Then
    assertThat(key.toString()).isEqualTo(text);
    assertThat(UserKey.parse(key.toBytes())).isEqualTo(key);
  }

  @Test
  void firstSlashShouldDivide() {
    assertThat(UserKey.parse("acme/a/b")).isEqualTo(new UserKey("acme", "a/b"));
  }

  @Test
  void boundsShouldBeInclusive() {
    // Given
    String tenant = "t".repeat(64);
    String user = "é".repeat(128);

    // When
    UserKey key = new UserKey(tenant, user);

    // Then
    assertThat(UserKey.parse(key.toBytes())).isEqualTo(key);
  }

  static Stream<Arguments> illegal() {
    return Stream.of(
        Arguments.of("alice", "key: want tenant/user, found no slash"),
        Arguments.of("", "key: want tenant/user, found no slash"),
        Arguments.of("/alice", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("Acme/alice", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("a_b/alice", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("acme\n/alice", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("t".repeat(65) + "/alice", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("acme/", "user: must not be empty"),
        Arguments.of("acme/" + "a".repeat(257), "user: longer than 256 bytes of UTF-8"),
        Arguments.of("acme/" + "é".repeat(129), "user: longer than 256 bytes of UTF-8"),
        Arguments.of("acme/a\u0000", "user: has a control character at 1"),
        Arguments.of("acme/\n", "user: has a control character at 0"),
        Arguments.of("acme/ab\u007f", "user: has a control character at 2"),
        Arguments.of("acme/ab\u0085", "user: has a control character at 2"),
        Arguments.of("acme/😀\t", "user: has a control character at 2"),
        Arguments.of("acme/a\ud83d", "user: has half a surrogate pair at 1"),
        Arguments.of("acme/\ude00a", "user: has half a surrogate pair at 0"),
        Arguments.of("acme/\ud83d\ud83d\ude00", "user: has half a surrogate pair at 0"));
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void illegalKeyShouldBeRefusedNamingFieldAndReason(String text, String reason) {
    assertThatThrownBy(() -> UserKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @Test
  void bytesThatAreNoTextShouldBeRefused() {
    assertThatThrownBy(() -> UserKey.parse(new byte[] {'a', '/', (byte) 0xC3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key: not UTF-8");
    // An overlong slash must not divide.
    assertThatThrownBy(() -> UserKey.parse(new byte[] {'a', (byte) 0xC0, (byte) 0xAF, 'b'}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key: not UTF-8");
    assertThatThrownBy(() -> UserKey.parse(new byte[322]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key: longer than 321 bytes");
  }

  @Test
  void partitionShouldBeThatOfKafkasDefaultPartitioner() {
    // Given
    Random random = new Random(20261127);

    for (int i = 0; i < 5_000; i++) {
      String user = user(random);
      int partitions = 1 + random.nextInt(200);
      UserKey key = new UserKey("t" + random.nextInt(100), user);

      // When
      int partition = key.partition(partitions);

      // Then
      int kafkas = BuiltInPartitioner.partitionForKey(key.toString().getBytes(UTF_8), partitions);
      assertThat(partition).as("%s of %d", key, partitions).isEqualTo(kafkas);
      assertThat(UserKey.partition(key.toBytes(), partitions)).isEqualTo(kafkas);
    }
  }

  @Test
  void partitionShouldStayWhatItIs() {
    // Computed apart from Kafka; a change would give every user a second sequencer.
    assertThat(new UserKey("default", "alice").partition(12)).isEqualTo(10);
    assertThat(new UserKey("default", "bob").partition(12)).isEqualTo(10);
    assertThat(new UserKey("default", "Zoë😀").partition(12)).isEqualTo(9);
  }

  private static String user(Random random) {
    StringBuilder user = new StringBuilder();
    int length = 1 + random.nextInt(20);
    for (int i = 0; i < length; i++) {
      int[] from = {'a', 'Z', '/', ' ', 0xE9, 0x4E2D, 0x1F600 + random.nextInt(50)};
      user.appendCodePoint(from[random.nextInt(from.length)]);
    }
    return user.toString();
  }
}
