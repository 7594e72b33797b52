package io.tidegate.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.Token;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class TokenCommandTest {
  @TempDir Path folder = Path.of("");

  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void tokenShouldBeGoodForWhatItSays() throws Exception {
    // Given
    int made = run("token", "key");

    // When
    lines.getBuffer().setLength(0);
    int status = run("token", "--user", "alice", "--tenant", "acme", "--device", "phone");

    // Then
    assertThat(made).isZero();
    assertThat(status).isZero();
    TokenVerifier verifier = new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE);
    TokenVerifier.Verdict verdict =
        verifier.check(lines.toString().strip(), publicKeys(), System.currentTimeMillis());
    assertThat(verdict).isInstanceOf(TokenVerifier.Verdict.Good.class);
    Token token = ((TokenVerifier.Verdict.Good) verdict).token();
    assertThat(token.tenant()).isEqualTo("acme");
    assertThat(token.subject()).isEqualTo("alice");
    assertThat(token.device()).isEqualTo("phone");
  }

  @Test
  void newKeyShouldLeaveTheOldOneToSignAndBothToCheckWith() throws Exception {
    // Given
    run("token", "key");
    String first = lines.toString().strip();
    lines.getBuffer().setLength(0);

    // When
    run("token", "key");
    run("token", "key");

    // Then: what signs is kept, however many came within the minute
    List<String> ids = requireNonNull(keys().read()).ids();
    assertThat(first).endsWith("  signs");
    assertThat(ids).hasSize(2).contains(first.replace("  signs", ""));
    assertThat(errors.toString()).contains("The last one signs in 60 s.");
    assertThat(publicKeys().size()).isEqualTo(2);
  }

  @Test
  void fileShouldBeForItsOwnerOnly() throws Exception {
    // When
    run("token", "key");

    // Then
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          token                          | Missing required option: '--user=USER'
          token --user a --ttl 2d        | --ttl: want 1s to 24h
          token --user a --tenant A      | --tenant
          token --user a --ttl soon      | --ttl
          """)
  void wrongOptionShouldBeNamed(String command, String expected) {
    // Given
    run("token", "key");

    // When
    int status = run(command.split(" "));

    // Then
    assertThat(status).isEqualTo(Main.UNUSABLE);
    assertThat(errors.toString()).contains("tidegate: " + expected);
  }

  @Test
  void fileThatHasNoKeysShouldBeRefusedWithoutShowingIt() throws Exception {
    // Given
    Files.writeString(file(), "{\"keys\":[{\"kty\":\"oct\",\"k\":\"secret\"}]}");

    // When
    int status = run("token", "key");

    // Then
    assertThat(status).isEqualTo(Main.UNUSABLE);
    assertThat(errors.toString()).contains("want private EC keys").doesNotContain("secret");
    assertThat(Files.readString(file())).contains("secret");
  }

  private Path file() {
    return folder.resolve("keys.json");
  }

  private SigningKeyFile keys() {
    return new SigningKeyFile(file());
  }

  private PublicKeys publicKeys() throws Exception {
    return PublicKeys.parse(requireNonNull(keys().read()).publicJson());
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--keys", file().toString()));
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(lines, true));
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(all.toArray(String[]::new));
  }
}
