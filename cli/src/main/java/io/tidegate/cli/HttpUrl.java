package io.tidegate.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The URL of a service as an option has it. */
public final class HttpUrl {
  private HttpUrl() {}

  /**
   * @throws CommandLine.ParameterException naming the option and what is wanted
   */
  public static URI of(CommandSpec spec, String option, String text) {
    try {
      URI given = new URI(text);
      if (given.getHost() != null && String.valueOf(given.getScheme()).matches("https?")) {
        return given;
      }
    } catch (URISyntaxException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + ": " + e.getMessage(), e);
    }
    throw unwanted(spec, option, text);
  }

  /** The error of one that is none, or has more in it than where a service is. */
  public static CommandLine.ParameterException unwanted(
      CommandSpec spec, String option, String text) {
    return new CommandLine.ParameterException(
        spec.commandLine(),
        option + ": want http://HOST:PORT or https://HOST:PORT, got \"" + text + '"');
  }
}
