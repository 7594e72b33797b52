package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM of its own with the flags of {@code tidegate up} and {@code tidegate run}. */
final class BenchJvm extends BenchProcess {
  /**
   * @param main the class, and its arguments
   */
  BenchJvm(Path folder, String name, Map<String, String> environment, String... main)
      throws IOException {
    super(folder, name, environment, command(main));
  }

  private static List<String> command(String... main) {
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
    return command;
  }

  /** What of the heap is in use after a full collection. */
  long liveBytes() throws Exception {
    jcmd("GC.run");
    Matcher used = Pattern.compile("used (\\d+)K").matcher(jcmd("GC.heap_info"));
    if (!used.find()) {
      throw new IOException("no heap_info of " + pid());
    }
    return Long.parseLong(used.group(1)) * 1024;
  }

  private String jcmd(String what) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid()),
                what)
            .redirectErrorStream(true)
            .start();
    String out = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    jcmd.waitFor();
    return out;
  }
}
