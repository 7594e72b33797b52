package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.loadtest.profile.Receivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class GeneratorOptionsTest {
  private static final int CONNECTIONS = 256;

  private static int processes(int users, long files, String... given) {
    LoadtestCommand command = new LoadtestCommand();
    new CommandLine(command).parseArgs(given);
    Receivers receivers = new Receivers(Receivers.Kind.USER, users, 1, 1, users, 0);
    return command.generators.processes(receivers, CONNECTIONS, files);
  }

  /** Of 1,024 files 512 are kept back, and 256 are connections to ingest. */
  @ParameterizedTest
  @CsvSource({"256, 1", "257, 2", "600, 3"})
  void aProcessShouldHaveAsManyDevicesAsItMayHaveFilesOpen(int users, int processes) {
    assertThat(processes(users, 1_024)).isEqualTo(processes);
  }

  @Test
  void oneProcessShouldDoWhereFilesHaveNoBound() {
    assertThat(processes(200_000, Long.MAX_VALUE)).isEqualTo(1);
  }

  @Test
  void theNumberThatIsGivenShouldBeTakenInstead() {
    assertThat(processes(200, 1_024, "--devices-per-process", "70")).isEqualTo(3);
    assertThat(processes(600, 1_024, "--devices-per-process", "600")).isEqualTo(1);
  }

  @Test
  void tooFewFilesForADeviceShouldBeSaid() {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> processes(1, 768))
        .withMessage("a process may not have enough files open (`ulimit -n`)");
    assertThat(processes(1, 769)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | want at least 1, got 0
          10 | 1,000 devices, 10 in each process, are more than 64 processes can have
          """)
  void aNumberThatCannotBeShouldBeRefused(String devices, String reason) {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> processes(1_000, 1_024, "--devices-per-process", devices))
        .withMessage("--devices-per-process: " + reason);
  }
}
