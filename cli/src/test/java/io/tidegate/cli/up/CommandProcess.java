package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code tidegate} command in a JVM of its own, from the packaged class path. */
final class CommandProcess implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final Thread outputReader;
  private final Thread errorReader;
  private final CompletableFuture<String> firstLine = new CompletableFuture<>();
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  CommandProcess(String... arguments) throws IOException {
    this(Map.of(), arguments);
  }

  /**
   * @param environment beside what this process has
   */
  CommandProcess(Map<String, String> environment, String... arguments) throws IOException {
    Path target = Path.of("target").toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-Xmx1g",
            "-cp",
            target.resolve("classes") + ":" + target.resolve("lib") + "/*",
            "io.tidegate.cli.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    process = builder.start();
    outputReader = Thread.ofVirtual().start(this::readOutput);
    errorReader = Thread.ofVirtual().start(this::readErrors);
  }

  /** The line that {@code --json} prints when everything is there. */
  JsonNode awaitReady(Duration most) throws Exception {
    return JSON.readTree(firstLine.get(most.toMillis(), TimeUnit.MILLISECONDS));
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  int exitCode(Duration most) throws InterruptedException {
    if (!process.waitFor(most)) {
      throw new AssertionError("still running after " + most + "; stderr: " + errors);
    }
    return process.exitValue();
  }

  /** What it printed, to its end. */
  String output() throws InterruptedException {
    outputReader.join();
    return String.join("\n", output);
  }

  /** What it printed on stderr, to its end. */
  String errors() throws InterruptedException {
    errorReader.join();
    return String.join("\n", errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void readOutput() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String line = reader.readLine();
      if (line == null) {
        process.waitFor();
        firstLine.completeExceptionally(new AssertionError("ended: " + errors));
      }
      while (line != null) {
        output.add(line);
        firstLine.complete(line);
        line = reader.readLine();
      }
    } catch (IOException | InterruptedException e) {
      firstLine.completeExceptionally(e);
    }
  }

  private void readErrors() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      reader.lines().forEach(line -> errors.add(line));
    } catch (IOException | java.io.UncheckedIOException e) {
      errors.add(e.toString());
    }
  }
}
