package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.StartupException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class LoadOptionsTest {
  private final LoadtestCommand command = new LoadtestCommand();
  private final CommandLine line = new CommandLine(command);

  private Map<String, String> shown(String... given) throws StartupException {
    line.parseArgs(given);
    return command.load.options(command.spec, "", "default", Map.of("--step", "1ms")).shown();
  }

  @Test
  void whatMakesTheLoadIsSaidWhetherItWasGivenOrNot() throws StartupException {
    assertThat(shown("steady"))
        .containsOnly(
            Map.entry("--connections", "256"),
            Map.entry("--threads", "1"),
            Map.entry("--names", "load"),
            Map.entry("--slack", "1s"),
            Map.entry("--seed", "1"),
            Map.entry("--step", "1ms"));
  }

  @Test
  void whatWasGivenIsSaid() throws StartupException {
    assertThat(shown("steady", "--seed", "7", "--rate", "5", "--step", "9s", "--audit"))
        .containsEntry("--seed", "7")
        .containsEntry("--rate", "5.0")
        .containsEntry("--audit", "true")
        .containsEntry("--step", "1ms")
        .doesNotContainKey("--users");
  }

  @Test
  void tokensShouldComeFromOnePlaceAlone() {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> shown("steady", "--ask-tokens", "--token-keys", "keys.json"))
        .withMessage("--ask-tokens, --token-keys: want one of both");
  }
}
