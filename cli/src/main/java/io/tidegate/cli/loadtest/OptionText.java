package io.tidegate.cli.loadtest;

import io.tidegate.contract.DurationText;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Values of options as they are written. */
final class OptionText {
  private OptionText() {}

  /**
   * @throws CommandLine.ParameterException naming the option and what is wanted
   */
  static Duration duration(CommandSpec spec, String option, String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + ": " + e.getMessage() + ", got \"" + text + '"');
    }
  }
}
