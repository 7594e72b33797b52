package io.tidegate.cli.loadtest;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.run.Others;
import io.tidegate.loadtest.run.Part;
import io.tidegate.loadtest.schedule.Share;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Of how many processes a run is, and which of them this is. */
final class GeneratorOptions {
  static final String DEVICES = "--devices-per-process";
  static final String PART = "--part";

  /** Files that a process has open beside its devices' connections and those to ingest. */
  private static final int RESERVE = 512;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = DEVICES,
      paramLabel = "N",
      description =
          "Devices of one process; where there are more, several are started, each with its share"
              + " of the users, and their reports are one (default: as many as a process may have"
              + " files open, less some).")
  @Nullable Integer devices;

  @Option(names = PART, hidden = true, description = "One of several processes: INDEX/OF/RUN.")
  @Nullable String part;

  /**
   * How many processes are needed.
   *
   * @param connections to ingest at most
   */
  int processes(Receivers receivers, int connections) {
    return processes(receivers, connections, mostFiles());
  }

  /**
   * @param files that a process may have open
   */
  int processes(Receivers receivers, int connections, long files) {
    int most = devices == null ? mostByFiles(files, connections) : devices;
    if (most < 1) {
      throw usage(
          devices == null
              ? "a process may not have enough files open (`ulimit -n`)"
              : DEVICES + ": want at least 1, got " + devices);
    }
    try {
      return Share.needed(receivers, most);
    } catch (IllegalArgumentException e) {
      throw usage(DEVICES + ": " + e.getMessage());
    }
  }

  private static int mostByFiles(long files, int connections) {
    return (int) Math.min(Integer.MAX_VALUE, files - RESERVE - connections);
  }

  private static long mostFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Integer.MAX_VALUE;
  }

  /** Whether this is one of several processes of a run. */
  boolean isPart() {
    return part != null;
  }

  /** What this one does of it. */
  Part part(Receivers receivers, Others others) {
    String given = String.valueOf(part);
    String[] parts = given.split("/", -1);
    try {
      int index = Integer.parseInt(parts[0]);
      int of = Integer.parseInt(parts[1]);
      return new Part(Share.of(receivers, index, of), new MessageIds(parts[2]), others);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw usage(PART + ": want INDEX/OF/RUN, got \"" + given + '"');
    }
  }

  private CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }
}
