package io.tidegate.contract.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointUrlTest {
  @Test
  void urlShouldBeTakenApart() {
    assertThat(EndpointUrl.parse("HTTPS://Hooks.Example.com/a%20b?c=d", false))
        .isEqualTo(new EndpointUrl(true, "hooks.example.com", 443, "/a%20b?c=d"))
        .satisfies(url -> assertThat(url.authority()).isEqualTo("hooks.example.com"))
        .satisfies(url -> assertThat(url.origin()).isEqualTo("hooks.example.com:443"));
    assertThat(EndpointUrl.parse("http://[2606:4700::1111]:8443", true))
        .isEqualTo(new EndpointUrl(false, "2606:4700::1111", 8443, "/"))
        .satisfies(url -> assertThat(url.authority()).isEqualTo("[2606:4700::1111]:8443"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://Example.com./a, https://example.com/b",
    "https://[2606:4700:0:0::1111]/, https://[2606:4700::1111]/",
    "https://[2606:4700::ABCD]/, https://[2606:4700::abcd]:443/"
  })
  void oneHostShouldBeOneOriginHoweverItIsWritten(String one, String other) {
    assertThat(EndpointUrl.parse(one, false).origin())
        .isEqualTo(EndpointUrl.parse(other, false).origin());
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com/, want https",
    "ftp://example.com/, want https",
    "//example.com/, want https",
    "https:///a, has no host",
    "https:example.com, has no host",
    "https://u:p@example.com/, has a user",
    "https://example.com/#a, has a fragment",
    "https://example.com:22/, port:",
    "https://example.com:0/, port:",
    "https://example.com:65536/, port:",
    "https://2130706433/, has no host",
    "https://[fe80::1%25eth0]/, has no host",
    "https://[fe80::1%eth0]/, has no host",
    "https://0x7f000001/, has no host",
    "https://127.1/, has no host",
    "https://0177.0.0.1/, has no host",
    "https://example.0x7f/, has no host",
    "https://a_b.example.com/, has no host",
    "https://exämple.com/, percent-encoded",
    "'https://example.com/a b', percent-encoded"
  })
  void urlThatMayNotBeShouldBeRefusedWithTheReason(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointUrl.parse(text, false).requireAllowed(Networks.PUBLIC))
        .withMessageContaining(reason);
  }

  @Test
  void longUrlShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointUrl.parse("https://example.com/" + "a".repeat(2048), false))
        .withMessage("longer than 2048 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/"
      })
  void addressThatIsNotPublicShouldBeRefusedAtOnce(String text) {
    EndpointUrl url = EndpointUrl.parse(text, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> url.requireAllowed(Networks.PUBLIC))
        .withMessageContaining(" is ");
  }

  @Test
  void nameShouldBeLeftForWhenItIsAsked() {
    EndpointUrl.parse("https://localhost/", false).requireAllowed(Networks.PUBLIC);
    EndpointUrl.parse("http://127.0.0.1:9000/", true)
        .requireAllowed(Networks.parse(Networks.LOOPBACK));
  }
}
