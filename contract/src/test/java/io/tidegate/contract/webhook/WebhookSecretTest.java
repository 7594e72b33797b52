package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.tidegate.contract.UserKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The expected values were made by another program. */
final class WebhookSecretTest {
  private static final WebhookKey KEY =
      WebhookKey.parse("tgwk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
  private static final EndpointKey CRM = new EndpointKey(new UserKey("acme", "al/ice"), "crm");
  private static final ByteString SALT =
      ByteString.copyFrom(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  private static final Endpoint ENDPOINT = new Endpoint("https://example.com/", 1, SALT, 1, 0);

  @TempDir Path folder;

  @Test
  void signatureShouldBeThatOfStandardWebhooks() {
    // Given
    WebhookSecret secret =
        new WebhookSecret(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw=="));

    // When
    String signature =
        WebhookSecret.sign(
            List.of(secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            "{\"test\": 2432232314}".getBytes(UTF_8));

    // Then
    assertThat(signature).isEqualTo("v1,/Xy7FLfFISa1TZH7WLT+0x/orG5MlcutAFOpVan3/00=");
    assertThat(secret.text()).isEqualTo("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw==");
  }

  @Test
  void secretShouldFollowFromKeyEndpointAndGeneration() {
    assertThat(KEY.secret(CRM, ENDPOINT, 2).text())
        .isEqualTo("whsec_UtI+FIS3oysJNY6oKg89iSPBJssYXW7L5lbAHYy+sUc=");
    assertThat(KEY.secret(CRM, ENDPOINT, 1).text())
        .isNotEqualTo(KEY.secret(CRM, ENDPOINT, 2).text())
        .isNotEqualTo(
            KEY.secret(new EndpointKey(new UserKey("acme", "al"), "crm"), ENDPOINT, 1).text())
        .isNotEqualTo(WebhookKey.generate().secret(CRM, ENDPOINT, 1).text());
  }

  @Test
  void bothSecretsShouldSignUntilTheOverlapIsOver() {
    // Given
    Endpoint rotated = ENDPOINT.rotated(1_000);

    // When
    List<String> before = KEY.secrets(CRM, rotated, 999).stream().map(WebhookSecret::text).toList();
    List<String> after =
        KEY.secrets(CRM, rotated, 1_000).stream().map(WebhookSecret::text).toList();

    // Then
    assertThat(before)
        .containsExactly(KEY.secret(CRM, ENDPOINT, 2).text(), KEY.secret(CRM, ENDPOINT, 1).text());
    assertThat(after).containsExactly(KEY.secret(CRM, ENDPOINT, 2).text());
    assertThat(WebhookSecret.sign(KEY.secrets(CRM, rotated, 999), "msg_a", 1, new byte[0]))
        .matches("v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=");
  }

  @Test
  void idShouldBeOfEndpointSourceAndIdAndHaveNoFullStop() {
    assertThat(WebhookSecret.id(CRM, "/app", "m1")).isEqualTo("msg_5oJj6Q7ZjgW-NbqOK3yC_Q0d");
    assertThat(WebhookSecret.id(CRM, "/ap", "pm1"))
        .isNotEqualTo(WebhookSecret.id(CRM, "/app", "m1"));
    assertThat(WebhookSecret.id(CRM, null, "1.2.{\"\n")).matches("msg_[A-Za-z0-9_-]{24}");
  }

  @Test
  void messagesToOthersShouldHaveOtherIdsThoughTheirSendersCallThemAlike() {
    // Given
    List<EndpointKey> all =
        List.of(
            CRM,
            new EndpointKey(new UserKey("acme", "al/ice"), "crm2"),
            new EndpointKey(new UserKey("acme", "bob"), "crm"),
            new EndpointKey(new UserKey("other", "al/ice"), "crm"));

    // When // Then
    assertThat(all)
        .extracting(endpoint -> WebhookSecret.id(endpoint, "/v1/messages", "m1"))
        .doesNotHaveDuplicates();
  }

  @Test
  void neitherKeyNorSecretShouldShowItself() {
    assertThat(KEY).hasToString("WebhookKey");
    assertThat(KEY.secret(CRM, ENDPOINT, 1)).hasToString("WebhookSecret");
  }

  @Test
  void whatIsNoKeyShouldBeRefusedWithoutBeingShown() {
    for (String text :
        List.of("", "tgwk_", "tgwk_AAEC", "whsec_AAAA", "tgwk_!", "tgwk_" + "A".repeat(44))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WebhookKey.parse(text))
          .withMessage("want tgwk_ and 32 bytes in base64url");
    }
  }

  @Test
  void fileShouldBeMadeOnceForItsOwner() throws IOException, Exception {
    // Given
    Path path = folder.resolve("in/webhook-key");
    WebhookKeyFile file = new WebhookKeyFile(path);
    file.makeWhereMissing();
    String made = file.read("X").text();

    // When
    file.makeWhereMissing();

    // Then
    assertThat(file.read("X").text()).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }
}
