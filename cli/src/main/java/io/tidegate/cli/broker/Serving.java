package io.tidegate.cli.broker;

import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline serves, as {@code up} writes it into its data folder for the commands that come
 * after it. The file outlives the process, so what it says is to be checked.
 *
 * @param kafka {@code host:port}
 * @param kafkaConfig file of what that Kafka wants to be shown; null: none
 */
public record Serving(
    int ingestPort, int deliveryPort, int fanoutPort, String kafka, @Nullable Path kafkaConfig) {
  private static final String FILE = "serving.properties";

  /** What the last pipeline with that data folder served; null where there is no such thing. */
  public static @Nullable Serving read(Path dataFolder) {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(dataFolder.resolve(FILE), StandardCharsets.UTF_8)) {
      properties.load(reader);
      String config = properties.getProperty("kafka-config", "");
      return new Serving(
          port(properties, "ingest"),
          port(properties, "delivery"),
          port(properties, "fanout"),
          properties.getProperty("kafka", ""),
          config.isEmpty() ? null : Path.of(config));
    } catch (IOException | IllegalArgumentException e) {
      // A convenience only: a file that can't be read is one that was never written.
      return null;
    }
  }

  /**
   * @throws StartupException if it can't be written
   */
  public void write(Path dataFolder) throws StartupException {
    String config = kafkaConfig == null ? "" : kafkaConfig.toAbsolutePath().toString();
    String text =
        "ingest=%d\ndelivery=%d\nfanout=%d\nkafka=%s\nkafka-config=%s\n"
            .formatted(ingestPort, deliveryPort, fanoutPort, kafka, config.replace("\\", "\\\\"));
    try {
      Files.writeString(dataFolder.resolve(FILE), text);
    } catch (IOException e) {
      throw new StartupException("data folder " + dataFolder + ": " + Reason.of(e), e);
    }
  }

  private static int port(Properties properties, String name) {
    return Integer.parseInt(properties.getProperty(name, ""));
  }
}
