package io.tidegate.contract.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PolicyExamplesTest {
  private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleOfTheDocumentationShouldBeAPolicy() throws IOException {
    // Given
    String page = Files.readString(Path.of("../docs/POLICIES.md"));

    // When
    List<String> examples = EXAMPLE.matcher(page).results().map(PolicyExamplesTest::text).toList();

    // Then
    assertThat(examples)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            example ->
                assertThatCode(() -> Policy.parse(example)).as(example).doesNotThrowAnyException());
  }

  private static String text(MatchResult example) {
    return example.group(1);
  }
}
