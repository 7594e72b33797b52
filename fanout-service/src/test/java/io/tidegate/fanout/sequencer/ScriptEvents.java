package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.fanout.sequencer.UserEvent.Resume;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of a script.
 *
 * <pre>
 * message m1 [high|low|very-low] [ttl=10s] [at=1h] [collapse=k] [bytes=100]
 * phone up s1 [window=2] [resume=e1:3] [urgency=high] [said=5s]
 *                                          a device connects; e1 is the first epoch shown
 * s1 down
 * s1 unknown
 * s1 ack 3 [e2]                            of the user's last epoch shown, or of the one named
 * s1 ack 3 by phone                        by a request of that device's
 * set {"timezone":"Europe/Berlin"}         settings of the user, without blanks; nothing: none
 * wake                                     a wake-up that nobody asked for
 * taken 2                                  slot 0 is in its incarnation 2
 * </pre>
 *
 * {@code at} is an instant of the script, {@code ttl} counts from the line's time less the {@code
 * age} before it.
 */
final class ScriptEvents {
  private static final int DEFAULT_WINDOW = 100;

  private final ScriptText text;

  ScriptEvents(ScriptText text) {
    this.text = text;
  }

  UserEvent parse(String line, long now) {
    List<String> words = Arrays.asList(line.split(" "));
    if (words.getFirst().equals("wake")) {
      return new UserEvent.Due();
    }
    if (words.getFirst().equals("taken")) {
      return new UserEvent.SlotsTaken(Map.of(0, Long.parseLong(words.get(1))));
    }
    if (words.getFirst().equals("set")) {
      return new UserEvent.SettingsChanged(words.size() == 1 ? "" : words.get(1));
    }
    if (words.getFirst().equals("message")) {
      return new UserEvent.Arrived(message(words.subList(1, words.size()), now));
    }
    List<String> options = words.subList(2, words.size());
    return switch (words.get(1)) {
      case "up" -> up(words.getFirst(), options, now);
      case "down" -> new UserEvent.SessionDown(ScriptText.session(words.getFirst()));
      case "unknown" -> new UserEvent.SessionUnknown(ScriptText.session(words.getFirst()));
      case "ack" -> acked(words.getFirst(), options);
      default -> throw new IllegalArgumentException("no such event: " + line);
    };
  }

  private UserEvent.Acked acked(String session, List<String> options) {
    boolean byRequest = options.contains("by");
    boolean refused = options.contains("refused");
    boolean named = options.size() == 2 && !refused;
    return new UserEvent.Acked(
        ScriptText.session(session),
        named ? text.epoch(options.getLast()) : text.lastEpoch(),
        Long.parseLong(options.getFirst()),
        byRequest ? options.getLast() : null,
        refused);
  }

  private UserEvent.SessionUp up(String device, List<String> options, long now) {
    int window = DEFAULT_WINDOW;
    Resume resume = null;
    long said = now;
    Urgency urgency = Urgency.VERY_LOW;
    for (String option : options.subList(1, options.size())) {
      String value = option.substring(option.indexOf('=') + 1);
      if (option.startsWith("window=")) {
        window = Integer.parseInt(value);
      } else if (option.startsWith("resume=")) {
        String[] cursor = value.split(":", -1);
        resume = new Resume(text.epoch(cursor[0]), Long.parseLong(cursor[1]));
      } else if (option.startsWith("urgency=")) {
        urgency = urgency(value);
      } else if (option.startsWith("said=")) {
        said = ScriptTime.instant(value);
      } else {
        throw new IllegalArgumentException("no option of up: " + option);
      }
    }
    SessionRef session = ScriptText.session(options.getFirst());
    return new UserEvent.SessionUp(session, device, window, resume, urgency, said);
  }

  private static Message message(List<String> words, long now) {
    Urgency urgency = Urgency.NORMAL;
    long time = now;
    long expiry = Message.NEVER;
    long deliverAt = 0;
    String collapseKey = null;
    String category = null;
    String source = "/script";
    int bytes = 1;
    for (String word : words.subList(1, words.size())) {
      String value = word.substring(word.indexOf('=') + 1);
      if (word.startsWith("age=")) {
        time = now - ScriptTime.millis(value);
      } else if (word.startsWith("ttl=")) {
        expiry = time + ScriptTime.millis(value);
      } else if (word.startsWith("at=")) {
        deliverAt = ScriptTime.instant(value);
      } else if (word.startsWith("collapse=")) {
        collapseKey = value;
      } else if (word.startsWith("category=")) {
        category = value;
      } else if (word.startsWith("source=")) {
        source = value;
      } else if (word.startsWith("bytes=")) {
        bytes = Integer.parseInt(value);
      } else {
        urgency = urgency(word);
      }
    }
    return new Message(
        words.getFirst(),
        source,
        "test",
        time,
        urgency,
        expiry,
        deliverAt,
        collapseKey,
        category,
        null,
        null,
        new byte[bytes]);
  }

  private static Urgency urgency(String word) {
    @Nullable Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw new IllegalArgumentException("no option of message: " + word);
    }
    return urgency;
  }
}
