package io.tidegate.contract;

import java.time.Duration;
import java.util.HexFormat;

/** The names and bounds of the client protocol {@code tidegate.v1}; docs/PROTOCOL.md tells it. */
public final class ClientProtocol {
  /** The WebSocket subprotocol. */
  public static final String SUBPROTOCOL = "tidegate.v1";

  /** The subprotocol of CloudEvents' WebSockets binding, with one event in JSON a frame. */
  public static final String CLOUDEVENTS = "cloudevents.json";

  /** What the type of our own events begins with; what follows is an op. */
  public static final String CLOUDEVENT_TYPE = "io.tidegate.";

  public static final String CONNECT_PATH = "/v1/connect";

  /** Server-Sent Events. */
  public static final String STREAM_PATH = "/v1/stream";

  /** Long polling. */
  public static final String POLL_PATH = "/v1/poll";

  /** How long a poll waits that does not say. */
  public static final int WAIT_SECONDS = 25;

  public static final int MAX_WAIT_SECONDS = 60;

  /** Acks of clients whose transport has no way back. */
  public static final String ACKS_PATH = "/v1/acks";

  public static final String OP = "op";
  public static final String HELLO = "hello";
  public static final String WELCOME = "welcome";
  public static final String PUSH = "push";
  public static final String LIVE = "live";
  public static final String ACK = "ack";
  public static final String RESET = "reset";
  public static final String GOAWAY = "goaway";

  /** The last event of a stream, in place of a WebSocket's close frame. */
  public static final String CLOSE = "close";

  /** A new token for the session that stands, and its answer; the field of a hello too. */
  public static final String TOKEN = "token";

  public static final int DEFAULT_WINDOW = 256;
  public static final int MAX_WINDOW = 4096;

  /** A client acks after so many messages, or after {@link #ACK_MILLIS}. */
  public static final int ACK_EVERY = 16;

  public static final int ACK_MILLIS = 200;

  /** The device of a hello that names none. */
  public static final String DEFAULT_DEVICE = "default";

  public static final int MAX_DEVICE_CHARS = 128;

  /** For how long a token of ours may be good. */
  public static final Duration LEAST_TOKEN_LIFE = Duration.ofSeconds(1);

  public static final Duration MOST_TOKEN_LIFE = Duration.ofHours(24);

  private ClientProtocol() {}

  /** An epoch as clients see it: 16 hex digits, opaque to them. */
  public static String epoch(long epoch) {
    return HexFormat.of().toHexDigits(epoch);
  }

  /**
   * @throws NumberFormatException if {@code text} is no epoch of ours
   */
  public static long parseEpoch(String text) {
    if (text.length() != 16 || !text.chars().allMatch(HexFormat::isHexDigit)) {
      throw new NumberFormatException("want 16 hex digits");
    }
    return HexFormat.fromHexDigitsToLong(text);
  }

  /** Whether a device may be called that. */
  public static boolean isDevice(String name) {
    return !name.isEmpty() && name.length() <= MAX_DEVICE_CHARS;
  }
}
