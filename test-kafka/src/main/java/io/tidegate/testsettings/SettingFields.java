package io.tidegate.testsettings;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a service's settings by the names of their variables, without the prefix. */
public final class SettingFields {
  /** Of every service: what may be a secret, a file, an address or a name. */
  private static final List<String> TEXTS =
      List.of(
          "HOST",
          "TLS_CERT",
          "TLS_KEY",
          "TLS_CLIENT_CA",
          "TOKEN_CA",
          "TOKEN_ISSUER",
          "TOKEN_AUDIENCE",
          "TOKEN_TENANT_CLAIM",
          "TOKEN_TENANT");

  private SettingFields() {}

  /**
   * All fields of a record.
   *
   * @param isPart which of the records within are not values, but have fields of their own
   */
  public static Map<String, @Nullable Object> of(Record config, Predicate<Record> isPart)
      throws ReflectiveOperationException {
    Map<String, @Nullable Object> fields = new TreeMap<>();
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(config);
      if (value instanceof Record part && isPart.test(part)) {
        fields.putAll(of(part, isPart));
      } else {
        String name = component.getName().replaceAll("([A-Z])", "_$1");
        fields.put(name.toUpperCase(Locale.ROOT), value);
      }
    }
    return fields;
  }

  /** Those of them that are not null. */
  public static Map<String, Object> present(Record config, Predicate<Record> isPart)
      throws ReflectiveOperationException {
    Map<String, Object> present = new TreeMap<>();
    of(config, isPart)
        .forEach(
            (name, value) -> {
              if (value != null) {
                present.put(name, value);
              }
            });
    return present;
  }

  /**
   * Whether anyone may see a setting, by its type.
   *
   * @param others types that may be seen too
   */
  public static boolean isSafe(@Nullable Object value, Class<?>... others) {
    return value instanceof Number
        || value instanceof Boolean
        || value instanceof Duration
        || value instanceof Enum<?>
        || Stream.of(others).anyMatch(type -> type.isInstance(value));
  }

  /**
   * Variables that set each text, file and address to something with {@code marker} in it.
   *
   * @param folder for the file of Kafka's settings
   * @param prefix of the service's variables
   * @param own what this service has beside what every one has, without the prefix
   */
  public static Map<String, String> marked(Path folder, String prefix, String... own)
      throws IOException {
    Map<String, String> texts = new HashMap<>();
    Stream.concat(TEXTS.stream(), Stream.of(own))
        .forEach(name -> texts.put(prefix + name, "marker"));
    texts.put(prefix + "TOKEN_KEYS", "https://marker.example/jwks");
    texts.put("TIDEGATE_KAFKA", "marker:9092");
    texts.put("TIDEGATE_TOPIC_PREFIX", "marker");
    Path kafka =
        Files.writeString(
            folder.resolve("kafka"), "security.protocol=SSL\nssl.key.password=marker\n");
    texts.put("TIDEGATE_KAFKA_CONFIG", kafka.toString());
    return texts;
  }
}
