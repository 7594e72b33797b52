package io.tidegate.cli.loadtest;

import io.tidegate.cli.Main;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command that this process was started by, for one of several generators of its run. */
final class SameCommand {
  /** What concerns the run as a whole. */
  private static final Set<String> OF_ALL =
      Set.of(
          "--out",
          "--json",
          "--find-capacity",
          "--self-test",
          "--step",
          "--slo-push",
          "--slo-accept",
          "--from",
          GeneratorOptions.DEVICES);

  /** What says which messages are offered. */
  private static final Set<String> LOAD = Set.of("--rate", "--for", "--times");

  /** Options of the JVM that two processes can't both follow, or need not. */
  private static final List<String> LEFT_OUT =
      List.of(
          "-javaagent:",
          "-agentlib:",
          "-agentpath:",
          "-XX:AOTCacheOutput",
          "-XX:AOTConfiguration",
          "-XX:AOTMode",
          "-XX:StartFlightRecording",
          "-XX:FlightRecorderOptions",
          "-Dcom.sun.management");

  private final List<String> arguments;
  private final List<String> from;
  private final boolean local;
  private final int devicesEach;

  /**
   * @param load instead of what was given for it; empty: the same
   * @param delivery where devices connect
   * @param devicesEach of each generator, at most
   */
  SameCommand(ParseResult given, List<String> load, URI delivery, int devicesEach) {
    this.arguments = new ArrayList<>(arguments(given, load));
    this.from = given.matchedOptionValue("--from", List.<String>of());
    this.local = LoopbackAddresses.reach(delivery);
    this.devicesEach = devicesEach;
  }

  private static List<String> arguments(ParseResult given, List<String> load) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : given.matchedOptions()) {
      String name = option.longestName();
      if (!OF_ALL.contains(name) && (load.isEmpty() || !LOAD.contains(name))) {
        for (String value : option.originalStringValues()) {
          arguments.add(name + "=" + value);
        }
      }
    }
    arguments.addAll(load);
    given
        .matchedPositionals()
        .forEach(positional -> arguments.addAll(positional.originalStringValues()));
    return arguments;
  }

  /** Of the generator {@code index} of {@code of}. */
  List<String> of(int index, int of, String run) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> LEFT_OUT.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.add("loadtest");
    command.addAll(arguments);
    command.add(GeneratorOptions.PART + "=" + index + "/" + of + "/" + run);
    String addresses = addresses(index, of);
    if (!addresses.isEmpty()) {
      command.add("--from=" + addresses);
    }
    return command;
  }

  /** Its share of those that were given; on one machine addresses of its own. */
  private String addresses(int index, int of) {
    if (from.isEmpty()) {
      return local ? String.join(",", LoopbackAddresses.of(index, devicesEach)) : "";
    }
    List<String> own = new ArrayList<>();
    for (int i = index % from.size(); i < from.size(); i += of) {
      own.add(from.get(i));
    }
    return String.join(",", own);
  }
}
