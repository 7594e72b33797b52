package io.tidegate.contract.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.UserKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RevocationsTest {
  private static final UserKey ALICE = new UserKey("acme", "alice");
  private static final long NOW = 1_800_000_000_000L;
  private static final long LATER = NOW + 1_000_000;

  private final Revocations revocations = new Revocations(3);

  private void add(Revocation revocation) {
    revocations.changed(revocation.key().getBytes(UTF_8), revocation.toBytes(), 0);
  }

  private void takeBack(Revocation revocation) {
    revocations.changed(revocation.key().getBytes(UTF_8), null, 0);
  }

  /** A user is revoked, a device of another, and a token; times are seconds from now. */
  @ParameterizedTest
  @CsvSource({
    "acme, alice, phone,  -1, ,   true",
    "acme, alice, phone,  0,  ,   true",
    "acme, alice, tablet, 0,  t9, true",
    "acme, alice, phone,  1,  ,   false",
    "else, alice, phone,  -1, ,   false",
    "acme, Alice, phone,  -1, ,   false",
    "acme, bob,   phone,  0,  ,   true",
    "acme, bob,   phone,  1,  ,   false",
    "acme, bob,   tablet, 0,  ,   false",
    "acme, carol, phone,  9,  t1, true",
    "acme, carol, phone,  9,  T1, false",
    "acme, carol, phone,  9,  ,   false",
    "else, carol, phone,  9,  t1, false"
  })
  void tokensShouldBeRevokedByUserDeviceOrId(
      String tenant, String user, String device, long issued, @Nullable String id, boolean hit) {
    // Given
    add(Revocation.ofUser(ALICE, NOW, LATER));
    add(Revocation.ofDevice(new UserKey("acme", "bob"), "phone", NOW, LATER));
    add(Revocation.ofToken("acme", "t1", NOW, LATER));

    // When // Then
    assertThat(
            revocations.revokes(
                new UserKey(tenant, user), device, NOW + issued * 1_000, id, NOW + 5_000))
        .isEqualTo(hit);
  }

  @Test
  void tokenThatDoesNotSayWhenItWasIssuedShouldBeRevokedWithItsUser() {
    // Given
    add(Revocation.ofUser(ALICE, 1, LATER));

    // When // Then
    assertThat(revocations.revokes(ALICE, "phone", 0, null, NOW)).isTrue();
    assertThat(revocations.revokes(ALICE, "phone", 2, null, NOW)).isFalse();
  }

  @Test
  void revocationShouldHoldUntilItsEndAndThenBeForgotten() {
    // Given
    Revocation first = Revocation.ofUser(ALICE, NOW, NOW + 10);
    Revocation second = Revocation.ofToken("acme", "t1", NOW, NOW + 20);
    add(second);
    add(first);

    // When // Then
    assertThat(revocations.revokes(ALICE, "phone", NOW, null, NOW + 9)).isTrue();
    assertThat(revocations.revokes(ALICE, "phone", NOW, null, NOW + 10)).isFalse();
    assertThat(revocations.forget(NOW + 9)).isEmpty();
    assertThat(revocations.forget(NOW + 10)).containsExactly(first);
    assertThat(revocations.all()).containsExactly(second);
  }

  @Test
  void laterRecordShouldTakeThePlaceOfAnEarlier() {
    // Given
    add(Revocation.ofUser(ALICE, NOW, NOW + 10));

    // When
    add(Revocation.ofUser(ALICE, NOW + 5, NOW + 20));

    // Then
    assertThat(revocations.size()).isEqualTo(1);
    assertThat(revocations.forget(NOW + 10)).isEmpty();
    assertThat(revocations.revokes(ALICE, "phone", NOW + 5, null, NOW + 10)).isTrue();
  }

  @Test
  void recordThatCannotBeReadShouldChangeNothing() {
    // Given
    Revocation good = Revocation.ofUser(ALICE, NOW, LATER);
    add(good);

    // When
    assertThatIllegalArgumentException()
        .isThrownBy(() -> revocations.changed(good.key().getBytes(UTF_8), new byte[] {1, 2, 3}, 1));

    // Then
    assertThat(revocations.revokes(ALICE, "phone", NOW, null, NOW)).isTrue();
  }

  @Test
  void whereThereIsNoRoomAllTokensIssuedUntilThenShouldBeRefused() {
    // Given
    for (int i = 0; i < 3; i++) {
      add(Revocation.ofToken("acme", "t" + i, NOW, LATER));
    }
    UserKey bob = new UserKey("else", "bob");
    assertThat(revocations.revokes(bob, "phone", NOW, "t0", NOW)).isFalse();

    // When: a known one may change
    add(Revocation.ofToken("acme", "t0", NOW, LATER + 1));
    assertThat(revocations.revokes(bob, "phone", NOW, null, NOW)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> add(Revocation.ofUser(ALICE, NOW, LATER)))
        .withMessageStartingWith("there are 3 revocations already, so all tokens issued until ");

    // Then
    assertThat(revocations.size()).isEqualTo(3);
    assertThat(revocations.revokes(ALICE, "phone", NOW, null, NOW)).isTrue();
    assertThat(revocations.revokes(bob, "phone", NOW, null, NOW)).isTrue();
    assertThat(revocations.revokes(bob, "phone", NOW + 1, null, NOW)).isFalse();
    assertThat(revocations.revokes(bob, "phone", NOW, null, LATER)).isFalse();

    // When: of one token it is not known when it was issued
    assertThatIllegalArgumentException()
        .isThrownBy(() -> add(Revocation.ofToken("acme", "t9", NOW, LATER)));

    // Then
    assertThat(revocations.revokes(bob, "phone", NOW + 300_000, "t9", NOW)).isTrue();
    assertThat(revocations.revokes(bob, "phone", NOW + 300_001, "t9", NOW)).isFalse();
  }

  /** Against a list that is searched. */
  @RepeatedTest(200)
  void answersShouldBeThoseOfANaiveModel(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Revocations all = new Revocations();
    Map<String, Revocation> model = new HashMap<>();
    List<String> users = List.of("a", "a/b", "a%2Fb", "b");
    List<String> devices = List.of("b", "c", "b/c");
    long now = 1_000;
    for (int step = 0; step < 200; step++) {
      now += random.nextInt(3);
      UserKey user = new UserKey(random.nextBoolean() ? "x" : "y", pick(users, random));
      String device = pick(devices, random);
      String id = pick(List.of("a", "a/b", "c"), random);
      long before = now - 20 + random.nextInt(30);
      long until = Math.max(before, now - 5 + random.nextInt(60));
      Revocation revocation =
          switch (random.nextInt(3)) {
            case 0 -> Revocation.ofUser(user, before, until);
            case 1 -> Revocation.ofDevice(user, device, before, until);
            default -> Revocation.ofToken(user.tenant(), id, before, until);
          };
      byte[] key = revocation.key().getBytes(UTF_8);
      switch (random.nextInt(4)) {
        case 0 -> {
          all.changed(key, null, step);
          model.remove(revocation.key());
        }
        case 1 -> {
          all.forget(now);
          long end = now;
          model.values().removeIf(each -> each.untilMillis() <= end);
          assertThat(all.all()).containsExactlyInAnyOrderElementsOf(model.values());
        }
        default -> {
          all.changed(key, revocation.toBytes(), step);
          model.put(revocation.key(), revocation);
        }
      }
      long issued = random.nextInt(10) == 0 ? 0 : now - 20 + random.nextInt(30);
      String shown = random.nextBoolean() ? null : id;
      assertThat(all.revokes(user, device, issued, shown, now))
          .as("seed %d step %d", seed, step)
          .isEqualTo(naive(model, user, device, issued, shown, now));
    }
  }

  private static boolean naive(
      Map<String, Revocation> model,
      UserKey user,
      String device,
      long issued,
      @Nullable String id,
      long now) {
    for (Revocation each : model.values()) {
      boolean sameUser = each.tenant().equals(user.tenant()) && each.subject().equals(user.user());
      boolean meant =
          switch (each.kind()) {
            case USER -> sameUser && issued <= each.beforeMillis();
            case DEVICE ->
                sameUser && each.device().equals(device) && issued <= each.beforeMillis();
            case TOKEN -> each.tenant().equals(user.tenant()) && each.tokenId().equals(id);
          };
      if (meant && now < each.untilMillis()) {
        return true;
      }
    }
    return false;
  }

  private static String pick(List<String> some, Random random) {
    return some.get(random.nextInt(some.size()));
  }

  @Test
  void whatIsTakenBackShouldLetTokensInAgain() {
    // Given
    Revocation revocation = Revocation.ofUser(ALICE, NOW, LATER);
    add(revocation);

    // When
    takeBack(revocation);

    // Then
    assertThat(revocations.revokes(ALICE, "phone", NOW, null, NOW)).isFalse();
    assertThat(revocations.forget(Long.MAX_VALUE)).isEmpty();
  }
}
