package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

  @Test
  void problemShouldNameItsKindTheFieldAndTheReason() {
    // When
    Problem problem = Problem.Kind.INVALID_REQUEST.problem("must not be empty", "to.user");

    // Then
    assertThat(problem)
        .isEqualTo(
            new Problem(
                "urn:tidegate:problem:invalid-request",
                "The request is not valid",
                400,
                "must not be empty",
                "to.user"));
  }

  @ParameterizedTest
  @EnumSource
  void everyKindShouldHaveAnErrorStatusAndALabel(Problem.Kind kind) {
    assertThat(kind.status()).isBetween(400, 599);
    assertThat(kind.label()).matches("[a-z]+(-[a-z]+)*");
    assertThat(kind.problem("why").type()).isEqualTo("urn:tidegate:problem:" + kind.label());
  }

  @Test
  void everyKindShouldStandInTheDocsWithItsStatusAndTitle() throws IOException {
    // Given
    List<String> documented =
        Files.readAllLines(Path.of("../docs/PROBLEMS.md")).stream()
            .filter(line -> line.startsWith("| `urn:"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .sorted()
            .toList();

    // When
    List<String> known =
        Arrays.stream(Problem.Kind.values())
            .map(kind -> kind.problem(""))
            .map(
                problem ->
                    "| `%s` | %d | %s |"
                        .formatted(problem.type(), problem.status(), problem.title()))
            .sorted()
            .toList();

    // Then
    assertThat(documented).isEqualTo(known);
  }
}
