package io.tidegate.loadtest.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A generator as a process of its own. Its stderr is this process's. */
final class GeneratorProcess {
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final int SIGNAL = 128;

  private final int index;
  private final String name;
  private final Process process;
  private final Writer to;

  /**
   * Something that it said.
   *
   * @param word null: its last was said
   */
  record Heard(int generator, Lines.@Nullable Word word) {}

  /**
   * Starts it.
   *
   * @param heard called on a thread of its own
   * @throws IOException if it cannot be
   */
  GeneratorProcess(int index, int of, List<String> command, Consumer<Heard> heard)
      throws IOException {
    this.index = index;
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // What they say is in the command already, and not all of it is good for several.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    this.process = builder.start();
    this.name = "generator %d of %d (process %d)".formatted(index + 1, of, process.pid());
    this.to = new BufferedWriter(process.outputWriter(UTF_8));
    Thread.ofVirtual().name("load-hear-" + index).start(() -> read(heard));
  }

  private void read(Consumer<Heard> heard) {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.accept(new Heard(index, word(line)));
      }
    } catch (IOException e) {
      // It has ended, and the rest of a line with it.
    }
    heard.accept(new Heard(index, null));
  }

  private static Lines.Word word(String line) {
    try {
      return Lines.read(line);
    } catch (IllegalArgumentException e) {
      // A library that prints.
      return new Lines.Note(line);
    }
  }

  /** One that has ended hears nothing. */
  void tell(Lines.Word word) {
    try {
      to.write(Lines.write(word));
      to.write('\n');
      to.flush();
    } catch (IOException e) {
      // That it is gone is heard where it is awaited.
    }
  }

  /** With its pid, for people. */
  String name() {
    return name;
  }

  /** How it ended, in words. */
  String end() throws InterruptedException {
    if (!process.waitFor(ENDING)) {
      return "said its last, and goes on";
    }
    int code = process.exitValue();
    return code > SIGNAL
        ? "was ended by signal " + (code - SIGNAL)
        : "ended with exit code " + code;
  }

  /** Asks it to end. */
  void stop() {
    process.destroy();
  }

  /** Has it ended, whatever it does. */
  void kill() {
    try {
      if (!process.waitFor(ENDING)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
