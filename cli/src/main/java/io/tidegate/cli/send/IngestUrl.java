package io.tidegate.cli.send;

import java.net.URI;
import java.net.URISyntaxException;
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
    try {
      URI given = new URI(url);
      if (given.getHost() == null || !String.valueOf(given.getScheme()).matches("https?")) {
        throw usage("want http://HOST:PORT or https://HOST:PORT, got \"" + url + "\"");
      }
      return given;
    } catch (URISyntaxException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private CommandLine.ParameterException usage(String reason) {
    return new CommandLine.ParameterException(spec.commandLine(), "--url: " + reason);
  }
}
