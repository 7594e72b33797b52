package io.tidegate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM of its own with the flags of {@code tidegate up}, what it costs, and what it prints. */
final class BenchJvm implements AutoCloseable {
  /** Of {@code /proc/PID/stat}; Linux has it at 100 everywhere. */
  private static final long TICKS_A_SECOND = 100;

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final Path log;

  /**
   * @param main the class, and its arguments
   */
  BenchJvm(Path folder, String name, Map<String, String> environment, String... main)
      throws IOException {
    log = folder.resolve(name + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseG1GC",
                "-Xms256m",
                "-Xmx1g",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(main));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** Its output so far. */
  String printed() throws IOException {
    return Files.readString(log);
  }

  /** Waits until it has printed that. */
  Matcher awaitPrinted(Pattern pattern, Duration most) throws Exception {
    long deadline = System.nanoTime() + most.toNanos();
    while (true) {
      Matcher matcher = pattern.matcher(printed());
      if (matcher.find()) {
        return matcher;
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("no " + pattern + " in:\n" + printed());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** The time that its threads were on a CPU, in the kernel too. */
  Duration cpu() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return Duration.ofMillis(ticks * 1000 / TICKS_A_SECOND);
  }

  long residentBytes() throws IOException {
    Matcher matcher =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
    if (!matcher.find()) {
      throw new IOException("no VmRSS of " + process.pid());
    }
    return Long.parseLong(matcher.group(1)) * 1024;
  }

  /** What of the heap is in use after a full collection. */
  long liveBytes() throws Exception {
    jcmd("GC.run");
    Matcher used = Pattern.compile("used (\\d+)K").matcher(jcmd("GC.heap_info"));
    if (!used.find()) {
      throw new IOException("no heap_info of " + process.pid());
    }
    return Long.parseLong(used.group(1)) * 1024;
  }

  private String jcmd(String what) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                what)
            .redirectErrorStream(true)
            .start();
    String out =
        new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    jcmd.waitFor();
    return out;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
