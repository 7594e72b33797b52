package io.tidegate.cli.loadtest;

import io.tidegate.cli.Output;
import io.tidegate.cli.Terminal;
import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.profile.InvalidProfileException;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.run.LoadTestException;
import io.tidegate.loadtest.run.LostGeneratorException;
import io.tidegate.loadtest.run.RunOptions;
import io.tidegate.loadtest.run.SelfTest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidegate loadtest}: how much a Tidegate can take, and whether it keeps its word then. */
@Command(
    name = "loadtest",
    description = {
      "Offer load to a running Tidegate at a stated rate, and check what becomes of every message.",
      "The rate does not slow when the service does: each message is timed from when it was due."
          + " Devices connect, are shown what is pushed to them, and ack it; lost, repeated and"
          + " disordered messages and pushes beyond the policy are counted.",
      "Where keys are asked for, it shows that of the variable TIDEGATE_KEY. Over TLS it trusts who"
          + " is in the file TIDEGATE_TLS_CA, and shows the certificate of TIDEGATE_TLS_CERT and"
          + " TIDEGATE_TLS_KEY.",
      "Exit codes: 0 all as it should be, 1 something was lost, repeated, out of order or beyond a"
          + " limit, 2 wrong usage or nobody there."
    })
public final class LoadtestCommand implements Callable<Integer> {
  /** Of a server that does nothing. */
  private static final Slo SELF_SLO = new Slo(Duration.ofMillis(5), Duration.ofMillis(5));

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PROFILE",
      arity = "0..*",
      description =
          "A file, or one of Tidegate's own (`--list` shows them); reports with --compare and"
              + " --merge.")
  List<String> named = List.of();

  @Option(
      names = "--compare",
      description = "Show two reports side by side, with ratios, and offer nothing.")
  boolean compare;

  @Option(
      names = "--merge",
      description = "Make one report of those of several generators of one run, and offer nothing.")
  boolean merge;

  @Option(names = "--list", description = "Show Tidegate's own profiles.")
  boolean list;

  @Option(names = "--users", paramLabel = "N", description = "Other than the profile's.")
  @Nullable Integer users;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Messages a second, evenly, instead of the profile's phases; with --for.")
  @Nullable Double rate;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "How long, such as 30s or 5m; with --rate.")
  @Nullable String length;

  @Option(
      names = "--times",
      paramLabel = "X",
      description = "As many times the profile's messages, in the same time.")
  @Nullable Double times;

  @Option(
      names = "--find-capacity",
      description = {
        "Search for the highest steady rate that keeps --slo-push and --slo-accept, loses nothing"
            + " and is refused nothing, beginning at the rate of the profile's first phase, and say"
            + " what stops the next one."
      })
  boolean findCapacity;

  @Option(
      names = "--self-test",
      description = {
        "The same against a server that does next to nothing, in this process: up to the rate that"
            + " it finds, times are those of what is measured and not the generator's own. The"
            + " profile's policy and events are left out."
      })
  boolean selfTest;

  @Option(
      names = "--slo-push",
      paramLabel = "DURATION",
      description =
          "From acceptance to the device, 99 in 100 (default: 250ms; 5ms with --self-test).")
  @Nullable String sloPush;

  @Option(
      names = "--slo-accept",
      paramLabel = "DURATION",
      description = "From due to accepted, 99 in 100 (default: 1s; 5ms with --self-test).")
  @Nullable String sloAccept;

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      defaultValue = "20s",
      description = "How long each rate is tried, beside the warm-up (default: ${DEFAULT-VALUE}).")
  String step = "";

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where report.html, report.json and messages.svg go (default: none are written).")
  @Nullable Path out;

  @Mixin LoadOptions load = new LoadOptions();
  @Mixin GeneratorOptions generators = new GeneratorOptions();
  @Mixin TargetOptions target = new TargetOptions();
  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    if (list) {
      Listing.print(output);
      return 0;
    }
    List<Path> reports = named.stream().map(Path::of).toList();
    if (compare) {
      if (reports.size() != 2) {
        throw usage("--compare: want two reports, got " + reports.size());
      }
      Results.compare(reports.getFirst(), reports.getLast(), out, output);
      return 0;
    }
    if (merge) {
      if (reports.size() < 2) {
        throw usage("--merge: want two reports or more, got " + reports.size());
      }
      return Results.write(Results.merged(reports), out, output) ? 0 : 1;
    }
    if (named.size() != 1) {
      throw usage(
          "want one PROFILE, got %d; `--list` shows Tidegate's own".formatted(named.size()));
    }
    ProfileFile file = ProfileFile.read(named.getFirst());
    Profile profile = changed(file.profile());
    if (duration("--step", step).toMillis() < 1_000) {
      throw usage("--step: want a second or more, got \"" + step + '"');
    }
    if (load.policyIsSet && profile.policy() == null) {
      throw usage("--policy-is-set: the profile has no policy");
    }
    RunOptions options = load.options(spec, file.text(), target.tenant, searched());
    if (generators.isPart()) {
      return runs(options).member(profile);
    }
    try {
      return Results.write(run(profile, options), out, output) ? 0 : 1;
    } catch (LostGeneratorException e) {
      output.note("tidegate: " + e.getMessage());
      return 1;
    } catch (LoadTestException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  private Report run(Profile profile, RunOptions options)
      throws LoadTestException, StartupException, InterruptedException {
    ProgressLines progress = new ProgressLines(output, Terminal.isStderr());
    if (selfTest) {
      // Its server is in this process.
      RunOptions own = LoopbackAddresses.in(options, profile, URI.create("http://127.0.0.1"));
      return SelfTest.run(profile, own, slo(), duration("--step", step), progress);
    }
    Runs runs = runs(options);
    return findCapacity
        ? runs.capacity(profile, slo(), duration("--step", step), progress)
        : runs.plain(profile, progress);
  }

  private Runs runs(RunOptions options) throws StartupException {
    return new Runs(spec.commandLine().getParseResult(), generators, target.target(), options);
  }

  /** What a search goes by; nothing where there is none. */
  private Map<String, String> searched() {
    return selfTest || findCapacity
        ? Map.of(
            "--step", millis(duration("--step", step)),
            "--slo-push", millis(slo().push()),
            "--slo-accept", millis(slo().accept()))
        : Map.of();
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  private Slo slo() {
    Slo absent = selfTest ? SELF_SLO : Slo.DEFAULT;
    return new Slo(
        sloPush == null ? absent.push() : duration("--slo-push", sloPush),
        sloAccept == null ? absent.accept() : duration("--slo-accept", sloAccept));
  }

  private Profile changed(Profile given) {
    try {
      Profile profile = users == null ? given : given.withUsers(users);
      if (rate != null || length != null) {
        if (rate == null || length == null) {
          throw usage("--rate and --for: want both or none");
        }
        profile = profile.with(List.of(Phase.steady(duration("--for", length), rate)));
      }
      return times == null ? profile : profile.times(times);
    } catch (InvalidProfileException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private Duration duration(String option, String text) {
    return OptionText.duration(spec, option, text);
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
