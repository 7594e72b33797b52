package io.tidegate.cli.keys;

import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.kafka.KafkaAccess;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the commands about keys have in common: where the keys are, and how they are shown. */
abstract class KeyCommand extends TopicCommand<KeyTopic> {
  @Override
  final KeyTopic open(KafkaAccess kafka, Topics topics)
      throws StartupException, InterruptedException {
    return KeyTopic.open(kafka, topics);
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
    for (Scope scope : stored.scopes()) {
      if (scope.isForLater()) {
        output.note(
            "Warning: the scope "
                + scope.word()
                + " allows nothing yet; in a later version this key may do what it is for then.");
      }
    }
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
