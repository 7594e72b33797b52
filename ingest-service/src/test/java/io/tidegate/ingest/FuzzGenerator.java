package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The generator in {@code strangers/fuzz}, a process of Node: makes cases from the contract, and
 * smaller ones of one that fails.
 */
final class FuzzGenerator {
  private static final Path FOLDER = Path.of("..", "strangers").toAbsolutePath().normalize();
  private static final Duration END = Duration.ofSeconds(10);

  private FuzzGenerator() {}

  /** Plays a case. */
  interface Play {
    /**
     * @return how many requests that were
     * @throws AssertionError saying what is wrong
     */
    int of(JsonNode one) throws IOException;
  }

  /** What was played, and the few failures after which it ended. */
  record Result(int cases, int requests, List<Failure> failures) {}

  /**
   * The smallest case that fails.
   *
   * @param path with the seed, makes the case again at once
   */
  record Failure(int seed, String path, JsonNode smallest, String why) {}

  /**
   * Plays cases until there were so many requests, or a few failed and no smaller ones do.
   *
   * @param path empty, or that of a failure
   */
  static Result run(int seed, int requests, String path, Play play) throws IOException {
    if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
      throw new AssertionError("run `npm ci` in " + FOLDER.getFileName() + " first");
    }
    Process process =
        new ProcessBuilder("node", "fuzz/generate.mjs")
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedWriter to = process.outputWriter(UTF_8);
        BufferedReader from = process.inputReader(UTF_8)) {
      ObjectNode begin = JsonMapper.shared().createObjectNode();
      begin.set("contract", ContractCheck.CONTRACT);
      begin.put(
          "today",
          LocalDate.now(ZoneOffset.UTC).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli());
      begin.put("seed", seed).put("requests", requests);
      if (!path.isEmpty()) {
        begin.put("path", path);
      }
      write(to, begin);
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        JsonNode said = JsonMapper.shared().readTree(line);
        if (said.has("done")) {
          return result(said.get("done"));
        }
        write(to, verdict(said.get("case"), play));
      }
      throw new AssertionError("the generator ended before it was done");
    } finally {
      end(process);
    }
  }

  private static ObjectNode verdict(JsonNode one, Play play) {
    ObjectNode verdict = JsonMapper.shared().createObjectNode();
    try {
      return verdict.put("ok", true).put("requests", play.of(one));
    } catch (AssertionError | IOException | RuntimeException e) {
      return verdict.put("ok", false).put("requests", 1).put("why", String.valueOf(e.getMessage()));
    }
  }

  private static void write(BufferedWriter to, JsonNode line) throws IOException {
    to.write(line.toString());
    to.newLine();
    to.flush();
  }

  private static Result result(JsonNode done) {
    List<Failure> failures =
        done.get("failures")
            .valueStream()
            .map(
                failed ->
                    new Failure(
                        failed.get("seed").intValue(),
                        failed.get("path").stringValue(),
                        failed.get("case"),
                        failed.get("why").stringValue()))
            .toList();
    return new Result(done.get("cases").intValue(), done.get("requests").intValue(), failures);
  }

  private static void end(Process process) throws IOException {
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
