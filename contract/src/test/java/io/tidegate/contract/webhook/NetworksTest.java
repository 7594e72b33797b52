package io.tidegate.contract.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, unspecified",
    "0.1.2.3, unspecified",
    "10.255.255.255, private",
    "100.64.0.1, shared by carriers",
    "100.127.255.255, shared by carriers",
    "127.0.0.1, loopback",
    "127.255.0.9, loopback",
    "168.63.129.16, a cloud's own",
    "169.254.169.254, link-local",
    "172.16.0.1, private",
    "172.31.255.255, private",
    "192.168.1.1, private",
    "198.19.0.1, for benchmarks",
    "224.0.0.1, multicast",
    "255.255.255.255, reserved",
    "::, unspecified",
    "::1, loopback",
    "fc00::1, private",
    "fdff::1, private",
    "fe80::1, link-local",
    "febf::1, link-local",
    "fec0::1, private",
    "ff02::1, multicast",
    "64:ff9b::a9fe:a9fe, link-local",
    "64:ff9b:1::1, private",
    "2002:7f00:1::, loopback",
    "2001:0:1::1, reserved",
    "::7f00:1, loopback",
    "::101:101, reserved",
    "::ffff:0:7f00:1, reserved",
    "4000::1, reserved",
    "2001:db8::1, for documentation"
  })
  void addressThatIsNotPublicShouldBeRefusedByWord(String address, String word) {
    // When
    String refusal = Networks.PUBLIC.refusal(InetAddress.ofLiteral(address));

    // Then
    assertThat(refusal).endsWith(" is " + word);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "223.255.255.255",
        "2606:4700::1111",
        "2002:101:101::1",
        "64:ff9b::101:101"
      })
  void publicAddressShouldPass(String address) {
    assertThat(Networks.PUBLIC.refusal(InetAddress.ofLiteral(address))).isNull();
  }

  @Test
  void mappedAddressShouldBeJudgedAsTheKernelTakesIt() throws UnknownHostException {
    // Given
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");

    // When // Then
    assertThat(Networks.PUBLIC.refusal(InetAddress.getByAddress(mapped)))
        .isEqualTo("127.0.0.1 is loopback");
  }

  @Test
  void networksThatWereNamedShouldPassAndNothingBesides() {
    // Given
    Networks networks = Networks.parse(" 10.1.0.0/16, ::1/128,fd00::/9 ");

    // When // Then
    assertThat(networks.refusal(InetAddress.ofLiteral("10.1.255.1"))).isNull();
    assertThat(networks.refusal(InetAddress.ofLiteral("10.2.0.1"))).isNotNull();
    assertThat(networks.refusal(InetAddress.ofLiteral("::1"))).isNull();
    assertThat(networks.refusal(InetAddress.ofLiteral("fd7f::1"))).isNull();
    assertThat(networks.refusal(InetAddress.ofLiteral("fd80::1"))).isNotNull();
    assertThat(
            networks
                .and(Networks.parse(Networks.LOOPBACK))
                .refusal(InetAddress.ofLiteral("127.1.2.3")))
        .isNull();
    assertThat(networks.refusal(InetAddress.ofLiteral("64:ff9b::a01:1"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "::/129", "10.0.0.0/-1", "host/8", "10.0.0.0/x", "/8"})
  void whatIsNoNetworkShouldBeNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Networks.parse(text))
        .withMessageContaining("\"");
  }
}
