package io.tidegate.contract.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.revocations.RevocationRecord;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RevocationTest {
  private static final UserKey ALICE = new UserKey("acme", "alice");

  private static final RevocationRecord GOOD =
      RevocationRecord.newBuilder()
          .setKind("device")
          .setTenant("acme")
          .setSubject("alice")
          .setDevice("phone")
          .setBeforeMillis(5)
          .setUntilMillis(9)
          .build();

  @Test
  void recordShouldBeReadAsItWasWritten() {
    for (Revocation each :
        List.of(
            Revocation.ofUser(ALICE, 5, 9),
            Revocation.ofDevice(ALICE, "tablet/2", 5, 9),
            Revocation.ofToken("acme", "31443ae6-9a3b", 5, 9))) {
      assertThat(Revocation.parse(each.key().getBytes(UTF_8), each.toBytes())).isEqualTo(each);
    }
  }

  @Test
  void keysShouldDifferWhereverAnythingElseIsMeant() {
    // When: what slashes and escapes could mix up
    Stream<Revocation> all =
        Stream.of(
            Revocation.ofUser(new UserKey("a", "b/c"), 1, 2),
            Revocation.ofUser(new UserKey("a", "b"), 1, 2),
            Revocation.ofDevice(new UserKey("a", "b/c"), "d", 1, 2),
            Revocation.ofDevice(new UserKey("a", "b"), "c/d", 1, 2),
            Revocation.ofDevice(new UserKey("a", "b%2Fc"), "d", 1, 2),
            Revocation.ofDevice(new UserKey("a", "b"), "c%2Fd", 1, 2),
            Revocation.ofToken("a", "b", 1, 2),
            Revocation.ofToken("a", "b/c", 1, 2));

    // Then
    assertThat(all.map(Revocation::key)).doesNotHaveDuplicates();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(with(r -> r.setKind("planet")), "kind: want user, device or token"),
        arguments(with(r -> r.setKind("")), "kind: want user, device or token"),
        arguments(with(r -> r.setTenant("A")), "tenant: want 1 to 64 of [a-z0-9-]"),
        arguments(with(r -> r.setSubject("")), "user: must not be empty"),
        arguments(with(r -> r.setSubject("a\nb")), "user: has a control character at 1"),
        arguments(with(r -> r.setDevice("")), "device: want 1 to 128 characters"),
        arguments(with(r -> r.setDevice("a\tb")), "device: has a control character at 1"),
        arguments(with(r -> r.setKind("user")), "device: want none"),
        arguments(with(r -> r.setKind("token")), "user: want none"),
        arguments(with(r -> r.setTokenId("t")), "token: want none"),
        arguments(
            with(r -> r.setKind("token").setSubject("").setDevice("")),
            "token: want 1 to 128 characters"),
        arguments(with(r -> r.setBeforeMillis(0)), "before: want a time after 1970, got 0"),
        arguments(with(r -> r.setUntilMillis(4)), "until: want none before 5"),
        arguments(with(r -> r.setDevice("tablet")), "key: not that of what it says"));
  }

  private static RevocationRecord with(UnaryOperator<RevocationRecord.Builder> change) {
    return change.apply(GOOD.toBuilder()).build();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultShouldBeToldWithItsField(RevocationRecord record, String reason) {
    byte[] key = "device/acme/alice/phone".getBytes(UTF_8);
    assertThat(Revocation.parse(key, GOOD.toByteArray()).device()).isEqualTo("phone");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Revocation.parse(key, record.toByteArray()))
        .withMessage(reason);
  }

  @Test
  void whatIsNoRecordShouldBeTold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Revocation.parse(new byte[] {1}, new byte[] {1, 2, 3}))
        .withMessage("value: not a revocation");
  }

  @Test
  void joinedShouldMeanWhatEitherMeans() {
    // Given
    Revocation early = Revocation.ofUser(ALICE, 5, 90);
    Revocation late = Revocation.ofUser(ALICE, 7, 80);

    // When // Then
    assertThat(early.joined(late)).isEqualTo(Revocation.ofUser(ALICE, 7, 90));
    assertThat(late.joined(early)).isEqualTo(Revocation.ofUser(ALICE, 7, 90));
  }
}
