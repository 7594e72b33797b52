package io.tidegate.client.rule;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a worker says. What only a newer worker says is passed over. */
public final class FrameReader {
  /** Of counts: so that each is a {@link Cursor}'s. */
  private static final long MOST = 999_999_999_999_999_999L;

  private FrameReader() {}

  /**
   * One frame; null: one that only a newer client knows.
   *
   * @throws FrameException naming the field that is none of the protocol's
   */
  public static @Nullable Frame read(String text) throws FrameException {
    return frame(JsonTree.read(text));
  }

  /**
   * The answer to a poll: its welcome, if it has one, then its frames.
   *
   * @throws FrameException naming the field that is none of the protocol's
   */
  public static List<Frame> readPoll(String text) throws FrameException {
    Map<String, Object> answer = JsonTree.read(text);
    List<Frame> frames = new ArrayList<>();
    Object welcome = answer.get("welcome");
    if (welcome != null) {
      add(frames, welcome, "welcome");
    }
    for (Object each : list(answer, "frames")) {
      add(frames, each, "frames");
    }
    return frames;
  }

  /** What a problem says is wrong; null: the text is no problem, or says nothing. */
  public static @Nullable String readDetail(String text) {
    try {
      return JsonTree.read(text).get("detail") instanceof String detail ? detail : null;
    } catch (FrameException e) {
      return null;
    }
  }

  private static void add(List<Frame> frames, Object value, String name) throws FrameException {
    Frame frame = frame(map(value, name));
    if (frame != null) {
      frames.add(frame);
    }
  }

  private static @Nullable Frame frame(Map<String, Object> fields) throws FrameException {
    return switch (word(fields, "op")) {
      case "welcome" ->
          new Frame.Welcome(
              cursor(fields),
              mode(word(fields, "mode")),
              count(fields, "head"),
              word(fields, "session"));
      case "push" -> new Frame.Push(count(fields, "prev"), messages(fields, true));
      case "live" -> new Frame.Live(messages(fields, false));
      case "reset" -> new Frame.Reset(cursor(fields));
      case "goaway" -> new Frame.GoAway(range(list(fields, "retry_after_ms")));
      case "token" -> new Frame.Token(count(fields, "expires_in_ms"));
      case "close" ->
          new Frame.Close(
              (int) Math.min(Integer.MAX_VALUE, count(fields, "code")),
              word(fields, "reason"),
              word(fields, "reconnect"));
      default -> null;
    };
  }

  /** A mode of a newer worker: the client then forgets what it had, which is never wrong. */
  private static Mode mode(String word) {
    return switch (word) {
      case "fresh" -> Mode.FRESH;
      case "resumed" -> Mode.RESUMED;
      default -> Mode.RESET;
    };
  }

  private static Cursor cursor(Map<String, Object> fields) throws FrameException {
    try {
      return new Cursor(word(fields, "epoch"), count(fields, "seq"));
    } catch (IllegalArgumentException e) {
      throw fault("epoch or seq");
    }
  }

  private static Range range(List<?> bounds) throws FrameException {
    if (bounds.size() < 2
        || !(bounds.get(0) instanceof Long least)
        || !(bounds.get(1) instanceof Long most)
        || least < 0
        || most < 0) {
      throw fault("retry_after_ms");
    }
    return Range.of(least, most);
  }

  private static List<Message> messages(Map<String, Object> fields, boolean numbered)
      throws FrameException {
    List<Message> messages = new ArrayList<>();
    for (Object each : list(fields, "messages")) {
      Map<String, Object> message = map(each, "messages");
      messages.add(message(message, numbered ? count(message, "seq") : 0));
    }
    return messages;
  }

  private static Message message(Map<String, Object> fields, long seq) throws FrameException {
    String type = fields.get("datacontenttype") instanceof String given ? given : null;
    return new Message(
        word(fields, "id"),
        word(fields, "source"),
        word(fields, "type"),
        word(fields, "time"),
        Urgency.of(word(fields, "urgency")),
        seq,
        null,
        type,
        text(fields.get("data"), type),
        fields.get("data_base64") instanceof String base64 ? base64 : null);
  }

  private static @Nullable String text(@Nullable Object data, @Nullable String type)
      throws FrameException {
    if (!(data instanceof JsonTree.Payload payload)) {
      return null;
    }
    boolean isText = type != null && type.toLowerCase(Locale.ROOT).startsWith("text/");
    String said = isText ? JsonTree.string(payload.json()) : null;
    return said == null ? payload.json() : said;
  }

  /** A text; empty: there is none. */
  private static String word(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String word ? word : "";
  }

  private static long count(Map<String, Object> fields, String name) throws FrameException {
    if (fields.get(name) instanceof Long count && count >= 0 && count <= MOST) {
      return count;
    }
    throw fault(name);
  }

  private static List<?> list(Map<String, Object> fields, String name) throws FrameException {
    if (fields.get(name) instanceof List<?> list) {
      return list;
    }
    throw fault(name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value, String name) throws FrameException {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw fault(name);
  }

  private static FrameException fault(String field) {
    return new FrameException(field + " is not of the protocol");
  }
}
