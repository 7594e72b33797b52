package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointStatus.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointsTest {
  private static final UserKey ALICE = new UserKey("acme", "al/ice");
  private static final EndpointKey CRM = new EndpointKey(ALICE, "crm");
  private static final Endpoint ENDPOINT =
      new Endpoint("https://example.com/", 7, ByteString.copyFrom(new byte[16]), 3, 99);

  private final Endpoints endpoints = new Endpoints(3);

  private void put(EndpointKey key, long offset) {
    var _ = endpoints.changed(key.toBytes(), ENDPOINT.toBytes(), offset);
  }

  private void gone(EndpointKey key, long of, long offset) {
    var _ =
        endpoints.changed(
            EndpointStatus.key(key), new EndpointStatus(of, Reason.GONE, 5).toBytes(), offset);
  }

  @Test
  void recordAndKeyShouldReadBackAsTheyWere() {
    assertThat(Endpoint.parse(ENDPOINT.toBytes())).isEqualTo(ENDPOINT);
    assertThat(CRM).hasToString("acme/crm/al/ice");
    assertThat(EndpointKey.parse(CRM.toBytes())).isEqualTo(CRM);
    assertThat(CRM.device()).isEqualTo("webhook:crm");
  }

  @Test
  void ownersShouldBeKeptApart() {
    // Given
    put(CRM, 0);
    put(new EndpointKey(ALICE, "~".repeat(64)), 1);
    put(new EndpointKey(new UserKey("acme", "al"), "crm"), 2);

    // When // Then
    assertThat(endpoints.of(ALICE))
        .extracting(known -> known.key().name())
        .containsExactly("crm", "~".repeat(64));
    assertThat(endpoints.of(new UserKey("other", "al/ice"))).isEmpty();
    assertThat(endpoints.size("acme")).isEqualTo(3);
    assertThat(endpoints.size("other")).isZero();
  }

  @Test
  void statusShouldCountForTheEndpointThatItSpeaksOfOnly() {
    // Given
    put(CRM, 10);

    // When
    gone(CRM, 10, 11);

    // Then
    assertThat(endpoints.find(CRM))
        .isEqualTo(new Endpoints.Known(CRM, ENDPOINT, 10, new EndpointStatus(10, Reason.GONE, 5)));
    put(CRM, 12);
    assertThat(endpoints.find(CRM)).isEqualTo(new Endpoints.Known(CRM, ENDPOINT, 12, null));
    gone(CRM, 10, 13);
    assertThat(endpoints.find(CRM)).isEqualTo(new Endpoints.Known(CRM, ENDPOINT, 12, null));
  }

  @Test
  void statusOfOneThatIsNotThereShouldBeForgotten() {
    // Given
    put(CRM, 10);
    var _ = endpoints.changed(CRM.toBytes(), null, 11);

    // When
    gone(CRM, 10, 12);
    gone(CRM, 13, 12);
    put(CRM, 13);

    // Then
    assertThat(endpoints.find(CRM)).isEqualTo(new Endpoints.Known(CRM, ENDPOINT, 13, null));
  }

  @Test
  void whatIsGoneShouldMakeRoom() {
    // Given
    put(CRM, 0);
    put(new EndpointKey(ALICE, "b"), 1);
    put(new EndpointKey(ALICE, "c"), 2);

    // When // Then
    EndpointKey fourth = new EndpointKey(ALICE, "d");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> put(fourth, 3))
        .withMessage("there are 3 endpoints already");
    assertThat(endpoints.changed(CRM.toBytes(), null, 4)).isEqualTo(CRM);
    put(fourth, 5);
    assertThat(endpoints.find(CRM)).isNull();
    assertThat(endpoints.size("acme")).isEqualTo(3);
  }

  @Test
  void recordThatCannotBeReadShouldChangeNothing() {
    put(CRM, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> endpoints.changed(CRM.toBytes(), "{}".getBytes(UTF_8), 1));
    assertThat(endpoints.find(CRM)).isNotNull();
  }

  @Test
  void groupShouldHaveAMemberWhomNobodyElseMayName() {
    // When
    UserKey member = EndpointKey.member(new GroupKey("acme", "g".repeat(128)));

    // Then
    assertThat(member).hasToString("acme/webhook:group:" + "g".repeat(128));
    assertThat(EndpointKey.isReservedUser(member.user())).isTrue();
    assertThat(EndpointKey.isReservedUser("alice")).isFalse();
    assertThat(EndpointKey.isReservedDevice("webhook:x")).isTrue();
    assertThat(EndpointKey.isReservedDevice("phone")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a b", "ä"})
  void nameShouldDivide(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EndpointKey(ALICE, name))
        .withMessage("name: want 1 to 64 of [A-Za-z0-9._~-]");
  }
}
