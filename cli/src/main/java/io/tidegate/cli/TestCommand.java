package io.tidegate.cli;

import io.tidegate.contract.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code tidegate test}, which the script does itself; here it stands in the list of commands. */
@Command(
    name = "test",
    description = "Run all tests from the sources (the script `./tidegate` does).")
final class TestCommand implements Callable<Integer> {
  @Unmatched List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws StartupException {
    throw new StartupException("the tests run from the sources only: ./tidegate test");
  }
}
