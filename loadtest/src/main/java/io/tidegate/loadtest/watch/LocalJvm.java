package io.tidegate.loadtest.watch;

import io.tidegate.contract.meters.JvmOptions;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which JVM a process of this machine is and with which options, and which Kafka if it is a broker:
 * by what {@code /proc} tells of its command and its files. What cannot be read is not known.
 */
final class LocalJvm {
  static final String JDK = "JDK";
  static final String VENDOR = "JDK vendor";
  static final String KAFKA = "Kafka";

  /** A line of the file {@code release} of a JDK. */
  private static final Pattern RELEASE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** Of the broker, not of a client. */
  private static final Pattern BROKER =
      Pattern.compile("(?:^|[/:])(?:kafka-server|kafka_2\\.\\d+)-(\\d[^/:]*)\\.jar(?:$|:)");

  private LocalJvm() {}

  /**
   * @param folder of the process, see proc(5)
   * @return by the names in the report; empty where it is no JVM
   */
  static Map<String, String> of(Path folder) {
    List<String> command = command(folder);
    Map<String, String> runtime = new TreeMap<>();
    if (command.isEmpty() || !Path.of(command.getFirst()).endsWith("java")) {
      return runtime;
    }
    runtime.putAll(JvmOptions.shown(command));
    release(folder, runtime);
    kafka(folder, command, runtime);
    return runtime;
  }

  private static List<String> command(Path folder) {
    try {
      return List.of(Files.readString(folder.resolve("cmdline")).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Beside its {@code bin/java}. */
  private static void release(Path folder, Map<String, String> runtime) {
    try {
      Path release = folder.resolve("exe").toRealPath().resolve("../../release").normalize();
      for (String line : Files.readAllLines(release)) {
        Matcher matcher = RELEASE.matcher(line);
        if (matcher.matches()) {
          switch (matcher.group(1)) {
            case "JAVA_RUNTIME_VERSION" -> runtime.put(JDK, matcher.group(2));
            case "IMPLEMENTOR" -> runtime.put(VENDOR, matcher.group(2));
            default -> {}
          }
        }
      }
    } catch (IOException e) {
      // Then it is not known.
    }
  }

  /** By the name of its jar, on the class path or open. */
  private static void kafka(Path folder, List<String> command, Map<String, String> runtime) {
    command.forEach(argument -> broker(argument, runtime));
    try (DirectoryStream<Path> open = Files.newDirectoryStream(folder.resolve("fd"))) {
      for (Path file : open) {
        broker(target(file), runtime);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Then it is not known, or from the class path.
    }
  }

  /** Empty: it was closed meanwhile. */
  private static String target(Path open) {
    try {
      return Files.readSymbolicLink(open).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static void broker(String text, Map<String, String> runtime) {
    Matcher matcher = BROKER.matcher(text);
    if (matcher.find()) {
      runtime.putIfAbsent(KAFKA, matcher.group(1));
    }
  }
}
