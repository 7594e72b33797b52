package io.tidegate.loadtest.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The profiles of {@code loadtest/profiles}, which the build puts beside this class. */
public final class Profiles {
  private static final List<String> NAMES =
      List.of(
          "short",
          "steady",
          "batch",
          "kafka",
          "ramp",
          "burst",
          "storm",
          "zipf",
          "groups",
          "everyone",
          "live",
          "everyone-live",
          "slow",
          "offline");

  private Profiles() {}

  /** What they are called. */
  public static List<String> names() {
    return NAMES;
  }

  /** The YAML of one; null if there is none of that name. */
  public static @Nullable String text(String name) {
    if (!NAMES.contains(name)) {
      return null;
    }
    try (InputStream in = Profiles.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("this build has no " + name + ".yaml");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
