package io.tidegate.cli.keys;

import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.token.Revocation;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidegate revoke}: tokens of devices that are not to be taken any more. */
@Command(
    name = "revoke",
    description = {
      "Refuse tokens of devices that were issued until now, of a user, of one of the user's"
          + " devices, or one token, and close the sessions that are open by them.",
      "It counts where delivery services run with TIDEGATE_DELIVERY_AUTH=tokens, within seconds."
          + " `tidegate keys revoke` revokes API keys."
    },
    subcommands = {RevokeCommand.ListAll.class, RevokeCommand.Undo.class})
public final class RevokeCommand extends TopicCommand<RevocationTopic> {
  private static final Duration MOST_LIFE = Duration.ofDays(400);

  @Mixin RevokedOptions meant = new RevokedOptions();

  @Option(
      names = "--before",
      paramLabel = "TIME",
      description =
          "Of a user or a device: tokens that were issued then or before, such as"
              + " 2026-11-28T12:00:00Z (default: now).")
  @Nullable String before;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "8d",
      description =
          "How long to remember it, up to 400d: as long as the tokens live, so at least"
              + " TIDEGATE_DELIVERY_TOKEN_MAX_LIFE and TIDEGATE_DELIVERY_TOKEN_SKEW together"
              + " (default: ${DEFAULT-VALUE}, for 7d and 30s).")
  String life = "";

  private @Nullable Revocation revocation;

  @Override
  void requireOptions() {
    long now = System.currentTimeMillis();
    Duration wanted = duration("--for", life);
    if (wanted.isZero() || wanted.compareTo(MOST_LIFE) > 0) {
      throw usage("--for: want up to 400d, and more than nothing, got \"" + life + '"');
    }
    if (before != null && meant.token != null) {
      throw usage("--before: only with --user");
    }
    long from = before == null ? now : time(before);
    // Those that are issued until a time to come live after it.
    revocation = meant.read(this, from, Math.max(now, from) + wanted.toMillis());
  }

  private long time(String text) {
    try {
      return Rfc3339.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw usage("--before: want a time such as 2026-11-28T12:00:00Z, got \"" + text + '"');
    }
  }

  @Override
  RevocationTopic open(KafkaAccess kafka, Topics topics)
      throws StartupException, InterruptedException {
    return RevocationTopic.open(kafka, topics);
  }

  @Override
  int call(RevocationTopic revocations) throws StartupException, InterruptedException {
    if (revocation == null) {
      throw new IllegalStateException("options come first");
    }
    Revocation written = revocations.put(revocation, System.currentTimeMillis());
    if (output.json()) {
      output.json(json(written));
      return 0;
    }
    output.line("revoked  " + meaning(written));
    if (written.kind() != Revocation.Kind.TOKEN) {
      output.line("before   " + Rfc3339.format(written.beforeMillis()));
    }
    output.line("until    " + Rfc3339.format(written.untilMillis()));
    return 0;
  }

  @Command(name = "list", description = "Show what is revoked.")
  static final class ListAll extends TopicCommand<RevocationTopic> {
    @Option(names = "--tenant", description = "Only what is of this tenant.")
    @Nullable String tenant;

    @Override
    RevocationTopic open(KafkaAccess kafka, Topics topics)
        throws StartupException, InterruptedException {
      return RevocationTopic.open(kafka, topics);
    }

    @Override
    int call(RevocationTopic revocations) {
      List<Revocation> shown =
          revocations.all(System.currentTimeMillis()).stream()
              .filter(each -> tenant == null || each.tenant().equals(tenant))
              .toList();
      if (output.json()) {
        output.json(Map.of("revocations", shown.stream().map(RevokeCommand::json).toList()));
        return 0;
      }
      output.line(row("BEFORE", "UNTIL", "REVOKED"));
      for (Revocation each : shown) {
        output.line(
            row(
                Rfc3339.format(each.beforeMillis()),
                Rfc3339.format(each.untilMillis()),
                meaning(each)));
      }
      return 0;
    }

    private static String row(Object... cells) {
      return String.format(Locale.ROOT, "%-24s  %-24s  %s", cells);
    }
  }

  @Command(
      name = "undo",
      description = {
        "Take a revocation back, named as it was made: its tokens are taken again.",
        "Sessions that were closed stay so until their clients come again."
      })
  static final class Undo extends TopicCommand<RevocationTopic> {
    @Mixin RevokedOptions meant = new RevokedOptions();

    private @Nullable Revocation revocation;

    @Override
    void requireOptions() {
      revocation = meant.read(this, 1, 1);
    }

    @Override
    RevocationTopic open(KafkaAccess kafka, Topics topics)
        throws StartupException, InterruptedException {
      return RevocationTopic.open(kafka, topics);
    }

    @Override
    int call(RevocationTopic revocations) throws StartupException, InterruptedException {
      if (revocation == null) {
        throw new IllegalStateException("options come first");
      }
      String meaning = meaning(revocation);
      if (!revocations.undo(revocation.key(), System.currentTimeMillis())) {
        throw new StartupException(
            meaning + " is not revoked; `tidegate revoke list` shows what is");
      }
      if (output.json()) {
        output.json(Map.of("undone", meaning));
      } else {
        output.line("undone   " + meaning);
      }
      return 0;
    }
  }

  private static String meaning(Revocation revocation) {
    return switch (revocation.kind()) {
      case USER -> "user " + new UserKey(revocation.tenant(), revocation.subject());
      case DEVICE ->
          "user "
              + new UserKey(revocation.tenant(), revocation.subject())
              + ", device "
              + revocation.device();
      case TOKEN -> "token " + revocation.tokenId() + " of " + revocation.tenant();
    };
  }

  private static Map<String, @Nullable Object> json(Revocation revocation) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("tenant", revocation.tenant());
    json.put("user", orNull(revocation.subject()));
    json.put("device", orNull(revocation.device()));
    json.put("token", orNull(revocation.tokenId()));
    json.put("before", Rfc3339.format(revocation.beforeMillis()));
    json.put("until", Rfc3339.format(revocation.untilMillis()));
    return json;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** What is meant, on a command line. */
  static final class RevokedOptions {
    @Option(names = "--user", paramLabel = "USER", description = "All tokens of this user.")
    @Nullable String user;

    @Option(
        names = "--device",
        description =
            "Only what is shown for this device of the user. A token that names no device may"
                + " still be shown for another.")
    @Nullable String device;

    @Option(
        names = "--token",
        paramLabel = "ID",
        description = "Only the token of this id (its jti); --tenant must say whose.")
    @Nullable String token;

    @Option(
        names = "--tenant",
        description = "The user's, or the token's (default for a user: default).")
    @Nullable String tenant;

    /** Throws what {@link TopicCommand#usage} makes. */
    Revocation read(TopicCommand<?> command, long beforeMillis, long untilMillis) {
      if ((user == null) == (token == null)) {
        throw command.usage("want --user or --token");
      }
      if (token != null && device != null) {
        throw command.usage("--device: only with --user");
      }
      if (token != null && tenant == null) {
        throw command.usage("--tenant: whose is the token?");
      }
      try {
        String whose = tenant == null ? UserKey.DEFAULT_TENANT : tenant;
        if (user == null) {
          return Revocation.ofToken(whose, String.valueOf(token), beforeMillis, untilMillis);
        }
        UserKey all = new UserKey(whose, user);
        return device == null
            ? Revocation.ofUser(all, beforeMillis, untilMillis)
            : Revocation.ofDevice(all, device, beforeMillis, untilMillis);
      } catch (IllegalArgumentException e) {
        throw command.usage("--" + e.getMessage());
      }
    }
  }
}
