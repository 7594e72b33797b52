package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tidegate endpoints} against an ingest that answers what the test wants. */
final class EndpointsCommandTest {
  private static final String SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  private static final String SHOWN =
      "{\"name\":\"crm\",\"url\":\"https://example.com/hook\","
          + "\"created\":\"2026-11-29T00:00:00Z\",\"generation\":1}";
  private static final String WITH_SECRET = SHOWN.replace("}", ",\"secret\":\"" + SECRET + "\"}");
  private static final String LINE =
      "crm  https://example.com/hook  made 2026-11-29T00:00:00Z, secret 1";

  private final InputStream stdin = System.in;

  @SuppressWarnings("NullAway.Init")
  private StubIngest ingest;

  @BeforeEach
  void start() throws Exception {
    ingest = new StubIngest();
  }

  @AfterEach
  void stop() {
    System.setIn(stdin);
    ingest.close();
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("endpoints"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--url", ingest.url()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static StubIngest.Asked asked(String method, String path, @Nullable String json) {
    return new StubIngest.Asked(
        method, path, json == null ? null : "application/json", json == null ? "" : json);
  }

  private static String problem(int status, String field, String detail) {
    return "{\"type\":\"urn:tidegate:problem:any\",\"title\":\"No\",\"status\":%d,\"detail\":\"%s\"%s}"
        .formatted(status, detail, field.isEmpty() ? "" : ",\"field\":\"" + field + "\"");
  }

  @ParameterizedTest
  @CsvSource({"200", "201"})
  void putShouldPrintTheSecretOnce(int status) {
    // Given
    ingest.reply(status, WITH_SECRET);

    // When
    CommandRun run = run("put", "--user", "alice", "crm", "https://example.com/hook");

    // Then
    assertThat(run.err()).doesNotContain(SECRET).contains("the secret that signs");
    assertThat(run.out()).isEqualTo(LINE + "\n" + SECRET + "\n");
    assertThat(run.status()).isZero();
    assertThat(ingest.asked)
        .containsExactly(
            asked(
                "PUT", "/v1/users/alice/endpoints/crm", "{\"url\":\"https://example.com/hook\"}"));
  }

  @Test
  void urlShouldBeReadFromStdinWhereOthersAreNotToSeeIt() {
    // Given
    ingest.reply(201, WITH_SECRET);
    System.setIn(new ByteArrayInputStream("https://example.com/token/x\n".getBytes(UTF_8)));

    // When
    CommandRun run = run("put", "--group", "room:4", "crm", "-", "--json");

    // Then
    assertThat(run).isEqualTo(new CommandRun(0, WITH_SECRET + "\n", ""));
    assertThat(ingest.asked)
        .containsExactly(
            asked(
                "PUT",
                "/v1/groups/room%3A4/endpoints/crm",
                "{\"url\":\"https://example.com/token/x\"}"));
  }

  @Test
  void stdinWithoutALineShouldBeWrongUsage() {
    // Given
    System.setIn(new ByteArrayInputStream(new byte[0]));

    // When
    CommandRun run = run("put", "--user", "alice", "crm", "-");

    // Then
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("tidegate: URL: stdin has no line with one\n");
    assertThat(ingest.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "alice,/v1/users/alice/endpoints",
    "a/b é,/v1/users/a%2Fb%20%C3%A9/endpoints",
    "..,/v1/users/%2E%2E/endpoints"
  })
  void userShouldBeOneSegmentOfThePath(String user, String path) {
    // Given
    ingest.reply(200, "{\"endpoints\":[]}");

    // When
    CommandRun run = run("list", "--user", user);

    // Then
    assertThat(run).isEqualTo(new CommandRun(0, "", "user " + user + " has no endpoints\n"));
    assertThat(ingest.asked).containsExactly(asked("GET", path, null));
  }

  @Test
  void listShouldSayOfEachHowItStands() {
    // Given
    String rotated =
        SHOWN
            .replace("crm", "b")
            .replace(
                "\"generation\":1", "\"generation\":2,\"previous_until\":\"2026-11-30T00:00:00Z\"");
    String disabled =
        SHOWN
            .replace("crm", "c")
            .replace("}", ",\"disabled\":{\"reason\":\"gone\",\"time\":\"2026-11-29T01:00:00Z\"}}");
    String all = "{\"endpoints\":[" + SHOWN + "," + rotated + "," + disabled + "]}";
    ingest.reply(200, all).reply(200, all);

    // When
    CommandRun lines = run("list", "--group", "team");
    CommandRun json = run("list", "--group", "team", "--json");

    // Then
    assertThat(lines.out().lines())
        .containsExactly(
            LINE,
            "b  https://example.com/hook  made 2026-11-29T00:00:00Z, secret 2, until"
                + " 2026-11-30T00:00:00Z that before signs, too",
            "c  https://example.com/hook  made 2026-11-29T00:00:00Z, secret 1, disabled"
                + " 2026-11-29T01:00:00Z: gone");
    assertThat(json.out().lines()).containsExactly(SHOWN, rotated, disabled);
  }

  @Test
  void showRotateAndDeleteShouldAskForTheOneEndpoint() {
    // Given
    ingest.reply(200, SHOWN).reply(200, WITH_SECRET).reply(204, "").reply(204, "");

    // When
    CommandRun shown = run("show", "--user", "alice", "crm");
    CommandRun rotated = run("rotate", "--user", "alice", "crm");
    CommandRun deleted = run("delete", "--user", "alice", "crm");
    CommandRun told = run("delete", "--user", "alice", "..", "--json");

    // Then
    assertThat(shown).isEqualTo(new CommandRun(0, LINE + "\n", ""));
    assertThat(rotated.out()).isEqualTo(LINE + "\n" + SECRET + "\n");
    assertThat(deleted)
        .isEqualTo(new CommandRun(0, "user alice has no endpoint crm any more\n", ""));
    assertThat(told)
        .isEqualTo(
            new CommandRun(0, "{\"user\":\"alice\",\"name\":\"..\",\"deleted\":true}\n", ""));
    assertThat(ingest.asked)
        .containsExactly(
            asked("GET", "/v1/users/alice/endpoints/crm", null),
            asked("POST", "/v1/users/alice/endpoints/crm/rotate", null),
            asked("DELETE", "/v1/users/alice/endpoints/crm", null),
            asked("DELETE", "/v1/users/alice/endpoints/%2E%2E", null));
  }

  @ParameterizedTest
  @CsvSource({"--user,0", "--group,1"})
  void whatIsNotShownYetShouldBeSaidAndBeDoneAgainForAGroup(String owner, int status) {
    // Given
    ingest.reply(202, WITH_SECRET).reply(202, "").reply(202, WITH_SECRET);

    // When
    CommandRun put = run("put", owner, "a", "crm", "https://example.com/hook");
    CommandRun deleted = run("delete", owner, "a", "crm");
    CommandRun rotated = run("rotate", owner, "a", "crm");

    // Then
    assertThat(put.out()).contains(SECRET);
    for (CommandRun run : List.of(put, deleted)) {
      assertThat(run.status()).isEqualTo(status);
      assertThat(run.err().contains("do it again")).isEqualTo(status == 1);
      assertThat(run.err()).contains("Kafka has it, but ingest does not show it yet (202)");
    }
    assertThat(rotated.status()).isZero();
    assertThat(rotated.err()).contains("(202)").doesNotContain("do it again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | url   | want https           | refused (400): url: want https
          401 |       | nothing was shown    | refused (401): nothing was shown; set TIDEGATE_KEY
          403 |       | lacks the scope      | refused (403): lacks the scope
          404 | name  | there is no endpoint | refused (404): name: there is no endpoint
          409 |       | 10 of one owner      | refused (409): 10 of one owner
          422 |       | does not fit         | refused (422): does not fit
          500 |       | a fault              | refused (500): a fault
          """)
  void refusalShouldBeSaidWithItsReason(
      int status, @Nullable String field, String detail, String told) {
    // Given
    String problem = problem(status, field == null ? "" : field, detail);
    ingest.reply(status, problem).reply(status, problem);

    // When
    CommandRun run = run("rotate", "--user", "alice", "crm");
    CommandRun json = run("rotate", "--user", "alice", "crm", "--json");

    // Then
    assertThat(run).isEqualTo(new CommandRun(1, "", told + "\n"));
    String reason = told.substring(told.indexOf(": ") + 2);
    assertThat(json)
        .isEqualTo(
            new CommandRun(1, "{\"status\":" + status + ",\"reason\":\"" + reason + "\"}\n", ""));
  }

  @ParameterizedTest
  @CsvSource({"503", "429"})
  void serviceWithoutCapacityShouldBeAskedAgain(int status) {
    // Given
    ingest.reply(status, problem(status, "", "not now")).reply(201, WITH_SECRET);

    // When
    CommandRun run = run("put", "--user", "alice", "crm", "https://example.com/hook", "--json");

    // Then
    assertThat(run).isEqualTo(new CommandRun(0, WITH_SECRET + "\n", ""));
    assertThat(ingest.asked).hasSize(2).allMatch(ingest.asked.getFirst()::equals);
  }

  @Test
  void nobodyThereShouldBeOneLine() {
    // When
    CommandRun run =
        CommandRun.of("endpoints", "list", "--user", "a", "--url", "http://127.0.0.1:1");

    // Then
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "tidegate: no ingest service at http://127.0.0.1:1/v1/users/a/endpoints: connection"
                    + " refused\n"));
  }

  @Test
  void answerOfSomethingElseShouldBeSaidSo() {
    // Given
    ingest.reply(404, "<html>").reply(200, "hello");

    // When
    CommandRun missing = run("show", "--user", "a", "crm");
    CommandRun other = run("show", "--user", "a", "crm");

    // Then
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).contains("there is no ingest service at").endsWith("answered 404\n");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).endsWith("it answered 200\n");
  }
}
