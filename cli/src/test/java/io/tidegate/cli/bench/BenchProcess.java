package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process that a bench started, with its children: what they cost, print, and are told. */
class BenchProcess implements AutoCloseable {
  /** Of {@code /proc/PID/stat}; Linux has it at 100 everywhere. */
  private static final long TICKS_A_SECOND = 100;

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final Path log;
  private int questions;

  /**
   * @param name of the file that its output goes to
   */
  BenchProcess(Path folder, String name, Map<String, String> environment, List<String> command)
      throws IOException {
    log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
  }

  final long pid() {
    return process.pid();
  }

  /** Its output so far. */
  final String printed() throws IOException {
    return Files.readString(log);
  }

  /** Waits until it has printed that. */
  final Matcher awaitPrinted(Pattern pattern, Duration most) throws Exception {
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

  /** Sends it a line with a number before it, and waits for a line that begins with the number. */
  final String ask(String question, Duration most) throws Exception {
    int number = ++questions;
    OutputStream input = process.getOutputStream();
    input.write((number + " " + question + "\n").getBytes(UTF_8));
    input.flush();
    return awaitPrinted(Pattern.compile("(?m)^" + number + " (.*)$"), most).group(1);
  }

  /** The time that its threads were on a CPU, in the kernel too. */
  final Duration cpu() {
    return Duration.ofMillis(family().mapToLong(BenchProcess::ticks).sum() * 1000 / TICKS_A_SECOND);
  }

  final long residentBytes() {
    return family().mapToLong(BenchProcess::resident).sum();
  }

  private Stream<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private static long ticks(ProcessHandle each) {
    String stat = read(each, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private static long resident(ProcessHandle each) {
    Matcher matcher = RESIDENT.matcher(read(each, "status"));
    if (!matcher.find()) {
      throw new IllegalStateException("no VmRSS of " + each.pid());
    }
    return Long.parseLong(matcher.group(1)) * 1024;
  }

  private static String read(ProcessHandle each, String file) {
    try {
      return Files.readString(Path.of("/proc/" + each.pid() + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
