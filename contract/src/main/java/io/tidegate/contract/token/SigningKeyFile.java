package io.tidegate.contract.token;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file with {@link SigningKeys}, which only its owner can read where the file system knows
 * owners. It is replaced in one step, so who reads it sees the old keys or the new.
 */
public record SigningKeyFile(Path path) {
  /**
   * Null: there is no such file.
   *
   * @throws IOException if it cannot be read; the message says why
   */
  public @Nullable SigningKeys read() throws IOException {
    String text;
    try {
      text = new KeySource.InFile(path).read();
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      return SigningKeys.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** As {@link OwnersFile#isOpenToOthers}. */
  public boolean isOpenToOthers() {
    return OwnersFile.isOpenToOthers(path);
  }

  /** What is there, or else one new key, written before it is used. */
  public SigningKeys readOrMake(long nowMillis) throws IOException {
    SigningKeys there = read();
    if (there != null) {
      return there;
    }
    SigningKeys made = SigningKeys.generate(nowMillis);
    write(made);
    return made;
  }

  public void write(SigningKeys keys) throws IOException {
    OwnersFile.write(path, keys.toJson() + "\n");
  }
}
