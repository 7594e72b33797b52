package io.tidegate.cli.loadtest;

import io.tidegate.cli.Output;
import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.profile.Profiles;
import java.util.Map;

/** Tidegate's own profiles with what they are for. */
final class Listing {
  private Listing() {}

  static void print(Output output) throws StartupException {
    for (String name : Profiles.names()) {
      String description = ProfileFile.read(name).profile().description();
      if (output.json()) {
        output.json(Map.of("name", name, "description", description));
      } else {
        output.line("%-10s %s".formatted(name, description));
      }
    }
  }
}
