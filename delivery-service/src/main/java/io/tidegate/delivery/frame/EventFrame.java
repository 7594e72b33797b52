package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.CloseCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Server-Sent Events as they go over the wire (WHATWG HTML, 9.2). An event has the JSON of a
 * WebSocket's frame in one line: a line break in JSON can only stand between tokens, so that a
 * space says the same.
 */
public final class EventFrame {
  private static final byte[] END = {'\n', '\n'};

  private EventFrame() {}

  /** An event that moves the cursor of the client there. */
  public static Frame of(String op, long epoch, long seq, Frame frame) {
    return of(op, CursorText.of(epoch, seq), frame);
  }

  /**
   * @param frame of a WebSocket
   * @param id null: the cursor stays where it is
   */
  static Frame of(String op, @Nullable String id, Frame frame) {
    byte[] own = frame.own();
    int from = WireFrame.textAt(own);
    boolean whole = frame.tail().length() == 0;
    byte[] head =
        ("event: " + op + (id == null ? "" : "\nid: " + id) + "\ndata: ").getBytes(US_ASCII);
    int json = own.length - from;
    byte[] event = new byte[head.length + json + (whole ? END.length : 0)];
    System.arraycopy(head, 0, event, 0, head.length);
    System.arraycopy(own, from, event, head.length, json);
    oneLine(event, head.length, head.length + json);
    if (!whole) {
      return new Frame(event, frame.tail().ofEvent());
    }
    System.arraycopy(END, 0, event, head.length + json, END.length);
    return Frame.of(event);
  }

  /** The end of an event whose JSON ends with that. */
  static byte[] tail(byte[] json) {
    byte[] event = Arrays.copyOf(json, json.length + END.length);
    oneLine(event, 0, json.length);
    System.arraycopy(END, 0, event, json.length, END.length);
    return event;
  }

  private static void oneLine(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  /** Says when a client that loses the connection is to come again. */
  public static byte[] retry(long millis) {
    return ("retry: " + millis + "\n\n").getBytes(US_ASCII);
  }

  /** A line that clients pass over, so that everyone sees that the connection lives. */
  public static byte[] comment() {
    return ":\n\n".getBytes(US_ASCII);
  }

  /**
   * Says why the stream ends, and whether to come again.
   *
   * @param detail null: what the code stands for
   */
  public static byte[] close(CloseCode code, @Nullable String detail) {
    return of(ClientProtocol.CLOSE, null, Frame.of(new FrameWriter().close(code, detail))).own();
  }
}
