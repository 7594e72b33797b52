package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code tidegate simulate} against a fan-out that says what the test wants. */
final class SimulateTest {
  private static final String REPORT =
      "{\"name\":\"default\",\"from\":\"F\",\"to\":\"T\",\"messages\":3,\"users\":2,"
          + "\"current\":{\"name\":\"default\",\"version\":1,\"result\":{\"at_once\":3}},"
          + "\"candidate\":{\"result\":{\"at_once\":1,\"delayed\":2}}}";

  @TempDir Path folder;

  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private Path policy = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private FakeFanout fanout;

  @BeforeEach
  void start() throws Exception {
    policy = Files.writeString(folder.resolve("policy.json"), "{\"batch\":{\"window\":\"PT5S\"}}");
    fanout = new FakeFanout();
    fanout.answer = "\n\n" + REPORT;
  }

  @AfterEach
  void stop() {
    fanout.close();
  }

  @Test
  void reportShouldBeShownSideBySide() {
    // When
    int exit =
        execute("gentle", policy.toString(), "--from", "P7D", "--to", "2026-11-27T06:30:00+01:00");

    // Then
    assertThat(errors.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(fanout.asked)
        .containsExactly(
            "POST /v1/policies/gentle/simulate?from=P7D&to=2026-11-27T06%3A30%3A00%2B01%3A00"
                + " {\"batch\":{\"window\":\"PT5S\"}}");
    assertThat(lines.toString().lines())
        .contains("delivered at once                           3            1           -2");
  }

  @Test
  void jsonShouldBeTheReportInOneLine() {
    // When
    int exit = execute("gentle", policy.toString(), "--json", "--max-messages", "9");

    // Then
    assertThat(exit).isZero();
    assertThat(lines.toString()).isEqualTo(REPORT + "\n");
    assertThat(fanout.asked.getFirst())
        .startsWith("POST /v1/policies/gentle/simulate?from=PT24H&max_messages=9 ");
  }

  @Test
  void reportThatWasCutShortShouldBeNotAllOfIt() {
    // Given
    fanout.answer =
        REPORT.replace("\"messages\":3", "\"messages\":3,\"cut_short\":{\"by\":\"time\"}");

    // When
    int exit = execute("gentle", policy.toString());

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(lines.toString()).contains("cut short by time");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | from | want a time | --from: want a time
          400 | to | want a time | --to: want a time
          400 | max_messages | want 1 | --max-messages: want 1
          400 | limits[0] | too odd | fan-out at URL answered 400: limits[0]: too odd
          503 |      | another simulation is running here | fan-out at URL answered 503: another simulation is running here
          200 |      | Kafka does not answer | fan-out at URL answered 503: Kafka does not answer
          """)
  void whatFanoutRefusesShouldBeOneLine(int code, String field, String detail, String said) {
    // Given: a problem after a long time comes with 200
    fanout.status = code;
    int problem = code == 200 ? 503 : code;
    String named = field == null ? "" : ",\"field\":\"" + field + "\"";
    fanout.answer = "{\"status\":" + problem + ",\"detail\":\"" + detail + "\"" + named + "}";

    // When
    int exit = execute("gentle", policy.toString());

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("tidegate: " + said.replace("URL", fanout.url()) + "\n");
    assertThat(lines.toString()).isEmpty();
  }

  @Test
  void whatIsWrongWithTheFileShouldBeToldBeforeAnybodyIsAsked() throws Exception {
    // Given
    Path bad = Files.writeString(folder.resolve("bad.json"), "{\"limits\":[{\"limit\":1}]}");
    Path large = Files.writeString(folder.resolve("large.json"), " ".repeat(65_537));
    Path absent = folder.resolve("absent.json");

    // When
    int misfit = execute("gentle", bad.toString());
    int tooLarge = execute("gentle", large.toString());
    int nothing = execute("gentle", absent.toString());
    int directory = execute("gentle", folder.toString());

    // Then
    assertThat(new int[] {misfit, tooLarge, nothing, directory}).containsOnly(2);
    assertThat(errors.toString().lines())
        .hasSize(4)
        .contains(
            "tidegate: " + bad + ": limits[0].window: required",
            "tidegate: " + large + ": larger than 65536 bytes",
            "tidegate: " + absent + " can't be read: no such file");
    assertThat(fanout.asked).isEmpty();
  }

  @Test
  void whoIsNoFanoutShouldBeTold() throws Exception {
    // Given
    fanout.answer = "<html>";
    int nobodys;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      nobodys = socket.getLocalPort();
    }

    // When
    int another = execute("gentle", policy.toString());
    int nobody = execute("gentle", policy.toString(), "--fanout", "http://127.0.0.1:" + nobodys);
    int noUrl = execute("gentle", policy.toString(), "--fanout", "localhost");

    // Then
    assertThat(new int[] {another, nobody, noUrl}).containsOnly(2);
    assertThat(errors.toString().lines())
        .containsExactly(
            "tidegate: there is no fan-out service at " + fanout.url() + ": it answered 200",
            "tidegate: no fan-out service at http://127.0.0.1:" + nobodys + ": connection refused",
            "tidegate: --fanout: want http://HOST:PORT or https://HOST:PORT, got \"localhost\"",
            "tidegate: `tidegate simulate --help` says more");
  }

  /** The fan-out of the test unless another is named. */
  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(List.of("simulate"));
    all.addAll(List.of(arguments));
    if (!all.contains("--fanout")) {
      all.addAll(List.of("--fanout", fanout.url()));
    }
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(lines, true));
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(all.toArray(String[]::new));
  }
}
