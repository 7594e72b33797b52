package io.tidegate.cli.topics;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --kafka-config}: what Kafka wants to be shown; of every command that asks one itself. */
public final class KafkaConfigOption {
  private static final String OPTION = "--kafka-config";

  @Option(
      names = OPTION,
      paramLabel = "FILE",
      description =
          "What Kafka wants to be shown, such as security.protocol, as Java properties (default:"
              + " what "
              + KafkaAccess.VARIABLE
              + " names, else none: plain text).")
  @Nullable Path file;

  /** Whether it was asked for, and not just found in the environment. */
  public boolean isGiven() {
    return file != null;
  }

  /**
   * The way of a service to a Kafka, of whose risks it warns itself.
   *
   * @throws StartupException if the file is not as it must be
   */
  public KafkaAccess ofService(String servers) throws StartupException {
    return read(servers, file, System.getenv(KafkaAccess.VARIABLE));
  }

  /**
   * The way of a command to a Kafka.
   *
   * @param told hears what is risky about it
   * @throws StartupException if the file is not as it must be
   */
  public KafkaAccess access(String servers, Consumer<String> told) throws StartupException {
    return warned(ofService(servers), told);
  }

  /**
   * The way of a command to the Kafka of an {@code up} that runs, which did not take what the
   * variable names unless it was told a Kafka.
   *
   * @param of the file that the {@code up} took; null: none
   * @param told hears what is risky about it
   * @throws StartupException if the file is not as it must be
   */
  public KafkaAccess ofRunning(String servers, @Nullable Path of, Consumer<String> told)
      throws StartupException {
    return warned(read(servers, file == null ? of : file, null), told);
  }

  private static KafkaAccess warned(KafkaAccess access, Consumer<String> told) {
    access.risks().forEach(risk -> told.accept("Warning: " + risk));
    return access;
  }

  static KafkaAccess read(String servers, @Nullable Path file, @Nullable String variable)
      throws StartupException {
    if (file != null) {
      return KafkaAccess.read(servers, file, OPTION);
    }
    if (variable != null && !variable.isBlank()) {
      return KafkaAccess.read(servers, Path.of(variable.strip()), KafkaAccess.VARIABLE);
    }
    return KafkaAccess.plain(servers, OPTION + " or " + KafkaAccess.VARIABLE);
  }

  /** The options with which another command takes the same way, for a line that can be pasted. */
  public static String options(KafkaAccess access) {
    return "--kafka "
        + access.servers()
        + (access.file() == null ? "" : " " + OPTION + " " + access.file());
  }
}
