package io.tidegate.contract.kafka;

import static io.tidegate.contract.settings.Bounds.filled;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.token.OwnersFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a Kafka, which all clients take: where it is, and what it wants to be shown. The
 * values of {@code settings} may be secrets and are said nowhere, but for the words that Kafka
 * itself uses in what it answers, such as {@code PLAIN}.
 *
 * @param servers bootstrap servers, {@code host:port} with commas between
 * @param settings of clients, such as {@code security.protocol}; none: plain text, and no login
 * @param setBy what names the file that they are from, for errors: a variable or an option
 * @param file null: there is none
 */
public record KafkaAccess(
    String servers, Map<String, String> settings, String setBy, @Nullable Path file) {
  /** Names the file, for services. */
  public static final String VARIABLE = "TIDEGATE_KAFKA_CONFIG";

  /** Whose values are no secrets. */
  private static final Set<String> WORDS =
      Set.of(
          CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
          CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG,
          SaslConfigs.SASL_MECHANISM,
          SaslConfigs.SASL_KERBEROS_SERVICE_NAME,
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG);

  /** Nor are numbers, or what is on or off. */
  private static final Pattern PLAIN_VALUE = Pattern.compile("-?\\d+(\\.\\d+)?|true|false");

  private static final Pattern WITHIN =
      Pattern.compile("(?i)(?:pass|secret|token|key)\\w*\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))");

  private static final Logger LOGGER = LoggerFactory.getLogger(KafkaAccess.class);

  public KafkaAccess {
    filled("kafka", servers);
    settings = Map.copyOf(settings);
  }

  /** Plain text, and no login. */
  public static KafkaAccess plain(String servers) {
    return plain(servers, VARIABLE);
  }

  /**
   * Plain text, and no login.
   *
   * @param setBy what could have named a file
   */
  public static KafkaAccess plain(String servers, String setBy) {
    return new KafkaAccess(servers, Map.of(), setBy, null);
  }

  /**
   * @param setBy what names the file, for errors
   * @throws StartupException naming that, the file, the setting and the reason; never a value
   */
  public static KafkaAccess read(String servers, Path file, String setBy) throws StartupException {
    return new KafkaAccess(servers, new KafkaConfigFile(file).read(setBy), setBy, file);
  }

  /** What an operator should know of it, each in one line; mostly nothing. */
  public List<String> risks() {
    List<String> risks = new ArrayList<>();
    if (file != null && OwnersFile.isOpenToOthers(file)) {
      risks.add(
          "others than its owner may read or change "
              + file
              + ": whoever does can be to Kafka who we are; chmod 600");
    }
    String names = settings.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    if (names != null && names.isBlank()) {
      risks.add(
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG
              + " is empty: whoever has a certificate of a trusted authority, for whatever host,"
              + " can be Kafka to us");
    }
    if (SecurityProtocol.SASL_PLAINTEXT.name.equals(protocol())) {
      risks.add("the login goes to Kafka without TLS: whoever is between can read it");
    }
    return risks;
  }

  private String protocol() {
    return settings
        .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "")
        .strip()
        .toUpperCase(Locale.ROOT);
  }

  /** Logs the {@link #risks}; at the start of a service. */
  public void warn() {
    risks().forEach(LOGGER::warn);
  }

  /**
   * What a client is made with: its own settings, and those of access over them.
   *
   * @return to be changed by who asked
   */
  public Map<String, Object> with(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(own);
    all.putAll(settings);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
    return all;
  }

  /** The options with which Kafka's own tools take the same way. */
  public String toolOptions() {
    return "--bootstrap-server " + servers + (file == null ? "" : " --command-config " + file);
  }

  /**
   * Whether the file has other settings by now, which only a new process would use. Not where it
   * cannot be read, as while it is written.
   */
  public boolean isChanged() {
    Path read = file;
    if (read == null) {
      return false;
    }
    try {
      return !new KafkaConfigFile(read).read(setBy).equals(settings);
    } catch (StartupException e) {
      return false;
    }
  }

  /** Whether the setting's value is no secret. */
  static boolean isWord(String setting, String value) {
    return WORDS.contains(setting) || PLAIN_VALUE.matcher(value.strip()).matches();
  }

  /** The text, with every value of a setting left out that may be a secret. */
  String withoutValues(String text) {
    List<String> longestFirst =
        settings.entrySet().stream()
            .filter(each -> !isWord(each.getKey(), each.getValue()))
            .flatMap(each -> secrets(each.getValue()))
            .filter(value -> !value.isBlank())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    String left = text;
    for (String value : longestFirst) {
      left = left.replace(value, "…");
    }
    return left;
  }

  /** The value, and those that are within it where it is a login's. */
  private static Stream<String> secrets(String value) {
    return Stream.concat(
        Stream.of(value.strip()),
        WITHIN
            .matcher(value)
            .results()
            .map(each -> each.group(1) == null ? each.group(2) : each.group(1)));
  }

  /** Without a value. */
  @Override
  public String toString() {
    return "Kafka at " + servers + (settings.isEmpty() ? "" : ", by " + settings.keySet());
  }
}
