package io.tidegate.contract.token;

import static io.tidegate.contract.token.TokenMaker.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.TokenVerifier.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SigningKeysTest {
  private static final UserKey ALICE = new UserKey("acme", "alice");
  private static final Duration HOUR = Duration.ofHours(1);

  private final TokenVerifier verifier = new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE);

  @TempDir Path folder;

  private Verdict check(SigningKeys.Issued issued, SigningKeys keys, long now) {
    return verifier.check(issued.text(), PublicKeys.parse(keys.publicJson()), now);
  }

  @Test
  void tokenShouldSayWhatItWasIssuedFor() {
    // Given
    SigningKeys keys = SigningKeys.generate(NOW);

    // When
    SigningKeys.Issued issued = keys.issue(ALICE, "phone", HOUR, NOW + 999);

    // Then
    assertThat(issued.expiresMillis()).isEqualTo(NOW + 3_600_000);
    assertThat(check(issued, keys, NOW))
        .isEqualTo(
            new Verdict.Good(
                new Token(
                    "acme",
                    "alice",
                    "phone",
                    java.util.Set.of(),
                    issued.id(),
                    NOW,
                    NOW + 3_630_000)));
  }

  @Test
  void newKeyShouldSignOnceItHasSettledAndTheOldStillCount() {
    // Given
    SigningKeys old = SigningKeys.generate(NOW);
    SigningKeys both = old.rotated(NOW + 100_000, 2);
    long settled = NOW + 100_000 + SigningKeys.SETTLED.toMillis();

    // When
    SigningKeys.Issued before = both.issue(ALICE, null, HOUR, settled - 1);
    SigningKeys.Issued after = both.issue(ALICE, null, HOUR, settled);

    // Then
    assertThat(check(before, old, settled)).isInstanceOf(Verdict.Good.class);
    assertThat(check(after, both, settled)).isInstanceOf(Verdict.Good.class);
    assertThat(check(before, both, settled)).isInstanceOf(Verdict.Good.class);
    assertThat(check(after, old, settled))
        .isEqualTo(new Verdict.Bad(TokenFault.UNKNOWN_KEY, TokenFault.UNKNOWN_KEY.words()));
    assertThat(both.rotated(settled, 2).ids()).hasSize(2).doesNotContain(old.ids().getFirst());
  }

  @Test
  void keysShouldSurviveTheirFileAndNobodyElseShouldReadIt() throws Exception {
    // Given
    SigningKeyFile file = new SigningKeyFile(folder.resolve("new/keys.json"));
    assertThat(file.read()).isNull();

    // When
    SigningKeys made = file.readOrMake(NOW);
    file.write(made.rotated(NOW + 1, 3));
    SigningKeys read = file.readOrMake(NOW + 2);

    // Then
    assertThat(read.ids()).hasSize(2).first().isEqualTo(made.ids().getFirst());
    assertThat(check(read.issue(ALICE, null, HOUR, NOW), made, NOW))
        .isInstanceOf(Verdict.Good.class);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertThat(file.isOpenToOthers()).isFalse();
    try (Stream<Path> all = Files.list(folder.resolve("new"))) {
      assertThat(all).containsExactly(file.path());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------, false",
    "r--------, false",
    "rw-r-----, true",
    "rw----r--, true",
    "rw--w----, true",
    "rwx--x--x, false"
  })
  void fileThatOthersMayReadOrChangeShouldBeSeen(String permissions, boolean open)
      throws Exception {
    // Given
    SigningKeyFile file = new SigningKeyFile(folder.resolve("keys.json"));
    file.write(SigningKeys.generate(NOW));

    // When
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString(permissions));

    // Then
    assertThat(file.isOpenToOthers()).isEqualTo(open);
    assertThat(new SigningKeyFile(folder.resolve("absent")).isOpenToOthers()).isFalse();
  }

  @Test
  void whatIsPublicShouldHaveNoSecret() {
    // Given
    SigningKeys keys = SigningKeys.generate(NOW);

    // Then
    assertThat(keys.publicJson()).doesNotContain("\"d\"");
    assertThat(keys.toJson()).contains("\"d\"");
    assertThat(keys.toString()).isEqualTo("SigningKeys" + keys.ids());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningKeys.parse(keys.publicJson()))
        .withMessage("want private EC keys of P-256 with kid only");
  }

  @Test
  void lifeShouldBeBounded() {
    // Given
    SigningKeys keys = SigningKeys.generate(NOW);

    // Then
    for (Duration life :
        new Duration[] {Duration.ofMillis(999), Duration.ofHours(24).plusMillis(1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> keys.issue(ALICE, null, life, NOW))
          .withMessage("ttl: want 1s to 24h");
    }
  }

  @Test
  void fileWithSomethingElseShouldSayWhat() throws Exception {
    // Given
    Path path = Files.writeString(folder.resolve("k"), "no keys");

    // Then
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new SigningKeyFile(path).readOrMake(NOW))
        .withMessage("not a JWK set");
    assertThat(path).hasContent("no keys");
  }
}
