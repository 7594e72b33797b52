package io.tidegate.cli.keys;

import io.tidegate.cli.Output;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.DurationText;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidegate token}: a token for a device, and the keys that tokens are signed with. */
@Command(
    name = "token",
    description = {
      "Print a token that a device may show to a delivery service with"
          + " TIDEGATE_DELIVERY_AUTH=tokens.",
      "Back ends get theirs with POST /v1/tokens. `tidegate token key` makes the keys."
    },
    subcommands = TokenCommand.NewKey.class)
public final class TokenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin KeyFile file = new KeyFile();

  @Option(names = "--user", paramLabel = "USER", description = "Whose device it is.")
  @Nullable String user;

  @Option(
      names = "--tenant",
      defaultValue = UserKey.DEFAULT_TENANT,
      description = "The user's tenant (default: ${DEFAULT-VALUE}).")
  String tenant = "";

  @Option(names = "--device", description = "The only device that may show it (default: any).")
  @Nullable String device;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description = "For how long it is good, 1s to 24h (default: ${DEFAULT-VALUE}).")
  String ttl = "";

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException {
    KeyFile.Opened opened = file.required(spec);
    SigningKeys keys = opened.readKeys();
    if (opened.file().isOpenToOthers()) {
      output.note("Warning: others than its owner may read " + opened.path() + "; chmod 600 it.");
    }
    SigningKeys.Issued issued;
    try {
      issued = keys.issue(wanted(), wantedDevice(), life(), System.currentTimeMillis());
    } catch (IllegalArgumentException e) {
      throw usage("--" + e.getMessage());
    }
    if (output.json()) {
      output.json(
          Map.of(
              "token", issued.text(),
              "id", issued.id(),
              "expires", Rfc3339.format(issued.expiresMillis())));
    } else {
      output.line(issued.text());
    }
    return 0;
  }

  private UserKey wanted() {
    if (user == null) {
      throw usage("Missing required option: '--user=USER'");
    }
    return new UserKey(tenant, user);
  }

  private @Nullable String wantedDevice() {
    if (device != null && !ClientProtocol.isDevice(device)) {
      throw usage("--device: want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
    }
    return device;
  }

  private Duration life() {
    try {
      return DurationText.parse(ttl);
    } catch (IllegalArgumentException e) {
      throw usage("--ttl: " + e.getMessage() + ", got \"" + ttl + '"');
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }

  /** Which file has the keys. */
  static final class KeyFile {
    @Option(
        names = "--keys",
        paramLabel = "FILE",
        defaultValue = "${env:TIDEGATE_INGEST_SIGNING_KEYS}",
        description =
            "The file with the keys that tokens are signed with (default:"
                + " TIDEGATE_INGEST_SIGNING_KEYS).")
    @Nullable Path path;

    Opened required(CommandSpec spec) {
      if (path == null || path.toString().isEmpty()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--keys: which file? Or set TIDEGATE_INGEST_SIGNING_KEYS");
      }
      return new Opened(path, new SigningKeyFile(path));
    }

    record Opened(Path path, SigningKeyFile file) {
      SigningKeys readKeys() throws StartupException {
        SigningKeys keys = read();
        if (keys == null) {
          throw new StartupException(
              "there is no file " + path + "; make it with: tidegate token key --keys " + path);
        }
        return keys;
      }

      @Nullable SigningKeys read() throws StartupException {
        try {
          return file.read();
        } catch (IOException e) {
          throw new StartupException("--keys: " + path + ": " + e.getMessage(), e);
        }
      }

      void write(SigningKeys keys) throws StartupException {
        try {
          file.write(keys);
        } catch (IOException e) {
          throw new StartupException("--keys: " + path + ": not written: " + e, e);
        }
      }
    }
  }

  @Command(
      name = "key",
      description = {
        "Make a key that tokens are signed with, and the file if there is none.",
        "In a file that has keys a new one signs after a minute, when all who check tokens know it;"
            + " the others stay to check with, as many as --keep says."
      })
  static final class NewKey implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Mixin KeyFile file = new KeyFile();

    @Option(
        names = "--keep",
        paramLabel = "N",
        defaultValue = "2",
        description =
            "How many keys are in the file then, the newest, 2 to "
                + SigningKeys.MOST
                + " (default: ${DEFAULT-VALUE}).")
    int keep;

    @Mixin Output output = new Output();

    @Override
    public Integer call() throws StartupException {
      if (keep < 2 || keep > SigningKeys.MOST) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--keep: want 2 to " + SigningKeys.MOST + ", got " + keep);
      }
      KeyFile.Opened opened = file.required(spec);
      long now = System.currentTimeMillis();
      SigningKeys before = opened.read();
      SigningKeys keys = before == null ? SigningKeys.generate(now) : before.rotated(now, keep);
      opened.write(keys);
      if (output.json()) {
        output.json(Map.of("keys", keys.ids(), "signs", keys.signingId(now)));
        return 0;
      }
      for (String id : keys.ids()) {
        output.line(id + (id.equals(keys.signingId(now)) ? "  signs" : ""));
      }
      if (before != null) {
        output.note("The last one signs in " + SigningKeys.SETTLED.toSeconds() + " s.");
      }
      return 0;
    }
  }
}
