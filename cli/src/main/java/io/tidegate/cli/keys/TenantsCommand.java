package io.tidegate.cli.keys;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Quota;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tidegate tenants}: what each tenant may use of each ingest instance. */
@Command(
    name = "tenants",
    description = {
      "Limit what a tenant may use of each ingest instance.",
      "It counts where instances run with TIDEGATE_INGEST_AUTH=keys, within a second and without a"
          + " restart. `keys issue --rate` limits a key."
    },
    subcommands = {TenantsCommand.Limit.class, TenantsCommand.ListAll.class})
public final class TenantsCommand {
  @Command(
      name = "limit",
      description = {
        "Set what a tenant may use with all its keys.",
        "It replaces what was set before; what is not named is as each instance is set."
      })
  static final class Limit extends KeyCommand {
    @Parameters(paramLabel = "TENANT", description = "1 to 64 of [a-z0-9-].")
    String tenant = "";

    @Mixin QuotaOptions options = new QuotaOptions();

    @Option(names = "--reset", description = "Take back what was set.")
    boolean reset;

    private Quota quota = Quota.UNSET;

    @Override
    void requireOptions() {
      try {
        UserKey.requireTenant(tenant);
      } catch (IllegalArgumentException e) {
        throw usage("TENANT: want 1 to 64 of [a-z0-9-], got \"" + tenant + '"');
      }
      if (reset != options.isEmpty()) {
        throw usage("want --rate, --bytes or both, or --reset");
      }
      quota = options.read(this);
    }

    @Override
    int call(KeyTopic keys) throws StartupException, InterruptedException {
      keys.limit(tenant, quota);
      if (output.json()) {
        output.json(shown(tenant, quota));
      } else {
        output.line("tenant   " + tenant);
        output.line("rate     " + QuotaOptions.rate(quota));
        output.line("bytes    " + QuotaOptions.bytes(quota));
      }
      output.note("It counts at instances that ask for keys (TIDEGATE_INGEST_AUTH=keys).");
      return 0;
    }
  }

  @Command(name = "list", description = "Show the tenants for which something is set.")
  static final class ListAll extends KeyCommand {
    @Override
    int call(KeyTopic keys) {
      SortedMap<String, Quota> tenants = keys.tenants();
      if (output.json()) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        tenants.forEach((tenant, quota) -> all.add(shown(tenant, quota)));
        output.json(Map.of("tenants", all));
        return 0;
      }
      output.line(row("TENANT", "RATE", "BYTES"));
      tenants.forEach(
          (tenant, quota) ->
              output.line(row(tenant, QuotaOptions.rate(quota), QuotaOptions.bytes(quota))));
      return 0;
    }

    private static String row(Object... cells) {
      return String.format(Locale.ROOT, "%-24s  %-24s  %s", cells);
    }
  }

  private static Map<String, @Nullable Object> shown(String tenant, Quota quota) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("tenant", tenant);
    QuotaOptions.json(json, quota);
    return json;
  }
}
