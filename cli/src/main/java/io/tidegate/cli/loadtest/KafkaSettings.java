package io.tidegate.cli.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * {@code --kafka-config}: how clients reach Kafka and show who they are, as a file of Java
 * properties such as Kafka's own tools take. Only what every kind of client has may be in it.
 */
final class KafkaSettings {
  private static final String OPTION = "--kafka-config: ";

  private KafkaSettings() {}

  /**
   * @param file null: nothing but the address
   * @throws StartupException naming the file, the key and the reason; never a value of a secret
   */
  static Map<String, Object> read(String bootstrap, @Nullable Path file) throws StartupException {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    if (file == null) {
      return settings;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException(OPTION + file + " can't be read: " + e, e);
    }
    for (String key : read.stringPropertyNames()) {
      if (key.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
        throw new StartupException(OPTION + file + ": " + key + ": is what --kafka says");
      }
      if (!AdminClientConfig.configNames().contains(key)) {
        throw new StartupException(
            OPTION + file + ": " + key + ": no setting that every client of Kafka has");
      }
      settings.put(key, read.getProperty(key));
    }
    try {
      // Files of keys and the like are read when a client is made, and not before.
      Admin.create(settings).close(Duration.ZERO);
    } catch (KafkaException e) {
      throw new StartupException(OPTION + file + ": " + reason(e, read), e);
    }
    return settings;
  }

  /** The innermost reason, and which key it is about, if one's value is in it. */
  private static String reason(KafkaException failure, Properties read) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = String.valueOf(failure.getCause() == null ? failure.getMessage() : cause);
    String all = messages(failure);
    String about = "";
    int longest = 0;
    for (String key : read.stringPropertyNames()) {
      String value = read.getProperty(key);
      if (isSecret(key)) {
        text = value.isEmpty() ? text : text.replace(value, "…");
      } else if (value.length() > longest && all.contains(value)) {
        about = key + ": ";
        longest = value.length();
      }
    }
    return about.isEmpty() || text.contains(about) ? text : about + text;
  }

  private static String messages(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable of = failure; of != null; of = of.getCause()) {
      all.append(of.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static boolean isSecret(String key) {
    return key.endsWith("password") || key.endsWith("jaas.config") || key.endsWith(".key");
  }
}
