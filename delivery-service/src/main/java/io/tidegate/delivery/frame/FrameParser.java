package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
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
    JsonNode root;
    try {
      root = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new MalformedFrameException("frame", "not a JSON text");
    }
    if (!root.isObject()) {
      throw new MalformedFrameException("frame", "want a JSON object");
    }
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

  private static ClientFrame hello(JsonNode root) throws MalformedFrameException {
    return new ClientFrame.Greeting(
        user(root),
        device(root),
        string(root, ClientProtocol.TOKEN),
        new ClientFrame.Wishes(window(root), resume(root), urgency(root)));
  }

  private static @Nullable String user(JsonNode root) throws MalformedFrameException {
    String user = string(root, "user");
    if (user == null) {
      return null;
    }
    try {
      return new UserKey(UserKey.DEFAULT_TENANT, user).user();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int colon = message.indexOf(": ");
      throw new MalformedFrameException("user", message.substring(colon < 0 ? 0 : colon + 2));
    }
  }

  private static @Nullable String device(JsonNode root) throws MalformedFrameException {
    String device = string(root, "device");
    if (device == null) {
      return null;
    }
    if (!ClientProtocol.isDevice(device)) {
      throw new MalformedFrameException(
          "device", "want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
    }
    if (device.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedFrameException("device", "has a control character");
    }
    if (!UTF_8.newEncoder().canEncode(device)) {
      throw new MalformedFrameException("device", "has half a surrogate pair");
    }
    return device;
  }

  private static int window(JsonNode root) throws MalformedFrameException {
    JsonNode window = member(root, "window");
    if (window == null) {
      return ClientProtocol.DEFAULT_WINDOW;
    }
    if (!window.isIntegralNumber()
        || !window.canConvertToInt()
        || window.intValue() < 1
        || window.intValue() > ClientProtocol.MAX_WINDOW) {
      throw new MalformedFrameException(
          "window", "want an integer from 1 to " + ClientProtocol.MAX_WINDOW);
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

  private static Urgency urgency(JsonNode root) throws MalformedFrameException {
    String word = string(root, "urgency");
    if (word == null) {
      return Urgency.VERY_LOW;
    }
    Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw new MalformedFrameException("urgency", "want very-low, low, normal or high");
    }
    return urgency;
  }

  private static long count(JsonNode object, String name, String path)
      throws MalformedFrameException {
    JsonNode count = member(object, name);
    if (count == null) {
      throw new MalformedFrameException(path, "missing");
    }
    if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
      throw new MalformedFrameException(path, "want an integer of 0 or more");
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
