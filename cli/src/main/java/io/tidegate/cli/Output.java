package io.tidegate.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What a command prints on stdout: lines for people, or one JSON value a line for programs. */
public final class Output {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON for programs.")
  boolean json;

  public boolean json() {
    return json;
  }

  public void line(String text) {
    out().println(text);
    out().flush();
  }

  /** One value as one line. */
  public void json(Object value) {
    line(JSON.writeValueAsString(value));
  }

  /** To stderr, so that stdout stays what was asked for. */
  public void note(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
