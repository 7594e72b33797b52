package io.tidegate.cli.simulate;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.FanoutHttp;
import io.tidegate.cli.FanoutOption;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code tidegate simulate}: asks a fan-out service, and shows the two policies side by side. */
@Command(
    name = "simulate",
    description = {
      "Try a policy on recorded messages before it is set: what it would have delivered, delayed,"
          + " collapsed and dropped, beside the policy that holds now. Nothing is sent or changed.",
      "The messages of the range are played to both, with mailboxes that begin empty and one device"
          + " for each user that is always connected.",
      "Exit codes: 0 done, 1 cut short (the report says why), 2 wrong usage or nobody there."
    })
public final class SimulateCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description =
          "The policy that it would take the place of; a new name: what those have who have no"
              + " policy of their own.")
  String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The policy to try, JSON.")
  Path file = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "PT24H",
      description =
          "The first message: how long ago (PT24H, P7D), or an RFC 3339 time such as"
              + " 2026-11-27T06:30:00Z (default: ${DEFAULT-VALUE}).")
  String from = "";

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      description = "The end, exclusive, likewise (default: now).")
  @Nullable String to;

  @Option(
      names = "--max-messages",
      paramLabel = "N",
      description = "Take no more than so many, 1 to 1000000 (default: 1000000).")
  @Nullable Long maxMessages;

  @Mixin FanoutOption fanout = new FanoutOption();

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    try {
      Policy.requireName("NAME", name);
    } catch (InvalidPolicyException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    byte[] policy = policy();
    JsonNode report;
    try (FanoutHttp http =
        new FanoutHttp(fanout.uri(), CallerKey.fromEnvironment(), OutgoingTls.fromEnvironment())) {
      report = new SimulationClient(http).simulate(name, policy, from, to, maxMessages);
    } catch (SimulationClient.MisusedException e) {
      throw usage(e.option() + ": " + e.getMessage());
    }
    if (output.json()) {
      output.json(report);
    } else {
      ReportText.lines(report).forEach(output::line);
    }
    return report.has("cut_short") ? 1 : 0;
  }

  /** Checked here too, so that a fault names the file. */
  private byte[] policy() throws StartupException {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(Policy.MAX_JSON_BYTES + 1);
    } catch (IOException e) {
      throw new StartupException(file + " can't be read: " + Reason.of(e), e);
    }
    if (json.length > Policy.MAX_JSON_BYTES) {
      throw new StartupException(file + ": larger than " + Policy.MAX_JSON_BYTES + " bytes");
    }
    try {
      Policy.parse(json);
      return json;
    } catch (InvalidPolicyException e) {
      throw new StartupException(file + ": " + e.getMessage(), e);
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
