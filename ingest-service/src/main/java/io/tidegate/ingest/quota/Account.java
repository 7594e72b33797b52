package io.tidegate.ingest.quota;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a tenant has used, and each of its keys. Whoever uses it holds its monitor. */
final class Account {
  private final Usage tenant = new Usage();
  private final Map<String, Usage> keys = new HashMap<>();

  Usage tenant() {
    return tenant;
  }

  /** How many usages it would have more for {@code key}. */
  int lacks(@Nullable String key) {
    return key == null || keys.containsKey(key) ? 0 : 1;
  }

  Usage key(String key) {
    return keys.computeIfAbsent(key, _ -> new Usage());
  }

  /** Forgets keys that are as good as new; returns how many. */
  int forgetIdleKeys(long now) {
    int before = keys.size();
    keys.values().removeIf(usage -> usage.isIdle(now));
    return before - keys.size();
  }

  /** Forgets the key if it is as good as new; returns whether. */
  boolean forgetIfIdle(String key, long now) {
    Usage usage = keys.get(key);
    return usage != null && usage.isIdle(now) && keys.remove(key) != null;
  }

  boolean isIdle(long now) {
    return keys.isEmpty() && tenant.isIdle(now);
  }
}
