package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  private final Addresses addresses = new Addresses();

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, 193.0.2.1, false",
    "2001:db8:0:7::1, 2001:db8:0:7:ffff::2, true",
    "2001:db8:0:7::1, 2001:db8:0:8::1, false",
    "0.0.0.1, ::1, false",
    "255.0.0.0, ff00::, false",
  })
  void addressesOfOneNetworkShouldCountTogether(String one, String other, boolean together) {
    // When
    addresses.enter(address(one));

    // Then
    assertThat(addresses.enter(address(other))).isEqualTo(together ? 2 : 1);
    assertThat(addresses.of(address(one))).isEqualTo(together ? 2 : 1);
  }

  @Test
  void nothingShouldBeKeptOfWhoHasNone() {
    // Given
    addresses.enter(address("192.0.2.1"));
    addresses.enter(address("192.0.2.1"));
    addresses.enter(address("2001:db8::1"));
    assertThat(addresses.size()).isEqualTo(2);

    // When
    addresses.leave(address("192.0.2.1"));
    addresses.leave(address("2001:db8::1"));

    // Then
    assertThat(addresses.of(address("192.0.2.1"))).isEqualTo(1);
    assertThat(addresses.size()).isEqualTo(1);

    // When
    addresses.leave(address("192.0.2.1"));
    addresses.leave(address("192.0.2.1"));

    // Then
    assertThat(addresses.size()).isZero();
    assertThat(addresses.of(address("192.0.2.1"))).isZero();
  }
}
