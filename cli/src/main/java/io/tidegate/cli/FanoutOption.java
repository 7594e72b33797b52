package io.tidegate.cli;

import java.net.URI;
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
    return HttpUrl.of(spec, "--fanout", fanout);
  }
}
