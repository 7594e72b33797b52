package io.tidegate.cli.send;

import io.tidegate.cli.HttpUrl;
import java.net.URI;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --url}: where the ingest service is. */
public final class IngestUrl {
  private static final String MESSAGES = "/v1/messages";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--url",
      defaultValue = "${env:TIDEGATE_INGEST_URL:-http://127.0.0.1:8080}",
      description = "The ingest service (default: ${DEFAULT-VALUE}).")
  String url = "";

  /**
   * Where messages are posted: a URL with a path of its own is taken as it is.
   *
   * @throws CommandLine.ParameterException if it is no URL for HTTP
   */
  URI messages() {
    URI given = given();
    return isBare(given) ? given.resolve(MESSAGES) : given;
  }

  /**
   * @param path of the endpoint, percent-encoded
   * @throws CommandLine.ParameterException if it is no URL for HTTP, or has a path of its own
   */
  public URI resolve(String path) {
    URI given = given();
    if (!isBare(given) && !MESSAGES.equals(given.getPath())) {
      throw usage("want no path, got \"" + url + "\"");
    }
    return given.resolve(path);
  }

  private static boolean isBare(URI given) {
    String path = given.getPath();
    return path == null || path.isEmpty() || path.equals("/");
  }

  private URI given() {
    return HttpUrl.of(spec, "--url", url);
  }

  private CommandLine.ParameterException usage(String reason) {
    return new CommandLine.ParameterException(spec.commandLine(), "--url: " + reason);
  }
}
