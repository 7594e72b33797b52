package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a wrong command line is answered with. */
final class MainTest {
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --nope                       | Unknown option: '--nope'                       | up
          up --ingest-port 70000          | --ingest-port: want 0 to 65535, got 70000      | up
          listen                          | Missing required option: '--user=<user>'       | listen
          send --urgency soon --to a b    | --urgency: want very-low, low, normal or high, got "soon" | send
          demo --users 0                  | --users: want 1 to 100000, got 0               | demo
          """)
  void misuseShouldBeOneLineThatNamesIt(String arguments, String line, String command) {
    // When
    int exit = execute(arguments.split(" +"));

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString().lines())
        .containsExactly(
            "tidegate: " + line, "tidegate: `tidegate " + command + " --help` says more");
  }

  @Test
  void misspeltCommandShouldBeAnsweredWithTheOneMeant() {
    // When
    int exit = execute("lisen");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains("Did you mean: tidegate listen");
  }

  @Test
  void argumentWithoutReceiverShouldBeToldBothWays() {
    // When
    int exit = execute("send", "hello");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("tidegate: DATA \"hello\": not JSON")
        .contains("or name the user with --to");
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(arguments);
  }
}
