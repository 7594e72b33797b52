package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.Revocation;
import io.tidegate.contract.token.Revocations;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.inbox.InboxCommand;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection to a worker that asks for tokens; the test moves both clocks. */
final class TokensTest {
  private static final long EPOCH = 1_800_000_000_000L;
  private static final UserKey ALICE = new UserKey("acme", "alice");

  private final SigningKeys keys = SigningKeys.generate(EPOCH);
  private final Revocations revocations = new Revocations();
  private final Wire wire = wire();

  private Wire wire() {
    return new Wire(
        10,
        new Door.Guarded(
            new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE),
            () -> PublicKeys.parse(keys.publicJson()),
            () -> {},
            revocations,
            () -> true,
            this::wallClock));
  }

  private long wallClock() {
    return EPOCH + TimeUnit.NANOSECONDS.toMillis(wire.now.get()) - 1_000_000;
  }

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  private String token(UserKey user, int seconds) {
    return keys.issue(user, null, Duration.ofSeconds(seconds), wallClock()).text();
  }

  private void attach(int seconds) {
    wire.upgrade();
    wire.text("{\"op\":\"hello\",\"token\":\"" + token(ALICE, seconds) + "\"}");
    wire.obey(1, new InboxCommand.Attach(7, 0, new byte[] {'W'}));
    assertThat(wire.read()).isEqualTo("W");
  }

  private void renew(String token) {
    wire.text("{\"op\":\"token\",\"token\":\"" + token + "\"}");
  }

  @Test
  void helloShouldBeForUserAndTenantOfItsToken() {
    // When
    attach(60);

    // Then
    assertThat(wire.log.records).containsExactly("up acme/alice default 17.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"op\":\"hello\",\"user\":\"alice\"} | 4505 token: missing | missing",
        "{\"op\":\"hello\",\"token\":\"\"} | 4505 token: missing | missing",
        "{\"op\":\"hello\",\"token\":\"x.y.z\"} | 4505 token: not a signed JWT | malformed"
      })
  void badTokenShouldEndTheConnectionAndBeCounted(String hello, String close, String reason) {
    // Given
    wire.upgrade();

    // When
    wire.text(hello);

    // Then
    assertThat(wire.readClose()).isEqualTo(close);
    assertThat(wire.log.records).isEmpty();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_tokens_refused_total{reason=\"" + reason + "\"} 1.0");
  }

  @Test
  void sessionShouldEndWithItsToken() {
    // Given
    attach(10);

    // When
    wire.pass(39);

    // Then
    assertThat(wire.readClose()).startsWith("no close");

    // When
    wire.text("{\"op\":\"ack\",\"seq\":0}");
    wire.pass(2);

    // Then
    assertThat(wire.readClose()).isEqualTo("4507 the token has expired");
    assertThat(wire.log.records).contains("down acme/alice default 17.1");
  }

  @Test
  void sessionShouldGoOnWithAnotherToken() {
    // Given
    attach(10);
    wire.pass(5);

    // When
    renew(token(ALICE, 1_000));

    // Then
    assertThat(wire.read()).contains("{\"op\":\"token\",\"expires_in_ms\":1030000}");

    // When
    for (int i = 0; i < 100; i++) {
      wire.pass(10);
      wire.text("{\"op\":\"ack\",\"seq\":0}");
    }

    // Then
    assertThat(wire.read()).doesNotContain("expired");

    // When
    wire.pass(10);
    wire.text("{\"op\":\"ack\",\"seq\":0}");
    wire.pass(10);
    wire.text("{\"op\":\"ack\",\"seq\":0}");
    wire.pass(12);

    // Then
    assertThat(wire.readClose()).isEqualTo("4507 the token has expired");
  }

  @Test
  void tokenOfAnotherUserShouldEndTheSession() {
    // Given
    attach(60);

    // When
    renew(token(new UserKey("acme", "bob"), 60));

    // Then
    assertThat(wire.readClose())
        .isEqualTo("4505 token: of another user or device than the session is");
  }

  @Test
  void tokensShouldNotComeOftenerThanOnceASecond() {
    // Given
    attach(60);
    String token = token(ALICE, 60);

    // When
    renew(token);
    renew(token);

    // Then
    assertThat(wire.readClose()).isEqualTo("4503 token: more than one in a second");
  }

  @Test
  void tokenBeforeTheHelloShouldBeRefused() {
    // Given
    wire.upgrade();

    // When
    renew(token(ALICE, 60));

    // Then
    assertThat(wire.readClose()).isEqualTo("4502 op: want hello first");
  }

  @Test
  void secondHelloShouldBeRefusedWithoutALookAtItsToken() {
    // Given
    attach(60);

    // When
    wire.text("{\"op\":\"hello\",\"token\":\"x\"}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4503 op: hello was said already");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_tokens_refused_total{reason=\"malformed\"} 0.0");
  }

  private void revoke(Revocation revocation) {
    revocations.changed(revocation.key().getBytes(UTF_8), revocation.toBytes(), 0);
    wire.loop.recheck().ask();
    wire.channel.runPendingTasks();
  }

  private long later() {
    return EPOCH + 1_000_000_000;
  }

  @Test
  void sessionOfARevokedUserShouldBeClosedAndNoOther() {
    // Given
    attach(1_000);

    // When: another user, a device that is not this, and tokens of before
    revoke(Revocation.ofUser(new UserKey("acme", "bob"), wallClock(), later()));
    revoke(Revocation.ofUser(new UserKey("else", "alice"), wallClock(), later()));
    revoke(Revocation.ofDevice(ALICE, "phone", wallClock(), later()));
    revoke(Revocation.ofUser(ALICE, wallClock() - 1, later()));

    // Then
    assertThat(wire.readClose()).startsWith("no close");

    // When
    revoke(Revocation.ofUser(ALICE, wallClock(), later()));

    // Then
    assertThat(wire.readClose()).isEqualTo("4505 token: revoked");
    assertThat(wire.log.records)
        .containsExactly("up acme/alice default 17.1", "down acme/alice default 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"unauthorized\"} 1.0");
  }

  @Test
  void sessionShouldBeClosedWithItsTokenBeforeItIsAttached() {
    // Given
    wire.upgrade();
    SigningKeys.Issued issued = keys.issue(ALICE, null, Duration.ofSeconds(60), wallClock());
    wire.text("{\"op\":\"hello\",\"token\":\"" + issued.text() + "\"}");

    // When
    revoke(Revocation.ofToken("acme", issued.id(), wallClock(), later()));

    // Then
    assertThat(wire.readClose()).isEqualTo("4505 token: revoked");
  }

  @Test
  void connectionThatHasNotSaidHelloShouldNotBeJudged() {
    // Given
    wire.upgrade();

    // When
    revoke(Revocation.ofUser(ALICE, wallClock(), later()));

    // Then
    assertThat(wire.readClose()).startsWith("no close");

    // When
    wire.text("{\"op\":\"hello\",\"token\":\"" + token(ALICE, 60) + "\"}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4505 token: revoked");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_tokens_refused_total{reason=\"revoked\"} 1.0");
  }

  @Test
  void renewedSessionShouldBeJudgedByItsNewToken() {
    // Given
    attach(1_000);
    final long first = wallClock();
    wire.pass(5);
    SigningKeys.Issued other = keys.issue(ALICE, null, Duration.ofSeconds(60), wallClock());
    renew(other.text());
    wire.read();

    // When
    revoke(Revocation.ofUser(ALICE, first, later()));

    // Then
    assertThat(wire.readClose()).startsWith("no close");

    // When
    revoke(Revocation.ofToken("acme", other.id(), wallClock(), later()));

    // Then
    assertThat(wire.readClose()).isEqualTo("4505 token: revoked");
  }

  @Test
  void renewalWithARevokedTokenShouldEndTheSession() {
    // Given
    attach(1_000);
    SigningKeys.Issued other = keys.issue(ALICE, null, Duration.ofSeconds(60), wallClock());
    revoke(Revocation.ofToken("acme", other.id(), wallClock(), later()));

    // When
    renew(other.text());

    // Then
    assertThat(wire.readClose()).isEqualTo("4505 token: revoked");
  }
}
