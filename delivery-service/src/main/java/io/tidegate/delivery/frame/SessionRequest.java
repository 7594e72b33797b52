package io.tidegate.delivery.frame;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.delivery.pace.Pace;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A hello that is made of an HTTP request. Unknown parameters are ignored, so that clients can be
 * newer than the worker.
 *
 * @param ackOnWrite of a stream: whether what was written to the socket counts as acked
 * @param waitSeconds of a poll: how long to wait for something to say, 0 to {@link
 *     ClientProtocol#MAX_WAIT_SECONDS}
 */
public record SessionRequest(ClientFrame.Greeting greeting, boolean ackOnWrite, int waitSeconds) {
  private static final String TOKEN = "access_token";
  private static final String CURSOR = "cursor";
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,9})?");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([^ ]+) *");

  /**
   * @param query what stands behind the question mark; empty: nothing
   * @param authorization the values of all Authorization headers
   * @param lastEventId of a stream, the header of that name: what a browser received last, be it
   *     stored or not. So it takes the place of the parameter {@code cursor}, which is of its first
   *     try, and counts as a cursor only where what was written is acked; else the device's acks
   *     say where it goes on. Null: there is none
   * @throws MalformedFrameException naming the parameter or header and the reason
   */
  public static SessionRequest parse(
      String query, List<String> authorization, @Nullable String lastEventId)
      throws MalformedFrameException {
    Map<String, String> parameters = QueryText.parse(query);
    boolean ackOnWrite = ackOnWrite(parameters.get("ack"));
    return new SessionRequest(
        new ClientFrame.Greeting(
            HelloFields.user(parameters.get("user")),
            HelloFields.device(parameters.get("device")),
            token(parameters.get(TOKEN), authorization),
            new ClientFrame.Wishes(
                window(parameters.get("window")),
                resume(parameters.get(CURSOR), lastEventId, ackOnWrite),
                HelloFields.urgency(parameters.get("urgency")),
                pace(parameters))),
        ackOnWrite,
        waitSeconds(parameters.get("wait")));
  }

  /** One place alone, as RFC 6750, section 2, asks for. */
  private static @Nullable String token(@Nullable String parameter, List<String> authorization)
      throws MalformedFrameException {
    if (authorization.isEmpty()) {
      return parameter;
    }
    if (parameter != null) {
      throw new MalformedFrameException(TOKEN, "there is an Authorization too");
    }
    Matcher bearer = BEARER.matcher(authorization.getFirst());
    if (authorization.size() > 1 || !bearer.matches()) {
      throw new MalformedFrameException("Authorization", "want Bearer and one token");
    }
    return bearer.group(1);
  }

  private static int window(@Nullable String text) throws MalformedFrameException {
    if (text == null) {
      return ClientProtocol.DEFAULT_WINDOW;
    }
    int window = number(text);
    if (!HelloFields.isWindow(window)) {
      throw new MalformedFrameException("window", HelloFields.WINDOW);
    }
    return window;
  }

  private static Pace pace(Map<String, String> parameters) throws MalformedFrameException {
    String rate = parameters.get("max_rate");
    if (rate != null && !DECIMAL.matcher(rate).matches()) {
      throw new MalformedFrameException("max_rate", HelloFields.RATE);
    }
    return HelloFields.pace(
        rate == null ? null : Double.valueOf(rate),
        whole(parameters.get("max_delay")),
        whole(parameters.get("max_bytes_per_second")));
  }

  /** -1: it is none. */
  private static @Nullable Long whole(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1L;
  }

  private static int waitSeconds(@Nullable String text) throws MalformedFrameException {
    int seconds = text == null ? ClientProtocol.WAIT_SECONDS : number(text);
    if (seconds < 0 || seconds > ClientProtocol.MAX_WAIT_SECONDS) {
      throw new MalformedFrameException(
          "wait", "want seconds from 0 to " + ClientProtocol.MAX_WAIT_SECONDS);
    }
    return seconds;
  }

  /** -1: it is none. */
  private static int number(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }

  /** An empty one is none, as a variable is before it was set. */
  private static ClientFrame.@Nullable Resume resume(
      @Nullable String cursor, @Nullable String lastEventId, boolean ackOnWrite)
      throws MalformedFrameException {
    if (lastEventId != null && !lastEventId.isEmpty()) {
      ClientFrame.Resume received = CursorText.parse("Last-Event-ID", lastEventId);
      return ackOnWrite ? received : null;
    }
    return cursor == null || cursor.isEmpty() ? null : CursorText.parse(CURSOR, cursor);
  }

  private static boolean ackOnWrite(@Nullable String word) throws MalformedFrameException {
    if (word != null && !word.equals("write")) {
      throw new MalformedFrameException("ack", "want write, or none");
    }
    return word != null;
  }
}
