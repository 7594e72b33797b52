package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a wrong command line is answered with. */
final class MainTest {
  private final StringWriter errors = new StringWriter();
  private final StringWriter lines = new StringWriter();

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
          broker --port 70000             | --port: want 0 to 65535, got 70000             | broker
          run ingest --kafka h:1 --port 70000 | --port: want 0 to 65535, got 70000         | run ingest
          topics create --partitions 0    | --partitions: want 1 to 1024, got 0            | topics create
          topics create --prefix a/b      | --prefix: want 1 to 200 of [a-zA-Z0-9._-], got "a/b" | topics create
          send --deliver-at noon --to a b | --deliver-at: want an RFC 3339 time such as 2026-11-27T06:30:00Z, got "noon" | send
          send --ttl soon --to a b        | --ttl: want seconds, 90s, 5m, 6h, 7d or PT1H30M, at most 30 days, got "soon" | send
          send --to a {"x":               | DATA "{"x":": not JSON: it ends too early      | send
          send --to a [1}                 | DATA "[1}": not JSON: fault at about character 3 | send
          send --to a --group g b         | want one of --to, --group and --all, got --to and --group | send
          send --group g --all b          | want one of --to, --group and --all, got --group and --all | send
          send --group a/b c              | --group: want 1 to 128 of [A-Za-z0-9._~:@+-] | send
          send --url ftp://h --all c      | --url: want http://HOST:PORT or https://HOST:PORT, got "ftp://h" | send
          groups add                      | Missing required parameter: 'GROUP'            | groups add
          groups add g                    | which users? Name them, or give - and one user a line on stdin | groups add
          groups remove g                 | which users? Name them, or give - and one user a line on stdin | groups remove
          groups add g a -                | USER: want names or -, got both                | groups add
          groups add a/b c                | GROUP "a/b": want 1 to 128 of [A-Za-z0-9._~:@+-] | groups add
          groups add --url http://h/p g a | --url: want no path, got "http://h/p"          | groups add
          endpoints list                  | whose endpoint? Give --user or --group         | endpoints list
          endpoints list --user a --group g | want one of --user and --group, got both     | endpoints list
          endpoints show --group a/b n    | --group: want 1 to 128 of [A-Za-z0-9._~:@+-]   | endpoints show
          endpoints delete --user a b/c   | NAME "b/c": want 1 to 64 of [A-Za-z0-9._~-]    | endpoints delete
          endpoints put --user a crm      | Missing required parameter: 'URL'              | endpoints put
          simulate a/b p.json             | NAME: want 1 to 64 of [A-Za-z0-9._-], got "a/b" | simulate
          keys issue --scope send --rate 5 | --rate: want LIMIT/WINDOW or LIMIT/WINDOW/BURST, such as 100/1s/200, or none | keys issue
          keys issue --scope send --rate 5/10ms | --rate: window: want 1s to 1d, got 10ms  | keys issue
          keys issue --scope send --bytes 1 | --bytes: want 65536 or more, got 1           | keys issue
          keys issue --scope send --bytes x | --bytes: want a number of bytes, or none     | keys issue
          tenants limit A --reset         | TENANT: want 1 to 64 of [a-z0-9-], got "A"     | tenants limit
          tenants limit acme              | want --rate, --bytes or both, or --reset       | tenants limit
          tenants limit acme --reset --rate none | want --rate, --bytes or both, or --reset | tenants limit
          token key --keys k --keep 1     | --keep: want 2 to 16, got 1                    | token key
          simulate a                      | Missing required parameter: 'FILE'           | simulate
          send {"text":1}                 | DATA "{"text":1}": has no "to"; or name the user with --to | send
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
    assertThat(errors.toString().lines())
        .allMatch(line -> line.startsWith("tidegate: "))
        .anyMatch(line -> line.startsWith("tidegate: Did you mean: tidegate listen"));
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

  @Test
  void urgencyThatIsNoneShouldBeRefusedBeforeAnythingIsTried() {
    // When
    int exit = execute("listen", "--user", "a", "--urgency", "urgent");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("tidegate: --urgency: want very-low, low, normal or high, got \"urgent\"");
  }

  @Test
  void missingFileShouldBeNamedWithItsOption() {
    // When
    int exit = execute("send", "--to", "a", "--file", "not/there.ndjson");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo("tidegate: --file not/there.ndjson can't be read: no such file");
  }

  @Test
  void helpThatIsPipedShouldBePlainAndListEveryCommand() {
    // When
    int exit = execute("--help");

    // Then
    assertThat(exit).isZero();
    assertThat(lines.toString())
        .doesNotContain("\u001b")
        .contains("  up ", "  groups ", "  endpoints ", "  test ");
  }

  @Test
  void checkShouldLeaveNothingBehind(@TempDir Path folder) throws Exception {
    // Given
    Path data = folder.resolve("new/data");
    String[] check = {
      "up",
      "--check",
      "--json",
      "--data-dir",
      data.toString(),
      "--ingest-port",
      "0",
      "--delivery-port",
      "0",
      "--fanout-port"
    };
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      // When
      int fine = execute(with(check, "0"));
      int refused = execute(with(check, Integer.toString(taken.getLocalPort())));

      // Then
      assertThat(fine).isZero();
      assertThat(refused).isEqualTo(2);
      String reason = errors.toString().strip().replaceFirst("^tidegate: ", "");
      assertThat(reason).contains("is in use").contains("--fanout-port");
      assertThat(lines.toString().lines())
          .containsExactly(
              "{\"startable\":true}", "{\"startable\":false,\"reason\":\"" + reason + "\"}");
      assertThat(folder).isEmptyDirectory();
    }
  }

  private static String[] with(String[] arguments, String last) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(errors, true));
    commandLine.setOut(new PrintWriter(lines, true));
    return commandLine.execute(arguments);
  }
}
