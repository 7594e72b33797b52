package io.tidegate.loadtest.watch;

import io.tidegate.contract.meters.JvmOptions;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Options whose value is an argument of its own, as the launcher has them. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--limit-modules",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--patch-module",
          "--enable-native-access",
          "--source");

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
    runtime.putAll(JvmOptions.shown(options(command)));
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

  /**
   * What stands before that which it runs, a class, jar or module: what follows is for the program.
   * So may be what follows a file of options ({@code @file}), which may say what it runs.
   */
  private static List<String> options(List<String> command) {
    List<String> options = new ArrayList<>();
    Iterator<String> rest = command.listIterator(1);
    while (rest.hasNext()) {
      String argument = rest.next();
      if (!argument.startsWith("-") || argument.startsWith("--module=")) {
        break;
      }
      options.add(argument);
      if (WITH_VALUE.contains(argument) && rest.hasNext()) {
        rest.next();
      }
    }
    return options;
  }

  /** Beside its {@code bin/java}, among its own files: it may be in a container. */
  private static void release(Path folder, Map<String, String> runtime) {
    try {
      Path java = Path.of(folder.resolve("root") + target(folder.resolve("exe")));
      if (!Files.isRegularFile(java)) {
        // Another has taken its place since it began.
        return;
      }
      for (String line : Files.readAllLines(java.resolveSibling("../release"))) {
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

  /** Empty: it is gone meanwhile, or not to be read. */
  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
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
