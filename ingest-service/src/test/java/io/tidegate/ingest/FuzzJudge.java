package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What holds for every answer, whatever was asked. */
final class FuzzJudge {
  /** What no client is to see: where in our code, or in which library, something was wrong. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "\\bio\\.tidegate\\.(?!message\\b)|\\bjavax?\\.[a-z]+\\.|\\b(com|org|io|tools|jdk|sun)\\.[a-z]+\\.[a-z.]+[A-Z]|[A-Za-z](Exception|Error)\\b|\\bat"
              + " [\\w.$/]+\\([^)]*\\)|Caused by:|\\b[Hh]elidon|\\b[Jj]ackson\\b|\\bNullPointer");

  private FuzzJudge() {}

  /**
   * @param response null: none came
   * @throws AssertionError saying what is wrong with it
   */
  static void judge(FuzzRequest request, ContractCheck.@Nullable Response response) {
    if (response == null) {
      throw new AssertionError("closed without an answer");
    }
    String what = request.method() + " " + request.target() + " → " + response.status();
    String said = what + " " + response.body();
    ContractCheck.check(request.toCheck(), response);
    List<Integer> statuses = request.statuses();
    if (statuses != null) {
      assertThat(response.status()).as(said).isIn(statuses);
    } else {
      assertThat(response.status()).as(said).isLessThan(500).isNotEqualTo(401).isNotEqualTo(403);
    }
    if (request.endsEarly() && response.status() == 200) {
      // A batch, which is answered as far as it could be read.
      String last = response.body().lines().reduce("{}", (_, line) -> line);
      assertThat(TestIngest.json(last).path("status").asInt(0)).as(said).isEqualTo(400);
    }
    if (response.status() != 408) {
      assertThat(response.headers().allValues("x-request-id")).as(said).hasSize(1);
    }
    if (response.status() >= 400 && !request.method().equals("HEAD")) {
      JsonNode problem = TestIngest.json(response.body());
      for (String field : List.of("type", "title", "detail")) {
        assertThat(problem.path(field).stringValue("")).as(said + ": " + field).isNotBlank();
      }
    }
    requireNothingOfTheInside(what, response);
  }

  private static void requireNothingOfTheInside(String what, ContractCheck.Response response) {
    if (isText(response)) {
      requireNothing(what, response.body());
    }
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> values.forEach(value -> requireNothing(what + " " + name, value)));
  }

  /** The contract and the page that is made of it may speak of anything. */
  private static boolean isText(ContractCheck.Response response) {
    String type = response.mediaType().toLowerCase(Locale.ROOT);
    return type.endsWith("json") || type.equals("text/plain");
  }

  private static void requireNothing(String what, String text) {
    Matcher inside = INSIDE.matcher(text);
    assertThat(inside.find())
        .as(what + ": shows the inside: " + text.lines().limit(5).toList())
        .isFalse();
  }
}
