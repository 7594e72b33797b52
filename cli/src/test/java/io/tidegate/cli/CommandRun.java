package io.tidegate.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command of {@code tidegate} did, run within this process. */
public record CommandRun(int status, String out, String err) {
  public static CommandRun of(String... arguments) {
    return of(new StringWriter(), arguments);
  }

  /**
   * @param err what it says there, also while it runs
   */
  public static CommandRun of(StringWriter err, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine();
    int status =
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
