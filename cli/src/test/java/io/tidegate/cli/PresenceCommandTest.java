package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** {@code tidegate presence} against a fan-out that says what the test wants. */
final class PresenceCommandTest {
  private static final String ALICE =
      "{\"user\":\"alice\",\"connected\":true,\"since_millis\":1795780800000,"
          + "\"devices\":[\"phone\",\"laptop\"]}";
  private static final String BOB =
      "{\"user\":\"bob\",\"connected\":false,\"last_seen_millis\":1795780800500,\"devices\":[]}";
  private static final String EVE = "{\"user\":\"eve\",\"connected\":false,\"devices\":[]}";
  private static final String BAD =
      "{\"user\":\"\",\"problem\":{\"status\":400,\"detail\":\"user: must not be empty\"}}";

  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @SuppressWarnings("NullAway.Init")
  private FakeFanout fanout;

  @BeforeEach
  void start() throws Exception {
    fanout = new FakeFanout();
  }

  @AfterEach
  void stop() {
    fanout.close();
  }

  @Test
  void eachUserShouldHaveALine() {
    // Given
    fanout.answer = "{\"users\":[" + ALICE + "," + BOB + "," + EVE + "]}";

    // When
    int exit = execute("alice", "bob", "eve");

    // Then
    assertThat(errors.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(fanout.asked)
        .containsExactly("POST /v1/presence {\"users\":[\"alice\",\"bob\",\"eve\"]}");
    assertThat(lines.toString().lines())
        .containsExactly(
            "alice  connected since 2026-11-27T12:00:00Z: phone, laptop",
            "bob  away, last seen 2026-11-27T12:00:00.500Z",
            "eve  away");
  }

  @Test
  void jsonShouldBeOneValueALine() {
    // Given
    fanout.answer = "{\"users\":[" + ALICE + "," + BOB + "]}";

    // When
    int exit = execute("alice", "bob", "--json");

    // Then
    assertThat(exit).isZero();
    assertThat(lines.toString()).isEqualTo(ALICE + "\n" + BOB + "\n");
  }

  @Test
  void userOfWhomNothingCanBeSaidShouldBeNotAllOfIt() {
    // Given
    fanout.answer = "{\"users\":[" + BAD + "," + EVE + "]}";

    // When
    int exit = execute("", "eve");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(lines.toString().lines())
        .containsExactly("  not known: user: must not be empty", "eve  away");
  }

  @Test
  void moreThanTheServiceTakesShouldBeAskedForInTurn() {
    // Given
    fanout.answer = "{\"users\":[]}";
    String[] users = new String[1_001];
    java.util.Arrays.setAll(users, i -> "u" + i);

    // When
    int exit = execute(users);

    // Then
    assertThat(exit).isZero();
    assertThat(fanout.asked).hasSize(2);
    assertThat(fanout.asked.get(1)).isEqualTo("POST /v1/presence {\"users\":[\"u1000\"]}");
  }

  @Test
  void refusalShouldBeSaid() {
    // Given
    fanout.answer =
        JsonMapper.shared().writeValueAsString(java.util.Map.of("status", 403, "detail", "no"));

    // When
    int exit = execute("alice");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains("answered 403: no");
  }

  @Test
  void nobodyThereShouldBeSaid() {
    // Given
    fanout.close();

    // When
    int exit = execute("alice");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString()).contains("no fan-out service at " + fanout.url());
  }

  private int execute(String... users) {
    List<String> args = new ArrayList<>(List.of("presence", "--fanout", fanout.url()));
    args.addAll(List.of(users));
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(lines, true));
    command.setErr(new PrintWriter(errors, true));
    return command.execute(args.toArray(String[]::new));
  }
}
