package io.tidegate.contract.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.SecurityConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * A file of Java properties in UTF-8, such as Kafka's own tools take, with what a client needs to
 * be let in and nothing else: whatever else a client may be told, such as {@code acks}, is ours to
 * say, since the guarantees rest on it. Up to 64 KiB.
 */
record KafkaConfigFile(Path path) {
  private static final int MOST_BYTES = 64 * 1024;

  /** But for the two, those that begin with {@code ssl.} or {@code sasl.}. */
  private static final Set<String> ALSO =
      Set.of(
          CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
          CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG,
          SecurityConfig.SECURITY_PROVIDERS_CONFIG);

  private static final String WANTED =
      "security.protocol, ssl.…, sasl.…, client.dns.lookup or security.providers";

  /** What else comes as a key may be a piece of a secret, in a line that was broken. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,79}");

  /**
   * @param setBy what names the file, for errors
   * @throws StartupException naming that, the file, the setting and the reason; never a value
   */
  Map<String, String> read(String setBy) throws StartupException {
    try {
      Map<String, String> settings = parse(text());
      settings.forEach(KafkaConfigFile::requireAccess);
      requireProtocol(settings);
      requireValues(settings);
      return settings;
    } catch (NoSuchFileException e) {
      throw new StartupException(setBy + ": there is no file " + path, e);
    } catch (AccessDeniedException e) {
      throw new StartupException(setBy + ": " + path + ": may not be read", e);
    } catch (CharacterCodingException e) {
      throw new StartupException(setBy + ": " + path + ": is not UTF-8", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException(setBy + ": " + path + ": " + e.getMessage(), e);
    }
  }

  private String text() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("is longer than " + MOST_BYTES + " bytes");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  private static Map<String, String> parse(String text) throws IOException {
    OncePerKey lines = new OncePerKey();
    lines.load(new StringReader(text));
    Map<String, String> settings = new TreeMap<>();
    lines.forEach((key, value) -> settings.put((String) key, (String) value));
    return settings;
  }

  private static void requireAccess(String key, String value) {
    if (key.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException(key + ": is what TIDEGATE_KAFKA or --kafka says");
    }
    boolean access = ALSO.contains(key) || key.startsWith("ssl.") || key.startsWith("sasl.");
    if (!access) {
      throw new IllegalArgumentException(shown(key) + ": is not about access; want " + WANTED);
    }
    if (!AdminClientConfig.configNames().contains(key)) {
      throw new IllegalArgumentException(shown(key) + ": Kafka's clients have no such setting");
    }
    // An empty one means that any host may have the certificate.
    if (value.isBlank() && !key.equals(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG)) {
      throw new IllegalArgumentException(key + ": has no value");
    }
  }

  /** Who writes the others believes that they count. */
  private static void requireProtocol(Map<String, String> settings) {
    if (settings.containsKey(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)) {
      return;
    }
    settings.keySet().stream()
        .filter(key -> key.startsWith("ssl.") || key.startsWith("sasl."))
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException(
                  CommonClientConfigs.SECURITY_PROTOCOL_CONFIG
                      + ": required where "
                      + key
                      + " is set");
            });
  }

  private static void requireValues(Map<String, String> settings) {
    for (ConfigValue each : AdminClientConfig.configDef().validateAll(settings).values()) {
      String value = settings.get(each.name());
      if (value != null && !each.errorMessages().isEmpty()) {
        throw new IllegalArgumentException(each.name() + ": " + wanted(each, value));
      }
    }
  }

  /** What Kafka says of a value, without the value. */
  private static String wanted(ConfigValue refused, String value) {
    String message = refused.errorMessages().getFirst();
    String before = " for configuration " + refused.name() + ": ";
    int at = message.lastIndexOf(before);
    String reason =
        at < 0 ? "Kafka's clients do not take its value" : message.substring(at + before.length());
    return value.isBlank() ? reason : reason.replace(value.strip(), "…");
  }

  private static String shown(String key) {
    return NAME.matcher(key).matches()
        ? key
        : "a line that begins with no setting's name (does the one before it want a \\ at its"
            + " end?)";
  }

  /** Properties without a key that stands there twice, of which the last would count. */
  private static final class OncePerKey extends Properties {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized @Nullable Object put(Object key, Object value) {
      if (containsKey(key)) {
        throw new IllegalArgumentException(shown(key.toString()) + ": stands there more than once");
      }
      return super.put(key, value);
    }
  }
}
