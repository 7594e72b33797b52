package io.tidegate.cli.listen;

import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.cli.ProcessEnd;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate listen}: one device of one user in the terminal. */
@Command(
    name = "listen",
    description = {
      "Be a device in the terminal: show what is pushed to a user, and ack it.",
      "Once it was connected it reconnects and resumes by itself, for as long as it takes; after a"
          + " goaway at a random time within 30 s, so that not all come back at once.",
      "Where the service asks for a token, it shows that of the variable TIDEGATE_TOKEN.",
      "Exit codes: 0 all shown or stopped, 1 told not to come back, 2 nobody there at the first"
          + " attempt."
    })
public final class ListenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--user", required = true, description = "Whose messages.")
  String user = "";

  @Option(
      names = "--device",
      defaultValue = "terminal",
      description =
          "One of the user's devices; each has its own cursor (default: ${DEFAULT-VALUE}).")
  String device = "";

  @Option(
      names = "--urgency",
      paramLabel = "LEAST",
      description =
          "The least that is wanted, very-low, low, normal or high; what is below it waits for"
              + " another device (default: everything).")
  @Nullable String urgency;

  @Option(
      names = "--url",
      defaultValue = "${env:TIDEGATE_DELIVERY_URL:-http://127.0.0.1:8081}",
      description = "The delivery service (default: ${DEFAULT-VALUE}).")
  String url = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after N messages (default: no end).")
  long count;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print acks too.")
  boolean verbose;

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    check();
    Urgency least = urgency();
    URI uri = webSocket(url);
    try (Clients clients = Clients.create(OutgoingTls.fromEnvironment())) {
      Listener listener =
          new Listener(
              clients,
              uri,
              new Device(user, device, least, token()),
              new Screen(output, verbose),
              count);
      ProcessEnd.onSignal(listener::stop);
      return switch (listener.run()) {
        case ALL_SHOWN, STOPPED -> 0;
        case REFUSED -> 1;
      };
    }
  }

  /** Not an option, because what is an argument stands in the list of processes. */
  private static @Nullable String token() {
    String token = System.getenv("TIDEGATE_TOKEN");
    return token == null || token.isBlank() ? null : token.strip();
  }

  private void check() {
    try {
      new UserKey(UserKey.DEFAULT_TENANT, user);
    } catch (IllegalArgumentException e) {
      throw usage("--" + e.getMessage());
    }
    if (!ClientProtocol.isDevice(device)) {
      throw usage("--device: want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
    }
    if (count < 0) {
      throw usage("--count: want 0 or more, got " + count);
    }
  }

  private @Nullable Urgency urgency() {
    if (urgency == null) {
      return null;
    }
    Urgency least = Urgency.of(urgency);
    if (least == null) {
      throw usage("--urgency: want very-low, low, normal or high, got \"" + urgency + '"');
    }
    return least;
  }

  /** http and https become ws and wss; a URL without a path gets the protocol's. */
  private URI webSocket(String text) {
    try {
      URI given = new URI(text);
      String scheme =
          switch (given.getScheme() == null ? "" : given.getScheme()) {
            case "http", "ws" -> "ws";
            case "https", "wss" -> "wss";
            default -> throw usage("--url: want http, https, ws or wss, got \"" + text + "\"");
          };
      if (given.getHost() == null) {
        throw usage("--url: has no host: \"" + text + "\"");
      }
      String path = given.getPath() == null ? "" : given.getPath();
      boolean bare = path.isEmpty() || path.equals("/");
      return new URI(
          scheme,
          null,
          given.getHost(),
          given.getPort(),
          bare ? ClientProtocol.CONNECT_PATH : path,
          given.getQuery(),
          null);
    } catch (URISyntaxException e) {
      throw usage("--url: " + e.getMessage());
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
