package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The load test's page, held against the command. */
final class LoadtestReadmeTest {
  private final CommandSpec command = new CommandLine(new LoadtestCommand()).getCommandSpec();

  @Test
  void itsTableShouldHaveEveryOption() throws IOException {
    String page = Files.readString(Path.of("../loadtest/README.md"));
    String table = page.substring(page.indexOf("\n## Options\n"), page.indexOf("\n## A profile\n"));

    List<String> options =
        command.options().stream()
            .filter(option -> !option.hidden() && !option.usageHelp())
            .map(OptionSpec::longestName)
            .toList();

    assertThat(options).hasSizeGreaterThan(20);
    assertThat(options)
        .allSatisfy(option -> assertThat(table).containsPattern("`" + option + "[` ]"));
  }

  @Test
  void helpShouldSayWhereFilesOfTlsAreNamed() {
    String help = command.commandLine().getUsageMessage();

    assertThat(help).contains("TIDEGATE_TLS_CA", "TIDEGATE_TLS_CERT", "TIDEGATE_TLS_KEY");
  }
}
