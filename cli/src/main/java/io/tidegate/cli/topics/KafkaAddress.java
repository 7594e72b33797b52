package io.tidegate.cli.topics;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.Serving;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --kafka} and {@code --kafka-config}: the way to Kafka, for commands that work on its
 * topics themselves. Unless told, that of the {@code tidegate up} that runs with the usual data
 * folder.
 */
public final class KafkaAddress {
  private static final String VARIABLE = "TIDEGATE_KAFKA";
  private static final String OTHERWISE = "127.0.0.1:19092";
  private static final int ANSWER_MILLIS = 500;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "Where Kafka is (default: what "
              + VARIABLE
              + " says, else the broker of the `tidegate up` that runs with the data folder"
              + " .tidegate, else "
              + OTHERWISE
              + ").")
  @Nullable String kafka;

  @Mixin KafkaConfigOption config = new KafkaConfigOption();

  private @Nullable Found found;

  public KafkaAddress() {}

  KafkaAddress(Found found) {
    this.found = found;
  }

  /**
   * An address and where it comes from.
   *
   * @param origin for a message; empty: it was asked for
   * @param isOfUp nobody named it, neither the option nor the variable
   * @param config file of settings that the {@code up} took; null: none
   */
  record Found(String kafka, String origin, boolean isOfUp, @Nullable Path config) {}

  /** Bootstrap servers. */
  public String value() {
    return found().kafka();
  }

  /** Whether somebody named it. */
  public boolean isNamed() {
    return !found().isOfUp();
  }

  /** Whether anything listens there. */
  public boolean answers() {
    return answers(value());
  }

  /**
   * The way to it.
   *
   * @param told hears what is risky about it
   * @throws StartupException if the file of settings is not as it must be
   */
  public KafkaAccess access(Consumer<String> told) throws StartupException {
    Found from = found();
    return from.isOfUp()
        ? config.ofRunning(from.kafka(), from.config(), told)
        : config.access(from.kafka(), told);
  }

  private Found found() {
    Found known = found;
    if (known == null) {
      known = find(kafka, System.getenv(VARIABLE), DataFolder.defaultPath());
      found = known;
    }
    return known;
  }

  /** The same failure, saying where the address of Kafka comes from if nobody asked for it. */
  public StartupException explained(StartupException failure) {
    String origin = found().origin();
    return origin.isEmpty()
        ? failure
        : new StartupException(
            failure.getMessage()
                + " (Kafka at "
                + value()
                + " was asked, "
                + origin
                + "; --kafka HOST:PORT names another)",
            failure);
  }

  static Found find(@Nullable String asked, @Nullable String variable, Path dataFolder) {
    if (asked != null) {
      return new Found(asked, "", false, null);
    }
    if (variable != null && !variable.isEmpty()) {
      return new Found(variable, "what " + VARIABLE + " says", false, null);
    }
    Serving serving = Serving.read(dataFolder);
    if (serving != null && answers(serving.kafka())) {
      return new Found(
          serving.kafka(),
          "what the `tidegate up` with the data in " + dataFolder + " uses",
          true,
          serving.kafkaConfig());
    }
    return new Found(
        OTHERWISE,
        "the default, since no `tidegate up` runs with the data in " + dataFolder,
        true,
        null);
  }

  /** Whether anything listens there: what is written outlives who wrote it. */
  private static boolean answers(String kafka) {
    String first = kafka.split(",", 2)[0];
    int colon = first.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      int port = Integer.parseInt(first.substring(colon + 1));
      socket.connect(
          new InetSocketAddress(first.substring(0, Math.max(0, colon)), port), ANSWER_MILLIS);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
