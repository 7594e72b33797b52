package io.tidegate.fanout.store;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final Comparator<byte[]> AS_STORED = Arrays::compareUnsigned;

  /** Names that begin alike, that look like keys, and of all lengths. */
  private static final List<UserKey> USERS =
      List.of(
          new UserKey("default", "a"),
          new UserKey("default", "aa"),
          new UserKey("default", "a/"),
          new UserKey("default", "a/a"),
          new UserKey("default", "/"),
          new UserKey("default", "//"),
          new UserKey("default", " "),
          new UserKey("default", "ÿ"),
          new UserKey("default", "😀"),
          new UserKey("default", "😀😀"),
          new UserKey("default", "x".repeat(255)),
          new UserKey("default", "x".repeat(256)),
          new UserKey("default", "é".repeat(128)),
          new UserKey("d", "efault/a"),
          new UserKey("-", "a"),
          new UserKey("t".repeat(64), "😀".repeat(64)));

  @Test
  void noUsersKeysShouldLieAmongAnothers() {
    for (UserKey user : USERS) {
      for (UserKey other : USERS) {
        if (user.equals(other)) {
          continue;
        }
        for (byte[] prefix : prefixes(user)) {
          for (byte[] key : keys(other)) {
            assertThat(within(key, prefix)).as("%s among those of %s", other, user).isFalse();
          }
        }
      }
    }
  }

  @Test
  void everyKeyShouldLieUnderExactlyOnePrefixOfItsUser() {
    for (UserKey user : USERS) {
      for (byte[] key : keys(user)) {
        long under = prefixes(user).stream().filter(prefix -> within(key, prefix)).count();
        assertThat(under).as("%s", user).isEqualTo(1);
      }
    }
  }

  @Test
  void keysShouldBeUnique() {
    List<byte[]> all = USERS.stream().flatMap(user -> keys(user).stream()).toList();
    assertThat(all.stream().sorted(AS_STORED).map(Arrays::toString)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void readyKeysShouldSortByQueueThenPlaceAndReadBack(long seed) {
    // Given
    record Ready(int queue, long place) {}
    Random random = new Random(seed);
    UserKey user = USERS.get(random.nextInt(USERS.size()));
    List<Ready> entries = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      entries.add(new Ready(random.nextInt(256), number(random)));
    }

    // When
    List<Ready> stored =
        entries.stream()
            .map(e -> Keys.ready(user, e.queue(), e.place()))
            .sorted(AS_STORED)
            .map(key -> new Ready(Keys.queue(key), Keys.number(key)))
            .toList();

    // Then
    assertThat(stored)
        .as("seed %d", seed)
        .isEqualTo(
            entries.stream()
                .sorted(comparingInt(Ready::queue).thenComparingLong(Ready::place))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void timedKeysShouldSortByInstantThenArrivalAndReadBack(long seed) {
    // Given
    record Timed(long millis, long arrival) {}
    Random random = new Random(seed);
    UserKey user = USERS.get(random.nextInt(USERS.size()));
    List<Timed> entries = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      entries.add(new Timed(number(random), random.nextLong(5)));
    }
    List<Timed> expected =
        entries.stream()
            .sorted(comparingLong(Timed::millis).thenComparingLong(Timed::arrival))
            .toList();

    // When // Then
    assertThat(
            entries.stream()
                .sorted(comparing(e -> scheduled(user, e.millis, e.arrival), AS_STORED)))
        .isEqualTo(expected);
    assertThat(
            entries.stream().sorted(comparing(e -> expiry(user, e.millis, e.arrival), AS_STORED)))
        .isEqualTo(expected);
    assertThat(entries)
        .allSatisfy(
            e -> assertThat(Keys.millis(scheduled(user, e.millis, e.arrival))).isEqualTo(e.millis))
        .allSatisfy(
            e -> assertThat(Keys.millis(expiry(user, e.millis, e.arrival))).isEqualTo(e.millis));
  }

  private static byte[] scheduled(UserKey user, long millis, long arrival) {
    return Keys.scheduled(user, millis, arrival);
  }

  private static byte[] expiry(UserKey user, long millis, long arrival) {
    return Keys.expiry(user, millis, arrival);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void releasedKeysShouldSortBySeqAndReadBack(long seed) {
    // Given
    Random random = new Random(seed);
    UserKey user = USERS.get(random.nextInt(USERS.size()));
    List<Long> seqs = random.longs(500, 0, Long.MAX_VALUE).boxed().toList();

    // When
    List<Long> stored =
        seqs.stream()
            .map(seq -> Keys.released(user, seq))
            .sorted(AS_STORED)
            .map(Keys::number)
            .toList();

    // Then
    assertThat(stored).isEqualTo(seqs.stream().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void dueKeysShouldSortByInstantAndReadBack(long seed) {
    // Given
    record Due(long millis, UserKey user) {}
    Random random = new Random(seed);
    List<Due> entries = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      entries.add(new Due(number(random), USERS.get(random.nextInt(USERS.size()))));
    }

    // When
    List<Due> stored =
        entries.stream()
            .map(e -> Keys.due(e.millis(), e.user()))
            .sorted(AS_STORED)
            .map(key -> new Due(Keys.dueMillis(key), Keys.dueUser(key)))
            .toList();

    // Then
    assertThat(stored).isSortedAccordingTo(comparingLong(Due::millis));
    assertThat(stored).containsExactlyInAnyOrderElementsOf(entries);
    for (Due due : entries) {
      byte[] key = Keys.due(due.millis(), due.user());
      assertThat(key)
          .matches(k -> between(k, Keys.dueFrom(due.millis()), Keys.dueFrom(due.millis() + 1)));
    }
  }

  @Test
  void dedupeKeysShouldLieTogether() {
    // Given
    byte[] high = new byte[16];
    Arrays.fill(high, (byte) 0xFF);

    // When // Then
    for (byte[] id : List.of(new byte[16], high)) {
      assertThat(Keys.dedupe(id))
          .matches(key -> between(key, Keys.firstDedupe(), Keys.afterDedupe()));
    }
    assertThat(Keys.dedupe(high)).isNotEqualTo(Keys.dedupe(new byte[16]));
  }

  @Test
  void kindsOfEntriesShouldBeTold() {
    UserKey user = USERS.getFirst();
    assertThat(Keys.isReleased(Keys.released(user, 1))).isTrue();
    assertThat(Keys.isReleased(Keys.ready(user, 1, 1))).isFalse();
    assertThat(Keys.isReleased(Keys.scheduled(user, 1, 1))).isFalse();
    assertThat(Keys.isScheduled(Keys.scheduled(user, 1, 1))).isTrue();
    assertThat(Keys.isScheduled(Keys.ready(user, 1, 1))).isFalse();
    assertThat(Keys.isScheduled(Keys.released(user, 1))).isFalse();
  }

  @Test
  void afterShouldBeTheFirstKeyBehindAPrefix() {
    assertThat(Keys.after(new byte[] {1, 2})).isEqualTo(new byte[] {1, 3});
    assertThat(Keys.after(new byte[] {1, 0x7F})).isEqualTo(new byte[] {1, (byte) 0x80});
    assertThat(Keys.after(new byte[] {1, -1, -1})).isEqualTo(new byte[] {2});
    assertThatThrownBy(() -> Keys.after(new byte[] {-1, -1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void usersOfATenantShouldLieTogether() {
    // Given
    UserKey user = new UserKey("acme", "a/b");

    // Then
    assertThat(within(Keys.user(user), Keys.users("acme"))).isTrue();
    assertThat(within(Keys.user(user), Keys.users("acm"))).isFalse();
    assertThat(within(Keys.user(new UserKey("acme-2", "a")), Keys.users("acme"))).isFalse();
    assertThat(within(Keys.online(user), Keys.online("acme"))).isTrue();
    assertThat(within(Keys.online(user), Keys.users("acme"))).isFalse();
    assertThat(Keys.userOf(Keys.user(user))).isEqualTo(user);
    assertThat(Keys.userOf(Keys.online(user))).isEqualTo(user);
  }

  @Test
  void membersOfAGroupShouldLieTogetherInTheOrderOfJoining() {
    // Given
    GroupKey group = new GroupKey("acme", "g");
    byte[] from = Keys.member(group, 0);
    byte[] to = Keys.member(group, Long.MAX_VALUE);

    // Then
    assertThat(AS_STORED.compare(Keys.member(group, 255), Keys.member(group, 256))).isNegative();
    for (String other : List.of("f", "g0", "h", "gg")) {
      assertThat(between(Keys.member(new GroupKey("acme", other), 5), from, to)).isFalse();
    }
    assertThat(Keys.number(Keys.member(group, 7))).isEqualTo(7);
    assertThat(Keys.number(Keys.expansion(7))).isEqualTo(7);
  }

  /** One for each range that is ever read of a user. */
  private static List<byte[]> prefixes(UserKey user) {
    return List.of(
        prefix(Keys.ready(user, 0, 0), 9),
        prefix(Keys.scheduled(user, 0, 0), 16),
        prefix(Keys.expiry(user, 0, 0), 16),
        prefix(Keys.released(user, 0), 8),
        Keys.collapse(user, ""));
  }

  private static byte[] prefix(byte[] key, int less) {
    return Arrays.copyOf(key, key.length - less);
  }

  private static List<byte[]> keys(UserKey user) {
    return List.of(
        Keys.ready(user, 0, 0),
        Keys.ready(user, 3, Long.MAX_VALUE),
        Keys.scheduled(user, 0, 0),
        Keys.scheduled(user, Long.MAX_VALUE, Long.MAX_VALUE),
        Keys.released(user, 0),
        Keys.released(user, Long.MAX_VALUE),
        Keys.expiry(user, 0, 0),
        Keys.expiry(user, Long.MAX_VALUE, 0),
        Keys.collapse(user, "k"),
        Keys.collapse(user, "default/a"));
  }

  private static boolean within(byte[] key, byte[] prefix) {
    return between(key, prefix, Keys.after(prefix));
  }

  private static boolean between(byte[] key, byte[] from, byte[] to) {
    return AS_STORED.compare(key, from) >= 0 && AS_STORED.compare(key, to) < 0;
  }

  /** Large and small ones, so that every byte of a key decides some of the time. */
  private static long number(Random random) {
    return random.nextLong(Long.MAX_VALUE) >>> random.nextInt(60);
  }
}
