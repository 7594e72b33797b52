package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {

  @ParameterizedTest
  @ValueSource(strings = {"acme/g/alice", "acme/g/a/b", "acme/g//", "acme/r:1@x+y~z/Zoë"})
  void keyShouldReadBackAsItWasWritten(String text) {
    assertThat(Membership.parse(text.getBytes(UTF_8)).toBytes()).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void keyOfTheLargestPartsShouldReadBack() {
    // Given
    GroupKey group = new GroupKey("t".repeat(64), "g".repeat(128));
    Membership membership = new Membership(group, new UserKey("t".repeat(64), "é".repeat(128)));

    // Then
    assertThat(Membership.parse(membership.toBytes())).isEqualTo(membership);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "acme | key: want tenant/group/user, found fewer slashes",
        "acme/g | key: want tenant/group/user, found fewer slashes",
        "acme/g/ | user: must not be empty",
        "acme//u | group: want 1 to 128 of [A-Za-z0-9._~:@+-]",
        "acme/ü/u | group: want 1 to 128 of [A-Za-z0-9._~:@+-]",
        "ACME/g/u | tenant: want 1 to 64 of [a-z0-9-]",
      })
  void errorShouldNameTheFieldAndTheReason(String key, String message) {
    assertThatThrownBy(() -> Membership.parse(key.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void userOfAnotherTenantShouldBeRefused() {
    assertThatThrownBy(
            () -> new Membership(new GroupKey("acme", "g"), new UserKey("other", "alice")))
        .hasMessage("user: of another tenant than the group");
  }
}
