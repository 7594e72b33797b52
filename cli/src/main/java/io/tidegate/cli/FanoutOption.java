package io.tidegate.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which fan-out service a command asks. */
public final class FanoutOption {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--fanout",
      paramLabel = "URL",
      defaultValue = "${env:TIDEGATE_FANOUT_URL:-http://127.0.0.1:8082}",
      description = "The fan-out service (default: ${DEFAULT-VALUE}).")
  String fanout = "";

  /** The service; what is no address is wrong usage. */
  public URI uri() {
    try {
      URI given = new URI(fanout);
      boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
      if (!http || given.getHost() == null) {
        throw usage("--fanout: want http://HOST:PORT, got \"" + fanout + "\"");
      }
      return given;
    } catch (URISyntaxException e) {
      throw usage("--fanout: " + e.getMessage());
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
