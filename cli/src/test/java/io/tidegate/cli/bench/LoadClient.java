package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Thousands of WebSockets in one process: {@code src/test/c/wsload.c}, compiled by gcc. */
final class LoadClient implements AutoCloseable {
  private static final Path SOURCE = Path.of("src/test/c/wsload.c");
  private static final Duration CONNECTED = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Pattern READY = Pattern.compile("ready (open=.*)");

  private final BenchProcess process;
  private final Received received;

  private LoadClient(BenchProcess process, Received received) {
    this.process = process;
    this.received = received;
  }

  /**
   * Compiles the program.
   *
   * @throws IllegalStateException saying what is not there, or does not compile
   */
  static Path compile(Path folder) throws IOException, InterruptedException {
    if (!Files.exists(SOURCE)) {
      throw new IllegalStateException("no " + SOURCE + " here: run the bench in the folder cli");
    }
    Path program = folder.resolve("wsload");
    Process gcc;
    try {
      gcc =
          new ProcessBuilder("gcc", "-O2", "-Wall", "-o", program.toString(), SOURCE.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "gcc is needed to compile " + SOURCE + " and is not on the PATH: apt install gcc", e);
    }
    String said = new String(gcc.getInputStream().readAllBytes(), UTF_8);
    if (gcc.waitFor() != 0) {
      throw new IllegalStateException(SOURCE + " does not compile:\n" + said);
    }
    return program;
  }

  /** Starts it; {@code options} as it describes them. */
  static LoadClient start(
      Path program, Path folder, String name, int port, int n, String... options)
      throws IOException {
    Path counter = folder.resolve(name + ".received");
    Received received = Received.in(counter);
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), "-p", "" + port, "-n", "" + n, "-m", counter.toString()));
    command.addAll(List.of(options));
    return new LoadClient(new BenchProcess(folder, name, Map.of(), command), received);
  }

  /**
   * Waits until all are there.
   *
   * @throws IllegalStateException if one is not
   */
  LoadClient awaitReady() throws Exception {
    Numbers ready =
        Numbers.parse(process.awaitPrinted(READY, CONNECTED).group(1).replaceAll(" seconds.*", ""));
    if (ready.of("dead") > 0) {
      throw new IllegalStateException("not all connected: " + process.printed());
    }
    return this;
  }

  Received received() {
    return received;
  }

  Numbers stats() throws Exception {
    return Numbers.parse(process.ask("stats", ANSWER));
  }

  /** The first {@code count} connections read no more. */
  void stall(int count) throws Exception {
    process.ask("stall " + count, ANSWER);
  }

  /** They read again. */
  void go() throws Exception {
    process.ask("go", ANSWER);
  }

  @Override
  public void close() {
    process.close();
  }
}
