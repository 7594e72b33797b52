package io.tidegate.client;

import static io.tidegate.client.rule.Frames.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStoreTest {
  @TempDir Path folder = Path.of("");

  @Test
  void cursorShouldBeFoundByWhoeverComesNext() throws Exception {
    Path file = folder.resolve("cursor");
    assertThat(CursorStore.file(file).load()).isNull();

    CursorStore.file(file).save(at(41));
    CursorStore.file(file).save(at(7));

    assertThat(CursorStore.file(file).load()).isEqualTo(at(7));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** A process died between the writing of the new one and its taking the place of the old. */
  @Test
  void whatAProcessThatDiedHadBegunToWriteShouldCountForNothing() throws Exception {
    Path file = folder.resolve("cursor");
    CursorStore.file(file).save(at(41));
    Files.writeString(folder.resolve("cursor.new"), "00c0");

    assertThat(CursorStore.file(file).load()).isEqualTo(at(41));
    CursorStore.file(file).save(at(42));
    assertThat(CursorStore.file(file).load()).isEqualTo(at(42));
  }

  @Test
  void fileOfSomebodyElseShouldNotBeTouched() throws Exception {
    Path file = folder.resolve("notes.txt");
    Files.writeString(file, "milk, bread");

    assertThatThrownBy(() -> CursorStore.file(file).load())
        .isInstanceOf(IOException.class)
        .hasMessage(file.toAbsolutePath() + " has no cursor: remove it, or name another");
    assertThat(file).hasContent("milk, bread");
  }

  @Test
  void folderThatIsMissingShouldBeToldBeforeAnythingBegins() {
    assertThatThrownBy(() -> CursorStore.file(folder.resolve("none/cursor")).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> CursorStore.file(Path.of("/"))).hasMessage("store: / is no file");
  }
}
