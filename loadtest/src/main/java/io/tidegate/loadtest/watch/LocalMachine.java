package io.tidegate.loadtest.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the machine is that this runs on: its operating system, processors and memory, by files that
 * Linux has of them. What cannot be read is not known.
 */
final class LocalMachine {
  static final String OS = "OS";
  static final String KERNEL = "kernel";
  static final String CPU = "CPU";
  static final String MEMORY = "memory bytes";

  private static final Pattern NAME = Pattern.compile("PRETTY_NAME=\"?([^\"]*)\"?");
  private static final Pattern MODEL = Pattern.compile("model name\\s*:\\s*(.*)");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s*(\\d{1,15}) kB");
  private static final int KIBI = 1_024;

  private LocalMachine() {}

  /**
   * @param root of its files
   * @return by the names in the report
   */
  static Map<String, String> of(Path root) {
    Map<String, String> machine = new TreeMap<>();
    machine.put(
        KERNEL,
        String.join(
            " ",
            System.getProperty("os.name", ""),
            System.getProperty("os.version", ""),
            System.getProperty("os.arch", "")));
    first(root.resolve("etc/os-release"), NAME, machine, OS);
    first(root.resolve("proc/cpuinfo"), MODEL, machine, CPU);
    first(root.resolve("proc/meminfo"), TOTAL, machine, MEMORY);
    machine.computeIfPresent(MEMORY, (_, kilo) -> Long.toString(Long.parseLong(kilo) * KIBI));
    return machine;
  }

  private static void first(Path file, Pattern line, Map<String, String> machine, String name) {
    for (String each : lines(file)) {
      Matcher matcher = line.matcher(each);
      if (matcher.matches() && !matcher.group(1).isBlank()) {
        machine.put(name, matcher.group(1).strip());
        return;
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
