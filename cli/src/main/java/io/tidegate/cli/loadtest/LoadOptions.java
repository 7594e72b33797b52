package io.tidegate.cli.loadtest;

import io.tidegate.cli.Version;
import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.run.RunOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How load is made, whatever the profile is. */
final class LoadOptions {
  /** What the report says even where nobody did: a default may change. */
  private static final List<String> ALWAYS =
      List.of("--connections", "--threads", "--names", "--slack", "--seed");

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "256",
      description = "To ingest at most (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "That hold the devices' connections (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      split = ",",
      description =
          "Local addresses that devices connect from by turns, such as 127.0.0.2,127.0.0.3.")
  List<String> from = List.of();

  @Option(
      names = "--names",
      paramLabel = "PREFIX",
      defaultValue = "load",
      description =
          "What users, devices and groups of the run are called (default: ${DEFAULT-VALUE}).")
  String names = "";

  @Option(
      names = "--token-keys",
      paramLabel = "FILE",
      description =
          "Where workers ask devices for tokens: the file with the keys that these are signed with"
              + " (`tidegate token key`).")
  @Nullable Path tokenKeys;

  @Option(
      names = "--ask-tokens",
      description =
          "Where workers ask devices for tokens: ask ingest for one for each device, with the key"
              + " of TIDEGATE_KEY (scope `tokens`), before they connect.")
  boolean askTokens;

  @Option(
      names = "--slack",
      paramLabel = "DURATION",
      defaultValue = "1s",
      description =
          "By how much a push may come earlier than its limit lets it, because the one before was"
              + " held up on its way (default: ${DEFAULT-VALUE}).")
  String slack = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of what is picked at random (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--audit",
      description = {
        "Read what fan-out wrote to Kafka too, when the load is over: limits by the exact instants"
            + " of release, and one outcome for each message. Meanwhile the inbox topic keeps"
            + " fan-out's times, for which its setting message.timestamp.type is changed."
      })
  boolean audit;

  @Option(
      names = "--policy-is-set",
      description = {
        "The profile's policy is the policy default already: it is neither set nor taken away, for"
            + " generators on several hosts. Where it is another one, nothing is offered."
      })
  boolean policyIsSet;

  @Option(
      names = "--watch",
      paramLabel = "NAME=PID|NAME=URL",
      description =
          "What to look at too, as often as there is more: a process of this machine, such as"
              + " broker=4711, or another worker or service, such as worker2=http://10.0.0.2:8081.")
  List<String> watched = List.of();

  /**
   * @param command whose options go into the report
   * @param inForce of options beside these, what holds whether it was given or not
   * @throws StartupException if the keys of tokens cannot be read
   */
  RunOptions options(
      CommandSpec command, String profile, String tenant, Map<String, String> inForce)
      throws StartupException {
    if (askTokens && tokenKeys != null) {
      throw usage("--ask-tokens, --token-keys: want one of both");
    }
    Map<String, String> shown = shown(command);
    shown.putAll(inForce);
    try {
      return new RunOptions(
          Version.text(),
          profile,
          shown,
          new Names(names),
          within("--connections", connections, 10_000),
          within("--threads", threads, 64),
          addresses(),
          DeviceTokens.from(tokenKeys, tenant),
          askTokens,
          OptionText.duration(spec, "--slack", slack),
          seed,
          WatchedText.places(spec, watched),
          audit,
          policyIsSet);
    } catch (IllegalArgumentException e) {
      throw usage("--names: " + e.getMessage());
    }
  }

  private static Map<String, String> shown(CommandSpec command) {
    Map<String, String> shown = new LinkedHashMap<>();
    Stream.concat(
            command.commandLine().getParseResult().matchedOptions().stream(),
            ALWAYS.stream().map(command::findOption))
        .filter(option -> option.getValue() != null)
        .forEach(
            option -> shown.put(option.longestName(), Objects.toString(option.<Object>getValue())));
    return shown;
  }

  private int within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw usage("%s: want 1 to %,d, got %d".formatted(option, most, value));
    }
    return value;
  }

  private List<InetAddress> addresses() {
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : from) {
      try {
        addresses.add(InetAddress.getByName(text));
      } catch (UnknownHostException e) {
        throw usage("--from: no address: \"" + text + "\"");
      }
    }
    return addresses;
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
