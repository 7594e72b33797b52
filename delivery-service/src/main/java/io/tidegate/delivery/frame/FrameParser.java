package io.tidegate.delivery.frame;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.delivery.pace.Pace;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what clients say. Unknown members are ignored, so that clients can be newer than the
 * worker.
 */
public final class FrameParser {
  private static final String ACK_TYPE = ClientProtocol.CLOUDEVENT_TYPE + ClientProtocol.ACK;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_ECHO_CHARS = 24;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private FrameParser() {}

  /**
   * @param text UTF-8
   * @throws MalformedFrameException naming the field and the reason
   */
  public static ClientFrame parse(byte[] text) throws MalformedFrameException {
    JsonNode root = object("frame", text);
    String op = string(root, "op");
    if (op == null) {
      throw new MalformedFrameException("op", "missing");
    }
    return switch (op) {
      case ClientProtocol.HELLO -> hello(root);
      case ClientProtocol.TOKEN -> new ClientFrame.Renewal(string(root, ClientProtocol.TOKEN));
      case ClientProtocol.ACK -> new ClientFrame.Ack(count(root, "seq", "seq"));
      default -> throw new MalformedFrameException("op", "unknown: " + brief(op));
    };
  }

  /**
   * An event of a client, of which there is one kind: {@code io.tidegate.ack} with {@code data} as
   * {@code {"seq":…}}.
   *
   * @param text UTF-8
   * @throws MalformedFrameException naming the field and the reason
   */
  public static ClientFrame.Ack parseAckEvent(byte[] text) throws MalformedFrameException {
    JsonNode root = object("event", text);
    String type = string(root, "type");
    if (!ACK_TYPE.equals(type)) {
      throw new MalformedFrameException("type", "want " + ACK_TYPE);
    }
    JsonNode data = member(root, "data");
    if (data == null || !data.isObject()) {
      throw new MalformedFrameException("data", "want an object with seq");
    }
    return new ClientFrame.Ack(count(data, "seq", "data.seq"));
  }

  /**
   * An ack that comes by a request, {@code {"session":…,"seq":…}}.
   *
   * @param text any bytes
   * @throws MalformedFrameException naming the field and the reason
   */
  public static NamedAck parseAck(byte[] text) throws MalformedFrameException {
    if (!Utf8.isValid(text)) {
      throw new MalformedFrameException("body", "not UTF-8");
    }
    JsonNode root = object("body", text);
    String session = string(root, "session");
    if (session == null) {
      throw new MalformedFrameException("session", "missing");
    }
    return new NamedAck(SessionName.parse(session), count(root, "seq", "seq"));
  }

  private static JsonNode object(String field, byte[] text) throws MalformedFrameException {
    JsonNode root;
    try {
      root = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new MalformedFrameException(field, "not a JSON text");
    }
    if (!root.isObject()) {
      throw new MalformedFrameException(field, "want a JSON object");
    }
    return root;
  }

  private static ClientFrame hello(JsonNode root) throws MalformedFrameException {
    return new ClientFrame.Greeting(
        HelloFields.user(string(root, "user")),
        HelloFields.device(string(root, "device")),
        string(root, ClientProtocol.TOKEN),
        new ClientFrame.Wishes(
            window(root), resume(root), HelloFields.urgency(string(root, "urgency")), pace(root)));
  }

  private static Pace pace(JsonNode root) throws MalformedFrameException {
    JsonNode rate = member(root, "max_rate");
    if (rate != null && !rate.isNumber()) {
      throw new MalformedFrameException("max_rate", HelloFields.RATE);
    }
    return HelloFields.pace(
        rate == null ? null : rate.doubleValueOpt().orElse(Double.NaN),
        whole(root, "max_delay", HelloFields.DELAY),
        whole(root, "max_bytes_per_second", HelloFields.BYTES));
  }

  private static @Nullable Long whole(JsonNode root, String name, String wanted)
      throws MalformedFrameException {
    JsonNode number = member(root, name);
    if (number == null) {
      return null;
    }
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      throw new MalformedFrameException(name, wanted);
    }
    return number.longValue();
  }

  private static int window(JsonNode root) throws MalformedFrameException {
    JsonNode window = member(root, "window");
    if (window == null) {
      return ClientProtocol.DEFAULT_WINDOW;
    }
    if (!window.isIntegralNumber()
        || !window.canConvertToInt()
        || !HelloFields.isWindow(window.intValue())) {
      throw new MalformedFrameException("window", HelloFields.WINDOW);
    }
    return window.intValue();
  }

  private static ClientFrame.@Nullable Resume resume(JsonNode root) throws MalformedFrameException {
    JsonNode resume = member(root, "resume");
    if (resume == null) {
      return null;
    }
    if (!resume.isObject()) {
      throw new MalformedFrameException("resume", "want an object with epoch and seq");
    }
    JsonNode epoch = member(resume, "epoch");
    if (epoch == null || !epoch.isString()) {
      throw new MalformedFrameException("resume.epoch", "want 16 hex digits");
    }
    try {
      return new ClientFrame.Resume(
          ClientProtocol.parseEpoch(epoch.stringValue()), count(resume, "seq", "resume.seq"));
    } catch (NumberFormatException e) {
      throw new MalformedFrameException("resume.epoch", "want 16 hex digits");
    }
  }

  private static long count(JsonNode object, String name, String path)
      throws MalformedFrameException {
    JsonNode count = member(object, name);
    if (count == null) {
      throw new MalformedFrameException(path, "missing");
    }
    if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
      throw new MalformedFrameException(path, HelloFields.COUNT);
    }
    return count.longValue();
  }

  private static @Nullable String string(JsonNode object, String name)
      throws MalformedFrameException {
    JsonNode value = member(object, name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw new MalformedFrameException(name, "want a string");
    }
    return value.stringValue();
  }

  /** Null also for a JSON null: many clients write what they do not have as null. */
  private static @Nullable JsonNode member(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static String brief(String text) {
    String ascii = text.replaceAll("[^\\x20-\\x7e]", "?");
    return ascii.length() <= MAX_ECHO_CHARS ? ascii : ascii.substring(0, MAX_ECHO_CHARS) + "...";
  }
}
