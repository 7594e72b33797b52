package io.tidegate.contract.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.keys.KeyRecord;
import io.tidegate.contract.rate.Rate;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
  private static final long NOW = 1_800_000_000_000L;

  private final Keyring keyring = new Keyring();
  private final ApiKey key = ApiKey.random(new SecureRandom());

  private void add(ApiKey added, String tenant, Set<Scope> scopes, long expires) {
    put(StoredKey.of(added, tenant, scopes, "n", NOW, StoredKey.NEVER).expiringAt(expires));
  }

  private void put(StoredKey stored) {
    keyring.changed(stored.id().getBytes(UTF_8), stored.toBytes(), 0);
  }

  private Access check(Scope scope, String... authorization) {
    return check(true, scope, authorization);
  }

  private Access check(boolean complete, Scope scope, String... authorization) {
    return new CallerCheck(keyring, null).check(List.of(authorization), scope, NOW, complete);
  }

  @Test
  void keyShouldAllowWhatItsScopesSayForItsTenant() {
    // Given
    add(key, "acme", EnumSet.of(Scope.SEND, Scope.INSPECT), StoredKey.NEVER);

    // When // Then
    assertThat(check(Scope.SEND, "Bearer " + key.text()))
        .isEqualTo(new Access.Granted("acme", key.id()));
    assertThat(check(Scope.INSPECT, "bearer   " + key.text()))
        .isEqualTo(new Access.Granted("acme", key.id()));
    assertThat(check(Scope.POLICIES, "Bearer " + key.text()))
        .isEqualTo(
            new Access.Lacking(
                new Access.Granted("acme", key.id()), "the key " + key.id(), Scope.POLICIES));
  }

  @Test
  void nothingShownShouldBeToldFromSomethingWrong() {
    assertThat(check(Scope.SEND))
        .isEqualTo(new Access.Unknown(false, "want Authorization: Bearer and an API key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer tgk_short_x",
        "Bearer a b",
        "tgk_abcdefghijkl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void whatIsNoKeyShouldBeRefused(String authorization) {
    // Given
    add(key, "acme", EnumSet.allOf(Scope.class), StoredKey.NEVER);

    // When
    Access access = check(Scope.SEND, authorization);

    // Then
    assertThat(access).isInstanceOf(Access.Unknown.class);
  }

  @Test
  void twoHeadersShouldBeRefusedEvenIfOneIsGood() {
    // Given
    add(key, "acme", EnumSet.allOf(Scope.class), StoredKey.NEVER);

    // When // Then
    assertThat(check(Scope.SEND, "Bearer " + key.text(), "Bearer " + key.text()))
        .isInstanceOf(Access.Unknown.class);
  }

  @Test
  void wrongSecretShouldBeAnsweredAsAnIdThatNobodyHas() {
    // Given
    add(key, "acme", EnumSet.allOf(Scope.class), StoredKey.NEVER);
    char last = key.text().charAt(key.text().length() - 3);
    String wrong =
        key.text().substring(0, key.text().length() - 3) + (last == 'A' ? 'B' : 'A') + "AA";
    ApiKey other = ApiKey.random(new SecureRandom());

    // When
    Access ofWrong = check(Scope.SEND, "Bearer " + wrong);
    Access ofOther = check(Scope.SEND, "Bearer " + other.text());

    // Then
    assertThat(ofWrong)
        .isEqualTo(new Access.Unknown(true, "Authorization: the API key is not known"))
        .isEqualTo(ofOther);
  }

  @Test
  void noKeyShouldBeJudgedBeforeAllAreRead() {
    // Given: one that may have been revoked further on
    add(key, "acme", EnumSet.of(Scope.SEND), StoredKey.NEVER);
    String other = "Bearer " + ApiKey.random(new SecureRandom()).text();

    // When // Then
    assertThat(check(false, Scope.SEND, other))
        .isEqualTo(new Access.NotReadYet("the keys are not read from Kafka yet"));
    assertThat(check(false, Scope.SEND, "Bearer " + key.text()))
        .isEqualTo(new Access.NotReadYet("the keys are not read from Kafka yet"));
    assertThat(check(false, Scope.SEND)).isInstanceOf(Access.Unknown.class);
  }

  @Test
  void keyShouldExpireAtItsInstant() {
    // Given
    add(key, "acme", EnumSet.of(Scope.SEND), NOW + 1);

    // When // Then
    String shown = "Bearer " + key.text();
    assertThat(check(Scope.SEND, shown)).isInstanceOf(Access.Granted.class);
    assertThat(new CallerCheck(keyring, null).check(List.of(shown), Scope.SEND, NOW + 1, true))
        .isEqualTo(new Access.Unknown(true, "Authorization: the API key has expired"));
  }

  @Test
  void revokedKeyShouldNotBeKnown() {
    // Given
    add(key, "acme", EnumSet.of(Scope.SEND), StoredKey.NEVER);

    // When
    keyring.changed(key.id().getBytes(UTF_8), null, 1);

    // Then
    assertThat(check(Scope.SEND, "Bearer " + key.text())).isInstanceOf(Access.Unknown.class);
    assertThat(keyring.size()).isZero();
  }

  @Test
  void recordThatCannotBeReadShouldChangeNothing() {
    // Given
    add(key, "acme", EnumSet.of(Scope.SEND), StoredKey.NEVER);
    byte[] id = key.id().getBytes(UTF_8);
    byte[] shortHash = KeyRecord.newBuilder().setTenant("acme").build().toByteArray();

    // When
    assertThatThrownBy(() -> keyring.changed(id, new byte[] {1, 2, 3}, 1))
        // Then
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keyring.changed(id, shortHash, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sha256");
    assertThatThrownBy(() -> keyring.changed("x".getBytes(UTF_8), shortHash, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("id");
    assertThat(check(Scope.SEND, "Bearer " + key.text())).isInstanceOf(Access.Granted.class);
  }

  @Test
  void scopeOfALaterVersionShouldAllowNothing() {
    // Given
    StoredKey stored = StoredKey.of(key, "acme", EnumSet.of(Scope.SEND), "", NOW, StoredKey.NEVER);
    byte[] later;
    try {
      later =
          KeyRecord.parseFrom(stored.toBytes()).toBuilder().addScopes("fly").build().toByteArray();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }

    // When
    StoredKey read = StoredKey.parse(stored.id(), later);

    // Then
    assertThat(read).isEqualTo(stored);
  }

  @Test
  void keyShouldBeReadAsItWasWrittenAndTellNoSecret() {
    // Given
    StoredKey stored =
        StoredKey.of(key, "acme", EnumSet.of(Scope.SEND, Scope.REPLAY), "ci", NOW, 5);

    // When
    StoredKey read = StoredKey.parse(stored.id(), stored.toBytes());

    // Then
    assertThat(read).isEqualTo(stored);
    assertThat(read.expiringAt(NOW + 9).expiresMillis()).isEqualTo(NOW + 5);
    assertThat(read.expiringAt(NOW + 2).expiresMillis()).isEqualTo(NOW + 2);
    String secret = key.text().substring(key.text().length() - 43);
    assertThat(key.toString()).doesNotContain(secret);
    assertThat(new String(stored.toBytes(), UTF_8)).doesNotContain(secret);
    assertThat(ApiKey.parse(key.text()).id()).isEqualTo(key.id());
  }

  @Test
  void keysShouldDiffer() {
    SecureRandom random = new SecureRandom();
    assertThat(ApiKey.random(random).text()).isNotEqualTo(ApiKey.random(random).text());
  }

  @Test
  void quotaOfAKeyShouldBeKept() {
    // Given
    Quota quota = new Quota(Rate.parse("5/1s/7"), 1L << 20);
    StoredKey stored =
        StoredKey.of(key, "acme", EnumSet.of(Scope.SEND), "", NOW, StoredKey.NEVER)
            .withQuota(quota);

    // When
    keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);

    // Then
    assertThat(keyring.quotaOfKey(key.id())).isEqualTo(quota);
    assertThat(stored.expiringAt(NOW + 1).quota()).isEqualTo(quota);
    assertThat(keyring.quotaOfKey("abcdefghijkl")).isEqualTo(Quota.UNSET);
  }

  @Test
  void quotaOfATenantShouldHoldUntilItIsTakenBack() {
    // Given
    Quota quota = new Quota(Rate.NONE, Quota.NO_LIMIT);

    // When
    keyring.changed(TenantQuotas.key("acme"), TenantQuotas.toBytes(quota), 0);

    // Then: none at all is something else than nothing said
    assertThat(keyring.quotaOfTenant("acme")).isEqualTo(quota);
    assertThat(keyring.quotaOfTenant("rival")).isEqualTo(Quota.UNSET);
    assertThat(keyring.tenants()).containsOnlyKeys("acme");

    // When
    keyring.changed(TenantQuotas.key("acme"), null, 1);

    // Then
    assertThat(keyring.quotaOfTenant("acme")).isEqualTo(Quota.UNSET);
    assertThat(keyring.tenants()).isEmpty();
  }

  @Test
  void quotaShouldFillInWhatItDoesNotSay() {
    // Given
    Quota configured = new Quota(Rate.parse("1/1s"), 100_000L);

    // When // Then
    assertThat(Quota.UNSET.or(configured)).isEqualTo(configured);
    assertThat(new Quota(Rate.NONE, null).or(configured)).isEqualTo(new Quota(Rate.NONE, 100_000L));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Quota(null, 1L))
        .withMessageStartingWith("bytes: want 65536 or more, or none");
  }

  @Test
  void recordOfATenantThatCannotBeReadShouldChangeNothing() {
    // Given
    Quota quota = new Quota(Rate.parse("5/1s"), null);
    keyring.changed(TenantQuotas.key("acme"), TenantQuotas.toBytes(quota), 0);

    // When
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring.changed(TenantQuotas.key("acme"), new byte[] {1, 2, 3}, 1))
        .withMessage("value: not a tenant's quota");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring.changed("tenant/A".getBytes(UTF_8), null, 2));

    // Then
    assertThat(keyring.quotaOfTenant("acme")).isEqualTo(quota);
  }
}
