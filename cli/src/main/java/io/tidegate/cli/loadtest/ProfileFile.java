package io.tidegate.cli.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.profile.InvalidProfileException;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.profile.Profiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A profile as somebody named it.
 *
 * @param text its YAML
 */
record ProfileFile(String text, Profile profile) {
  private static final String SUFFIX = ".yaml";

  /**
   * @param named one of Tidegate's own, such as {@code steady}, or a file
   * @throws StartupException naming the file, the field and the reason
   */
  static ProfileFile read(String named) throws StartupException {
    String own = Profiles.text(named);
    if (own != null) {
      return parse(named, named, own);
    }
    Path path = Path.of(named);
    if (!Files.exists(path)) {
      throw new StartupException(
          "no profile and no file %s; profiles are %s"
              .formatted(named, String.join(", ", Profiles.names())));
    }
    try {
      String name = path.getFileName().toString();
      String bare =
          name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
      return parse(named, bare, Files.readString(path, UTF_8));
    } catch (CharacterCodingException e) {
      throw new StartupException(named + ": not UTF-8", e);
    } catch (IOException e) {
      throw new StartupException(named + " can't be read: " + e.getMessage(), e);
    }
  }

  private static ProfileFile parse(String file, String name, String text) throws StartupException {
    try {
      return new ProfileFile(text, ProfileReader.read(name, text));
    } catch (InvalidProfileException e) {
      throw new StartupException(file + ": " + e.getMessage(), e);
    }
  }
}
