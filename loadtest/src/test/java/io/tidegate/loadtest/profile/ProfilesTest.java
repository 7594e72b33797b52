package io.tidegate.loadtest.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProfilesTest {
  @Test
  void allThatLieThereHaveANameAndNoneIsMissing() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("profiles"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(Profiles.names());
    }
    assertThat(Profiles.text("other")).isNull();
  }

  static Stream<String> names() {
    return Profiles.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachCanBeReadAndSaysWhatItIs(String name) {
    Profile profile = ProfileReader.read(name, Objects.requireNonNull(Profiles.text(name)));

    assertThat(profile.description()).isNotBlank();
    assertThat(profile.messages()).isPositive();
  }
}
