package io.tidegate.fanout;

import io.tidegate.contract.Topics;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.throttle.Limit;
import io.tidegate.fanout.topology.StoreKind;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link FanoutConfig} from environment variables. Durations are ISO 8601, such as {@code
 * PT0.02S}; limits are {@code count/window/burst} with commas between, such as {@code 10/PT1S/5}.
 */
final class FanoutEnvironment {
  private static final String PREFIX = "TIDEGATE_FANOUT_";

  private final Map<String, String> environment;

  private FanoutEnvironment(Map<String, String> environment) {
    this.environment = environment;
  }

  static FanoutConfig read(Map<String, String> environment) {
    return new FanoutEnvironment(environment).config();
  }

  private FanoutConfig config() {
    String kafka = environment.get("TIDEGATE_KAFKA");
    FanoutConfig d = FanoutConfig.defaults(kafka == null ? "127.0.0.1:9092" : kafka);
    String prefix = environment.get("TIDEGATE_TOPIC_PREFIX");
    Topics topics = prefix == null ? d.topics() : new Topics(prefix);
    return new FanoutConfig(
        d.bootstrapServers(),
        topics,
        get("HOST", d.host(), text -> text),
        number("PORT", d.port()),
        text("ADVERTISED"),
        get("APPLICATION_ID", FanoutConfig.applicationId(topics), text -> text),
        text("INSTANCE_ID"),
        get("STATE_DIR", d.stateDir(), Path::of),
        get("STORE", d.store(), text -> StoreKind.valueOf(text.toUpperCase(Locale.ROOT))),
        number("THREADS", d.threads()),
        number("STANDBYS", d.standbys()),
        duration("COMMIT_INTERVAL", d.commitInterval()),
        duration("LINGER", d.linger()),
        duration("SESSION_TIMEOUT", d.sessionTimeout()),
        duration("DRAIN", d.drain()),
        sequencer(d.sequencer()));
  }

  private SequencerSettings sequencer(SequencerSettings d) {
    return new SequencerSettings(
        get("LIMITS", d.limits(), FanoutEnvironment::limits),
        number("MAILBOX_MAX_ENTRIES", d.maxEntries()),
        get("MAILBOX_MAX_BYTES", d.maxBytes(), Long::parseLong),
        duration("MAILBOX_MAX_AGE", d.maxAge()),
        duration("DEVICE_IDLE", d.deviceIdle()),
        number("MAX_DEVICES", d.maxDevices()),
        duration("DEDUPE_HORIZON", d.dedupeHorizon()),
        number("TURN_MESSAGES", d.turnMessages()),
        get("TURN_BYTES", d.turnBytes(), Long::parseLong));
  }

  private static List<Limit> limits(String text) {
    List<Limit> limits = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      String[] parts = each.strip().split("/", -1);
      if (parts.length != 3) {
        throw new IllegalArgumentException("want count/window/burst");
      }
      limits.add(
          new Limit(Long.parseLong(parts[0]), Duration.parse(parts[1]), Long.parseLong(parts[2])));
    }
    return limits;
  }

  private int number(String name, int otherwise) {
    return get(name, otherwise, Integer::parseInt);
  }

  private Duration duration(String name, Duration otherwise) {
    return get(name, otherwise, Duration::parse);
  }

  private @Nullable String text(String name) {
    String text = environment.get(PREFIX + name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  private <T> T get(String name, T otherwise, Function<String, T> parse) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          PREFIX + name + ": \"" + text + "\" is not acceptable: " + e.getMessage(), e);
    }
  }
}
