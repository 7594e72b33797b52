package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Groups and everyone from the terminal, over a service that answers as the test wants. */
final class BroadcastCommandsTest {
  private final StringWriter lines = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(lines, true));
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(arguments);
  }

  private int executeWithInput(byte[] input, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return execute(arguments);
    } finally {
      System.setIn(before);
    }
  }

  private static String member(String line) {
    return line.contains("remove")
        ? "{\"user\":\"x\",\"member\":false}"
        : "{\"user\":\"x\",\"member\":true}";
  }

  @Test
  void addShouldPostALineForEachUser() throws Exception {
    try (StubIngest ingest = new StubIngest(BroadcastCommandsTest::member)) {
      // When
      int exit = execute("groups", "add", "--url", ingest.url(), "room:4", "alice", "bob é", "a/b");

      // Then
      assertThat(exit).isZero();
      assertThat(ingest.asked)
          .containsExactly(
              StubIngest.Asked.lines(
                  "/v1/groups/room:4/members",
                  "{\"user\":\"alice\"}\n{\"user\":\"bob é\"}\n{\"user\":\"a/b\"}\n"));
      assertThat(lines.toString()).matches("group room:4: 3 joined, 0 refused, in [0-9.]+ s\n");
      assertThat(errors.toString()).isEmpty();
    }
  }

  @Test
  void removeShouldSaySoOnEachLine() throws Exception {
    try (StubIngest ingest = new StubIngest(BroadcastCommandsTest::member)) {
      // When
      int exit = execute("groups", "remove", "--json", "--url", ingest.url(), "g", "alice");

      // Then
      assertThat(exit).isZero();
      assertThat(ingest.asked.getFirst().body())
          .isEqualTo("{\"user\":\"alice\",\"remove\":true}\n");
      assertThat(lines.toString())
          .matches(
              "\\{\"group\":\"g\",\"left\":1,\"refused\":0,\"seconds\":[0-9.]+,\"refusals\":\\[]}\n");
    }
  }

  @Test
  void usersOnStdinShouldGoInRequestsThatIngestTakes() throws Exception {
    try (StubIngest ingest = new StubIngest(BroadcastCommandsTest::member)) {
      // Given
      String input =
          IntStream.range(0, 1_001).mapToObj(i -> "u " + i).collect(Collectors.joining("\r\n"));

      // When
      int exit =
          executeWithInput(input.getBytes(UTF_8), "groups", "add", "--url", ingest.url(), "g", "-");

      // Then
      assertThat(exit).isZero();
      assertThat(ingest.asked)
          .map(asked -> asked.body().lines().count())
          .containsExactly(500L, 500L, 1L);
      assertThat(ingest.asked.getLast().body()).isEqualTo("{\"user\":\"u 1000\"}\n");
      assertThat(lines.toString()).startsWith("group g: 1,001 joined, 0 refused");
    }
  }

  @Test
  void lineThatNamesNobodyShouldBeRefusedAloneAndAsNobodyElse() throws Exception {
    try (StubIngest ingest = new StubIngest(BroadcastCommandsTest::member)) {
      // Given
      String input = "a\n\né\nb\u0001\n" + "x".repeat(257) + "\nc";

      // When
      int exit =
          executeWithInput(
              input.getBytes(ISO_8859_1), "groups", "add", "--url", ingest.url(), "g", "-");

      // Then
      assertThat(exit).isEqualTo(1);
      assertThat(ingest.asked.getFirst().body()).isEqualTo("{\"user\":\"a\"}\n{\"user\":\"c\"}\n");
      assertThat(errors.toString().lines())
          .containsExactly(
              "refused line 3: not UTF-8",
              "refused line 4: has a control character at 1",
              "refused line 5: longer than 256 bytes of UTF-8");
      assertThat(lines.toString()).startsWith("group g: 2 joined, 3 refused");
    }
  }

  @Test
  void whatIngestRefusesShouldBeToldByArgument() throws Exception {
    try (StubIngest ingest =
        new StubIngest(
            line ->
                line.contains("bob")
                    ? "{\"status\":400,\"field\":\"user\",\"detail\":\"not today\"}"
                    : member(line))) {
      // When
      int exit = execute("groups", "add", "--url", ingest.url(), "g", "alice", "bob");

      // Then
      assertThat(exit).isEqualTo(1);
      assertThat(errors.toString()).isEqualTo("refused argument 2 (400): user: not today\n");
      assertThat(lines.toString()).startsWith("group g: 1 joined, 1 refused");
    }
  }

  @Test
  void argumentThatNamesNobodyShouldKeepAllFromBeingSent() throws Exception {
    try (StubIngest ingest = new StubIngest(BroadcastCommandsTest::member)) {
      // When
      int exit = execute("groups", "add", "--url", ingest.url(), "g", "alice", "b\u001bob");

      // Then
      assertThat(exit).isEqualTo(2);
      assertThat(errors.toString())
          .startsWith("tidegate: USER \"b?ob\": has a control character at 1\n");
      assertThat(ingest.asked).isEmpty();
    }
  }

  @Test
  void nobodyThereShouldBeOneLine() {
    // When
    int exit = execute("groups", "add", "--url", "http://127.0.0.1:1", "g", "alice");

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString())
        .isEqualTo(
            "tidegate: no ingest service at http://127.0.0.1:1/v1/groups/g/members: connection"
                + " refused\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --group=g | {"to":{"group":"g"},"id":"m","data":"hi"} | {"id":"m","group":"g"} | accepted m for group g
          --all     | {"to":{"all":true},"id":"m","data":"hi"}  | {"id":"m","all":true}  | accepted m for everyone
          --to=a    | {"to":{"user":"a"},"id":"m","data":"hi"}  | {"id":"m","accepted":1} | accepted m for 1 user
          """)
  void sendShouldNameWhomItIsFor(String option, String request, String result, String told)
      throws Exception {
    try (StubIngest ingest = new StubIngest(_ -> result)) {
      // When
      int exit = execute("send", "--url", ingest.url(), option, "--id", "m", "hi");

      // Then
      assertThat(exit).isZero();
      assertThat(ingest.asked)
          .containsExactly(StubIngest.Asked.lines("/v1/messages", request + "\n"));
      assertThat(lines.toString()).isEqualTo(told + "\n");
    }
  }

  @Test
  void sendShouldCountBroadcastsBesideDeliveries() throws Exception {
    try (StubIngest ingest =
        new StubIngest(
            line ->
                line.contains("group")
                    ? "{\"id\":\"a\",\"group\":\"g\"}"
                    : "{\"id\":\"b\",\"accepted\":2}")) {
      // Given
      String[] requests = {
        "{\"to\":{\"group\":\"g\"},\"data\":1}", "{\"to\":{\"users\":[\"a\",\"b\"]},\"data\":1}"
      };

      // When
      execute("send", "--url", ingest.url(), requests[0], requests[1]);
      execute("send", "--json", "--url", ingest.url(), requests[0], requests[1]);

      // Then
      assertThat(lines.toString().lines().toList().getFirst())
          .startsWith(
              "2 messages: 2 accepted (2 deliveries, one per message and user; 1 for a group or"
                  + " everyone), 0 refused, in ");
      assertThat(lines.toString().lines().toList().getLast())
          .startsWith(
              "{\"messages\":2,\"accepted\":2,\"refused\":0,\"deliveries\":2,\"broadcasts\":1,");
    }
  }
}
