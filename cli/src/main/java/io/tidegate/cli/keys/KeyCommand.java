package io.tidegate.cli.keys;

import io.tidegate.cli.Output;
import io.tidegate.cli.topics.KafkaAddress;
import io.tidegate.cli.topics.KafkaOptions;
import io.tidegate.contract.DurationText;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands about keys have in common: where the keys are, and how they are shown. */
abstract class KeyCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin KafkaAddress address = new KafkaAddress();

  @Option(
      names = "--prefix",
      defaultValue = "${env:TIDEGATE_TOPIC_PREFIX:-tidegate}",
      description = "What the topics' names begin with (default: ${DEFAULT-VALUE}).")
  String prefix = "";

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    Topics topics;
    try {
      topics = new Topics(prefix);
    } catch (IllegalArgumentException e) {
      throw usage(KafkaOptions.optionNamed(String.valueOf(e.getMessage())));
    }
    requireOptions();
    try (KeyTopic keys = KeyTopic.open(address.value(), topics)) {
      return call(keys);
    }
  }

  /** Throws a {@link CommandLine.ParameterException} before Kafka is asked. */
  void requireOptions() {}

  abstract int call(KeyTopic keys) throws StartupException, InterruptedException;

  final CommandLine.ParameterException usage(String line) {
    return new CommandLine.ParameterException(spec.commandLine(), line);
  }

  /**
   * @throws CommandLine.ParameterException naming the option
   */
  final Duration duration(String option, String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw usage(option + ": " + e.getMessage() + ", got \"" + text + '"');
    }
  }

  final void requireId(String id) {
    try {
      var _ = ApiKey.requireId(id);
    } catch (IllegalArgumentException e) {
      throw usage("ID: want 12 of [a-z0-9], as `tidegate keys list` shows them");
    }
  }

  static StartupException noSuchKey(String id) {
    return new StartupException("there is no key " + id + "; `tidegate keys list` shows all");
  }

  /** The one time that the key itself is shown. */
  final void showNew(ApiKey key, StoredKey stored) {
    if (output.json()) {
      Map<String, @Nullable Object> all = json(stored);
      all.put("key", key.text());
      output.json(all);
      return;
    }
    output.line("key      " + key.text());
    output.line("id       " + stored.id());
    output.line("tenant   " + stored.tenant());
    output.line("scopes   " + scopes(stored.scopes()));
    output.line("expires  " + expiry(stored));
    if (!stored.quota().isUnset()) {
      output.line("rate     " + QuotaOptions.rate(stored.quota()));
      output.line("bytes    " + QuotaOptions.bytes(stored.quota()));
    }
    output.note("Keep the key now: only a hash of it is stored, and nobody can show it again.");
  }

  static Map<String, @Nullable Object> json(StoredKey key) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", key.id());
    json.put("tenant", key.tenant());
    json.put("scopes", new TreeSet<>(key.scopes().stream().map(Scope::word).toList()));
    json.put("name", key.name());
    json.put("created", Rfc3339.format(key.createdMillis()));
    json.put(
        "expires",
        key.expiresMillis() == StoredKey.NEVER ? null : Rfc3339.format(key.expiresMillis()));
    QuotaOptions.json(json, key.quota());
    return json;
  }

  static String scopes(Set<Scope> scopes) {
    return scopes.stream().map(Scope::word).sorted().collect(Collectors.joining(","));
  }

  static String expiry(StoredKey key) {
    return key.expiresMillis() == StoredKey.NEVER ? "never" : Rfc3339.format(key.expiresMillis());
  }
}
