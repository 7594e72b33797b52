package io.tidegate.loadtest.profile;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Profiles from YAML. Every field may be absent but {@code phases}. */
public final class ProfileReader {
  /** Of the YAML. */
  public static final int MAX_CHARS = 65_536;

  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_PARTS = 100;
  private static final Duration DAY = Duration.ofDays(1);

  private ProfileReader() {}

  /**
   * @param name for reports
   * @throws InvalidProfileException naming the field and the reason
   */
  public static Profile read(String name, String yaml) {
    if (yaml.length() > MAX_CHARS) {
      throw new InvalidProfileException(
          "", "%,d characters, want at most %,d".formatted(yaml.length(), MAX_CHARS));
    }
    Section top = new Section("", tree(name, yaml));
    Receivers receivers = receivers(top);
    Profile profile =
        new Profile(
            name,
            top.text("description", "", 500),
            receivers,
            connecting(top.section("connect")),
            sending(top.section("send"), receivers),
            policy(top.get("policy")),
            phases(top),
            happenings(top),
            top.duration("warm_up", Duration.ZERO, Duration.ZERO, DAY),
            top.duration("drain", Duration.ofSeconds(15), Duration.ofSeconds(1), DAY));
    top.end();
    return profile;
  }

  private static JsonNode tree(String name, String yaml) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(name).build();
      return JsonMapper.shared().valueToTree(new Load(settings).loadFromString(yaml));
    } catch (YamlEngineException e) {
      throw new InvalidProfileException("", "not YAML: " + e.getMessage());
    }
  }

  private static Receivers receivers(Section top) {
    Receivers.Kind kind = top.choice("to", Receivers.Kind.USER, Receivers.Kind::word);
    int users = top.integer("users", 1_000, 1, Receivers.MOST_USERS);
    int devices = top.integer("devices", 1, 1, 100);
    Section groups = top.section("groups");
    if (kind != Receivers.Kind.GROUP && top.has("groups")) {
      throw new InvalidProfileException("groups", "want them with to: group only");
    }
    int count = groups.integer("count", 1, 1, users);
    int members = groups.integer("members", Math.max(1, users / count), 1, users);
    groups.end();
    return new Receivers(kind, users, devices, count, members, top.number("zipf", 0, 0, 5));
  }

  private static Connecting connecting(Section connect) {
    Connecting connecting =
        new Connecting(
            connect.has("sse") ? connect.share("sse") : 0,
            connect.number("per_second", 1_000, 1, 100_000),
            connect.integer("window", 256, 1, 4_096));
    connect.end();
    return connecting;
  }

  private static Sending sending(Section send, Receivers receivers) {
    Sending.Through through = send.choice("through", Sending.Through.REST, Sending.Through::word);
    boolean batches = through == Sending.Through.BATCH;
    if (!batches && (send.has("batch") || send.has("linger"))) {
      throw new InvalidProfileException(send.path("batch"), "want it with through: batch only");
    }
    if (through == Sending.Through.KAFKA && receivers.kind() != Receivers.Kind.USER) {
      throw new InvalidProfileException(
          send.path("through"), "want rest or batch with to: group or all");
    }
    Sending sending =
        new Sending(
            through,
            batches ? send.integer("batch", 100, 1, 1_000) : 1,
            send.duration("linger", Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(10)),
            send.integer("bytes", 200, 16, MOST_BYTES),
            send.choice("urgency", Urgency.NORMAL, Urgency::word),
            send.has("ttl") ? seconds(send) : null,
            send.has("category") ? send.text("category", "", Message.MAX_ATTRIBUTE_CHARS) : null,
            send.truth("collapse", false),
            send.truth("again", true));
    send.end();
    return sending;
  }

  private static Integer seconds(Section send) {
    Duration ttl = send.duration("ttl", Duration.ZERO, Duration.ZERO, Duration.ofDays(30));
    if (ttl.toNanosPart() != 0) {
      throw new InvalidProfileException(send.path("ttl"), "want whole seconds");
    }
    return (int) ttl.toSeconds();
  }

  private static @Nullable String policy(JsonNode policy) {
    if (policy.isMissingNode()) {
      return null;
    }
    try {
      Policy.parse(policy.toString());
    } catch (InvalidPolicyException e) {
      throw new InvalidProfileException("policy", String.valueOf(e.getMessage()));
    }
    return policy.toString();
  }

  private static List<Phase> phases(Section top) {
    List<Phase> phases = new ArrayList<>();
    for (Section section : top.required("phases").sections("phases", MOST_PARTS)) {
      Phase phase = phase(section);
      section.end();
      if (phase.messages() < 1) {
        throw new InvalidProfileException(section.path("rate"), "no message falls due");
      }
      phases.add(phase);
    }
    return phases;
  }

  private static Phase phase(Section section) {
    if (section.has("burst")) {
      int burst = section.integer("burst", 1, 1, (int) Profile.MOST_MESSAGES);
      return Phase.burst(section.text("name", Phase.madeUp(0, 0, burst), 60), burst);
    }
    Duration length =
        section.required("for").duration("for", Duration.ZERO, Duration.ofMillis(100), DAY);
    double rate = section.required("rate").number("rate", 0, 0, Phase.MOST_RATE);
    double until = section.number("until", rate, 0, Phase.MOST_RATE);
    String name = section.text("name", Phase.madeUp(rate, until, 0), 60);
    return new Phase(name, length, rate, until, 0);
  }

  private static List<Happening> happenings(Section top) {
    List<Happening> happenings = new ArrayList<>();
    for (Section section : top.sections("events", MOST_PARTS)) {
      Duration at = section.required("at").duration("at", Duration.ZERO, Duration.ZERO, DAY);
      List<Happening.Kind> kinds = new ArrayList<>();
      for (Happening.Kind kind : Happening.Kind.values()) {
        if (section.has(kind.word())) {
          kinds.add(kind);
        }
      }
      if (kinds.size() != 1) {
        throw new InvalidProfileException(
            section.path("at"), "want one of cut, stop_reading and leave beside it");
      }
      Happening.Kind kind = kinds.getFirst();
      Duration length = Duration.ZERO;
      if (kind != Happening.Kind.CUT) {
        length = section.required("for").duration("for", length, Duration.ofMillis(100), DAY);
      }
      happenings.add(new Happening(kind, at, section.share(kind.word()), length));
      section.end();
    }
    return happenings;
  }
}
