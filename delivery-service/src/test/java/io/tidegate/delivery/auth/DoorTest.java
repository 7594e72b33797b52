package io.tidegate.delivery.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.Revocations;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.delivery.frame.ClientFrame;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DoorTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final UserKey ALICE = new UserKey("acme", "alice");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long LIFE = HOUR.plus(TokenRules.SKEW).toMillis();
  private static final ClientFrame.Wishes WISHES =
      new ClientFrame.Wishes(64, new ClientFrame.Resume(7, 41), Urgency.HIGH);

  private final SigningKeys signing = SigningKeys.generate(NOW);
  private long now = NOW;
  private int missed;
  private final Revocations revocations = new Revocations();
  private boolean complete = true;

  private final Door door =
      new Door.Guarded(
          new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE),
          () -> PublicKeys.parse(signing.publicJson()),
          () -> missed++,
          revocations,
          () -> complete,
          () -> now);

  private static ClientFrame.Greeting greeting(
      @Nullable String user, @Nullable String device, @Nullable String token) {
    return new ClientFrame.Greeting(user, device, token, WISHES);
  }

  private String token(@Nullable String device) {
    return signing.issue(ALICE, device, HOUR, NOW).text();
  }

  /** What a hello and a token say of user and device, and whose session it then is. */
  @ParameterizedTest
  @CsvSource({
    ",      ,       ,      default",
    ",      phone,  ,      phone",
    ",      ,       phone, phone",
    ",      phone,  phone, phone",
    "alice, phone,  phone, phone",
    "alice, tablet, phone, ",
    ",      Phone,  phone, ",
    "bob,   phone,  phone, ",
    "Alice, ,       ,      "
  })
  void tokenShouldSayWhoseSessionItIs(
      @Nullable String user,
      @Nullable String device,
      @Nullable String signed,
      @Nullable String taken) {
    // When
    SigningKeys.Issued issued = signing.issue(ALICE, signed, HOUR, NOW);
    Entry entry = door.enter(greeting(user, device, issued.text()));

    // Then
    if (taken != null) {
      assertThat(entry)
          .isEqualTo(
              new Entry.Let(
                  new ClientFrame.Hello(
                      ALICE, taken, 64, new ClientFrame.Resume(7, 41), Urgency.HIGH),
                  LIFE,
                  NOW,
                  issued.id()));
    } else {
      assertThat(entry).isInstanceOf(Entry.Refused.class);
      assertThat(((Entry.Refused) entry).fault()).isEqualTo(TokenFault.MISMATCH);
      assertThat(((Entry.Refused) entry).code()).isEqualTo(CloseCode.UNAUTHORIZED);
    }
  }

  @Test
  void helloWithoutATokenShouldBeRefusedWhateverItSays() {
    assertThat(door.enter(greeting("alice", "phone", null)))
        .isEqualTo(new Entry.Refused(CloseCode.UNAUTHORIZED, "token: missing", TokenFault.MISSING));
  }

  @Test
  void nobodyShouldBeAnEndpointByHisWord() {
    // Given
    Entry device =
        new Entry.Refused(CloseCode.BAD_HELLO, "device: only endpoints are called so", null);
    Entry user =
        new Entry.Refused(
            CloseCode.BAD_HELLO, "user: only the endpoints of a group are called so", null);
    UserKey member = EndpointKey.member(new GroupKey("acme", "team"));

    // When // Then
    assertThat(door.enter(greeting(null, null, token("webhook:crm")))).isEqualTo(device);
    assertThat(door.enter(greeting(null, "webhook:crm", token(null)))).isEqualTo(device);
    assertThat(door.enter(greeting(null, null, signing.issue(member, null, HOUR, NOW).text())))
        .isEqualTo(user);
    assertThat(new Door.Open().enter(greeting("alice", "webhook:crm", null))).isEqualTo(device);
    assertThat(new Door.Open().enter(greeting(member.user(), null, null))).isEqualTo(user);
  }

  @Test
  void expiredTokenShouldHaveACodeOfItsOwn() {
    // Given
    String token = token(null);
    now = NOW + LIFE;

    // Then
    assertThat(door.enter(greeting(null, null, token)))
        .isEqualTo(
            new Entry.Refused(CloseCode.TOKEN_EXPIRED, "token: expired", TokenFault.EXPIRED));
  }

  @Test
  void keyThatIsNotKnownShouldBeAskedForWhileTheClientComesAgain() {
    // Given
    String token = SigningKeys.generate(NOW).issue(ALICE, null, HOUR, NOW).text();

    // When
    Entry entry = door.enter(greeting(null, null, token));

    // Then
    assertThat(((Entry.Refused) entry).code()).isEqualTo(CloseCode.TOKEN_KEY_UNKNOWN);
    assertThat(missed).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "acme, alice, phone,  ,      true",
    "acme, alice, phone,  phone, true",
    "acme, alice, tablet, phone, false",
    "acme, bob,   phone,  ,      false",
    "else, alice, phone,  ,      false"
  })
  void sessionShouldBeRenewedByATokenOfItsOwnOnly(
      String tenant, String user, String device, @Nullable String signed, boolean taken) {
    // When
    Entry entry = door.renew(token(signed), new UserKey(tenant, user), device);

    // Then
    assertThat(entry instanceof Entry.Let).isEqualTo(taken);
    if (entry instanceof Entry.Let let) {
      assertThat(let.lifeMillis()).isEqualTo(LIFE);
    }
  }

  @Test
  void openDoorShouldTakeAHelloAtItsWord() {
    // Given
    Door open = new Door.Open();

    // Then
    assertThat(open.enter(greeting("alice", null, "whatever")))
        .isEqualTo(Entry.Let.forEver(WISHES.of(new UserKey("default", "alice"), "default")));
    assertThat(open.isRevoked(ALICE, "phone", 0, null)).isFalse();
    assertThat(open.enter(greeting(null, "phone", null)))
        .isEqualTo(new Entry.Refused(CloseCode.BAD_HELLO, "user: missing", null));
    assertThat(((Entry.Let) open.renew("whatever", ALICE, "phone")).lifeMillis())
        .isEqualTo(Entry.FOR_EVER);
  }

  private void revoke(Revocation revocation) {
    revocations.changed(revocation.key().getBytes(UTF_8), revocation.toBytes(), 0);
  }

  /** What a device shows whose token was issued now, after a revocation of {@code at} seconds. */
  @ParameterizedTest
  @CsvSource({
    "alice, ,       0,  phone,  true",
    "alice, ,       -1, phone,  false",
    "bob,   ,       0,  phone,  false",
    "alice, phone,  0,  phone,  true",
    "alice, phone,  0,  tablet, false"
  })
  void revokedTokenShouldNeitherEnterNorRenew(
      String user, @Nullable String device, long at, String shownFor, boolean refused) {
    // Given
    UserKey whose = new UserKey("acme", user);
    long before = NOW + at * 1_000;
    revoke(
        device == null
            ? Revocation.ofUser(whose, before, NOW + 1_000_000)
            : Revocation.ofDevice(whose, device, before, NOW + 1_000_000));

    // When: one that names no device
    Entry entered = door.enter(greeting(null, shownFor, token(null)));
    Entry renewed = door.renew(token(null), ALICE, shownFor);

    // Then
    for (Entry entry : List.of(entered, renewed)) {
      if (refused) {
        assertThat(entry)
            .isEqualTo(
                new Entry.Refused(CloseCode.UNAUTHORIZED, "token: revoked", TokenFault.REVOKED));
      } else {
        assertThat(entry).isInstanceOf(Entry.Let.class);
      }
    }
    assertThat(door.isRevoked(ALICE, shownFor, NOW, null)).isEqualTo(refused);
  }

  @Test
  void oneTokenShouldBeRevokedByItsId() {
    // Given
    SigningKeys.Issued one = signing.issue(ALICE, null, HOUR, NOW);
    SigningKeys.Issued other = signing.issue(ALICE, null, HOUR, NOW);
    revoke(Revocation.ofToken("acme", one.id(), NOW, NOW + 1_000_000));

    // When // Then
    assertThat(((Entry.Refused) door.enter(greeting(null, null, one.text()))).fault())
        .isEqualTo(TokenFault.REVOKED);
    assertThat(door.enter(greeting(null, null, other.text()))).isInstanceOf(Entry.Let.class);
    assertThat(door.isRevoked(ALICE, "phone", NOW, one.id())).isTrue();
    assertThat(door.isRevoked(ALICE, "phone", NOW, other.id())).isFalse();
  }

  @Test
  void noTokenShouldBeTakenBeforeAllRevocationsAreRead() {
    // Given
    complete = false;
    Entry.Refused later =
        new Entry.Refused(
            CloseCode.TOKEN_KEY_UNKNOWN,
            "token: whether it was revoked is not known yet",
            TokenFault.REVOCATIONS_UNKNOWN);

    // When // Then: a bad one is told so at once, and no key was missed
    assertThat(door.enter(greeting(null, null, token(null)))).isEqualTo(later);
    assertThat(door.renew(token(null), ALICE, "phone")).isEqualTo(later);
    assertThat(((Entry.Refused) door.enter(greeting(null, null, "x.y.z"))).fault())
        .isEqualTo(TokenFault.MALFORMED);
    assertThat(missed).isZero();
  }
}
