package io.tidegate.cli.keys;

import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tidegate keys}: who may use the HTTP ports, where they ask for keys. */
@Command(
    name = "keys",
    description = {
      "Issue, list, rotate and revoke API keys.",
      "They count where services run with TIDEGATE_INGEST_AUTH=keys and TIDEGATE_FANOUT_AUTH=keys."
          + " Changes hold within a second, and need no restart."
    },
    subcommands = {
      KeysCommand.Issue.class,
      KeysCommand.ListAll.class,
      KeysCommand.Rotate.class,
      KeysCommand.Revoke.class
    })
public final class KeysCommand {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Command(name = "issue", description = "Make a new key and print it, this once.")
  static final class Issue extends KeyCommand {
    @Option(
        names = "--tenant",
        defaultValue = UserKey.DEFAULT_TENANT,
        description = "Whose it is: 1 to 64 of [a-z0-9-] (default: ${DEFAULT-VALUE}).")
    String tenant = "";

    @Option(
        names = "--scope",
        required = true,
        split = ",",
        paramLabel = "SCOPE",
        description = "What it allows: send, groups, policies, replay, inspect, tokens, endpoints.")
    List<String> scopes = new ArrayList<>();

    @Option(names = "--name", description = "What to call it; up to 128 characters.")
    String name = "";

    @Option(
        names = "--expires",
        paramLabel = "DURATION",
        description = "After how long it is good for nothing, such as 90d (default: never).")
    @Nullable String expires;

    @Mixin QuotaOptions quota = new QuotaOptions();

    private final Set<Scope> allowed = EnumSet.noneOf(Scope.class);
    private @Nullable StoredKey stored;
    private final ApiKey key = ApiKey.random(RANDOM);

    @Override
    void requireOptions() {
      for (String word : scopes) {
        Scope scope = Scope.of(word);
        if (scope == null) {
          throw usage(
              "--scope: want some of send, groups, policies, replay, inspect, tokens, endpoints,"
                  + " got \""
                  + word
                  + '"');
        }
        allowed.add(scope);
      }
      long now = System.currentTimeMillis();
      long lifetime = expires == null ? StoredKey.NEVER : wanted(expires).toMillis();
      Quota own = quota.read(this);
      try {
        stored = StoredKey.of(key, tenant, allowed, name, now, lifetime).withQuota(own);
      } catch (IllegalArgumentException e) {
        throw usage("--" + e.getMessage());
      }
    }

    private Duration wanted(String text) {
      Duration duration = duration("--expires", text);
      if (duration.isZero() || duration.compareTo(Duration.ofDays(36_500)) > 0) {
        throw usage("--expires: want up to 36500d, and more than nothing, got \"" + text + '"');
      }
      return duration;
    }

    @Override
    int call(KeyTopic keys) throws StartupException, InterruptedException {
      if (stored == null) {
        throw new IllegalStateException("options come first");
      }
      keys.put(stored);
      showNew(key, stored);
      return 0;
    }
  }

  @Command(name = "list", description = "Show the keys, but not their secrets.")
  static final class ListAll extends KeyCommand {
    @Option(names = "--tenant", description = "Only those of this tenant.")
    @Nullable String tenant;

    @Override
    int call(KeyTopic keys) {
      List<StoredKey> shown =
          keys.all().stream().filter(key -> tenant == null || key.tenant().equals(tenant)).toList();
      if (output.json()) {
        output.json(Map.of("keys", shown.stream().map(KeyCommand::json).toList()));
        return 0;
      }
      output.line(row("ID", "TENANT", "SCOPES", "CREATED", "EXPIRES", "RATE", "BYTES", "NAME"));
      for (StoredKey key : shown) {
        output.line(
            row(
                key.id(),
                key.tenant(),
                scopes(key.scopes()),
                Rfc3339.format(key.createdMillis()),
                expiry(key),
                QuotaOptions.rate(key.quota()),
                QuotaOptions.bytes(key.quota()),
                key.name()));
      }
      return 0;
    }

    private static String row(Object... cells) {
      return String.format(
              Locale.ROOT, "%-12s  %-16s  %-36s  %-24s  %-24s  %-16s  %-13s  %s", cells)
          .stripTrailing();
    }
  }

  @Command(
      name = "rotate",
      description = {
        "Make a new key with the tenant, scopes, name, lifetime and quota of another, and print"
            + " it.",
        "The other holds for the time of the overlap."
      })
  static final class Rotate extends KeyCommand {
    @Parameters(paramLabel = "ID", description = "Of the key that goes.")
    String id = "";

    @Option(
        names = "--overlap",
        defaultValue = "24h",
        description = "How long the other still holds (default: ${DEFAULT-VALUE}).")
    String overlap = "";

    @Override
    void requireOptions() {
      requireId(id);
      if (duration("--overlap", overlap).compareTo(Duration.ofDays(366)) > 0) {
        throw usage("--overlap: want up to 366d, got \"" + overlap + '"');
      }
    }

    @Override
    int call(KeyTopic keys) throws StartupException, InterruptedException {
      StoredKey old = keys.find(id);
      if (old == null) {
        throw noSuchKey(id);
      }
      long now = System.currentTimeMillis();
      if (old.isExpired(now)) {
        throw new StartupException("the key " + id + " has expired; issue a new one");
      }
      StoredKey ending = old.expiringAt(now + duration("--overlap", overlap).toMillis());
      ApiKey key = ApiKey.random(RANDOM);
      StoredKey stored =
          StoredKey.of(key, old.tenant(), old.scopes(), old.name(), now, old.lifetimeMillis())
              .withQuota(old.quota());
      keys.put(stored);
      if (keys.find(id) != null) { // else it was revoked meanwhile, and stays so
        keys.put(ending);
      }
      showNew(key, stored);
      output.note("The key " + id + " holds until " + expiry(ending) + ".");
      return 0;
    }
  }

  @Command(name = "revoke", description = "End a key at once.")
  static final class Revoke extends KeyCommand {
    @Parameters(paramLabel = "ID", description = "Of the key.")
    String id = "";

    @Override
    void requireOptions() {
      requireId(id);
    }

    @Override
    int call(KeyTopic keys) throws StartupException, InterruptedException {
      if (keys.find(id) == null) {
        throw noSuchKey(id);
      }
      keys.revoke(id);
      if (output.json()) {
        output.json(Map.of("revoked", id));
      } else {
        output.line("revoked  " + id);
      }
      return 0;
    }
  }
}
