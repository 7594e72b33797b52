package io.tidegate.cli.loadtest;

import io.tidegate.loadtest.capacity.Bottleneck;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.run.CapacityRun;
import io.tidegate.loadtest.run.LoadRun;
import io.tidegate.loadtest.run.LoadTestException;
import io.tidegate.loadtest.run.Member;
import io.tidegate.loadtest.run.Part;
import io.tidegate.loadtest.run.Progress;
import io.tidegate.loadtest.run.RunOptions;
import io.tidegate.loadtest.run.SeveralRun;
import io.tidegate.loadtest.run.Target;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * Runs against a Tidegate, by as many processes as they need.
 *
 * @param given the command's own options, for other processes of the same run
 */
record Runs(ParseResult given, GeneratorOptions generators, Target target, RunOptions options) {
  /** By as many processes as the devices need. */
  Report plain(Profile profile, Progress progress) throws LoadTestException, InterruptedException {
    return run(profile, List.of(), progress);
  }

  /** The highest rate that holds. */
  Report capacity(Profile profile, Slo slo, Duration step, Progress progress)
      throws LoadTestException, InterruptedException {
    return new CapacityRun(
            profile,
            phase -> run(profile.with(List.of(phase)), load(phase), progress),
            slo,
            step,
            progress,
            Bottleneck::of)
        .run();
  }

  private static List<String> load(Phase phase) {
    return List.of("--rate=" + phase.fromRate(), "--for=" + phase.length().toMillis() + "ms");
  }

  private Report run(Profile profile, List<String> load, Progress progress)
      throws LoadTestException, InterruptedException {
    int processes = generators.processes(profile.receivers(), options.connections());
    if (processes == 1) {
      RunOptions own = LoopbackAddresses.in(options, profile, target.delivery());
      return new LoadRun(profile, target, own, progress).run();
    }
    int devicesEach = Math.ceilDiv(profile.receivers().allDevices(), processes);
    SameCommand same = new SameCommand(given, load, target.delivery(), devicesEach);
    return new SeveralRun(profile, target, options, processes, same::of, progress).run();
  }

  /** As one of several processes: what it finds goes to whoever started it. */
  int member(Profile profile) throws InterruptedException {
    Member member = new Member(System.in, System.out, () -> Runtime.getRuntime().halt(1));
    Part part = generators.part(profile.receivers(), member);
    try {
      member.found(new LoadRun(profile, target, options, member, part).run());
      return 0;
    } catch (LoadTestException e) {
      member.failed(String.valueOf(e.getMessage()));
      return 1;
    }
  }
}
