package io.tidegate.cli.failure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@code tidegate} command in a JVM of its own, started, stopped, killed and started again. */
final class TidegateProcess implements AutoCloseable {
  private final String name;
  private final int port;
  private final Path log;
  private final List<String> command;
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable Process process;

  /** Its log in that folder goes on over its lives, and begins anew with each object. */
  TidegateProcess(String name, int port, Path folder, String... arguments) throws IOException {
    this.name = name;
    this.port = port;
    this.log = folder.resolve(name + ".log");
    Files.deleteIfExists(log);
    this.command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.tidegate.cli.Main"));
    command.addAll(List.of(arguments));
  }

  /** With that variable in its environment, from the next start on. */
  TidegateProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Of Kafka, with its data in a folder of {@code folder}. */
  static TidegateProcess broker(int port, Path logs, Path folder) throws IOException {
    return new TidegateProcess(
        "broker",
        port,
        logs,
        "broker",
        "--data-dir",
        folder.resolve("data").toString(),
        "--port",
        Integer.toString(port));
  }

  TidegateProcess start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    process = builder.start();
    return this;
  }

  /** Runs to its end. */
  void run() throws IOException, InterruptedException {
    Process started = started(start());
    if (!started.waitFor(60, TimeUnit.SECONDS) || started.exitValue() != 0) {
      throw new IllegalStateException(name + " failed, see " + log);
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    started(this).destroyForcibly().waitFor();
  }

  /** SIGTERM; returns once it has ended. */
  void stop() throws InterruptedException {
    Process started = started(this);
    started.destroy();
    if (!started.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " does not end, see " + log);
    }
  }

  /** SIGSTOP: it does nothing any more, and its sockets stay open. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** How many lines of its log, over all its lives, have {@code words} in them. */
  long logged(String words) throws IOException {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> line.contains(words)).count();
    }
  }

  long pid() {
    return started(this).pid();
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill -" + signal + " of " + name + " failed");
    }
  }

  /** Where it listens; 0 if it does not. */
  int port() {
    return port;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static Process started(TidegateProcess of) {
    if (of.process == null) {
      throw new IllegalStateException(of.name + " was not started");
    }
    return of.process;
  }
}
