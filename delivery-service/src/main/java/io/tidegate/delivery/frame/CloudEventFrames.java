package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidegate.contract.ClientProtocol;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as CloudEvents in JSON, one a frame (CloudEvents' WebSockets binding 1.0.2, 3.1), made
 * of the frames of {@code tidegate.v1}: a message there has the attributes of an event already. One
 * per thread: it uses its buffer again.
 */
public final class CloudEventFrames {
  private static final String BEGIN = "{\"specversion\":\"1.0\"";

  /** The extension's values are to be ordered as text. */
  private static final String ZEROS = "0".repeat(Long.toString(Long.MAX_VALUE).length());

  private final JsonBytes json = new JsonBytes();

  /** Each message of a push; with its seq and the cursor behind it as extensions. */
  public List<Frame> push(long epoch, Frame push) {
    byte[] own = push.own();
    int at = MessageText.first(own);
    if (push.tail().length() > 0) {
      int comma = begin(epoch, own, at);
      json.raw(own, comma, own.length);
      Tail end = push.tail().ofCloudEvent();
      return List.of(new Frame(WireFrame.text(json, end.length()), end));
    }
    List<Frame> events = new ArrayList<>();
    while (at < own.length && own[at] == '{') {
      int end = MessageText.end(own, at);
      int comma = begin(epoch, own, at);
      json.raw(own, comma, end);
      Tail shared = push.shared();
      events.add(
          shared.length() > 0
              ? Frame.copying(WireFrame.text(json), shared.ofCloudEvent())
              : Frame.of(WireFrame.text(json)));
      at = end + 1;
    }
    return events;
  }

  /** The message of a live frame, which has no place among the others. */
  public Frame live(Frame live) {
    byte[] own = live.own();
    int at = MessageText.first(own);
    json.reset();
    json.raw(BEGIN).raw(",").raw(own, at + 1, MessageText.end(own, at));
    return Frame.of(WireFrame.text(json));
  }

  /** One message of a push as the body of a request: {@code application/cloudevents+json}. */
  public byte[] body(long epoch, PushFrames.Part part) {
    int comma = begin(epoch, part.own(), part.from());
    json.raw(part.own(), comma, part.to());
    Tail end = part.tail().length() > 0 ? part.tail().ofCloudEvent() : Tail.NONE;
    return json.raw(end.bytes(), 0, end.length()).toBytes();
  }

  /** The message of a live frame likewise. */
  public byte[] body(Frame live) {
    byte[] own = live.own();
    int at = MessageText.first(own);
    json.reset();
    return json.raw(BEGIN).raw(",").raw(own, at + 1, MessageText.end(own, at)).toBytes();
  }

  /**
   * A frame that has no message, as the data of an event. It has the extension {@code control},
   * which no message can have, whatever its type says.
   *
   * @param op the frame's, which is in the type
   * @param id unique for the worker
   */
  public Frame control(String op, String id, Frame frame) {
    byte[] own = frame.own();
    json.reset();
    json.raw(BEGIN)
        .raw(",\"id\":")
        .string(id)
        .raw(",\"source\":\"" + ClientProtocol.CONNECT_PATH + "\",\"type\":\"")
        .raw(ClientProtocol.CLOUDEVENT_TYPE)
        .raw(op)
        .raw("\",\"control\":\"")
        .raw(op)
        .raw("\",\"datacontenttype\":\"application/json\",\"data\":")
        .raw(own, WireFrame.textAt(own), own.length)
        .raw("}");
    return Frame.of(WireFrame.text(json));
  }

  /** Begins the event of the message there; returns where its first attribute begins. */
  private int begin(long epoch, byte[] own, int at) {
    int digits = at + MessageText.SEQ_AT;
    int comma = MessageText.comma(own, at);
    String seq = new String(own, digits, comma - digits, US_ASCII);
    json.reset();
    json.raw(BEGIN)
        .raw(",\"sequence\":\"")
        .raw(ZEROS.substring(seq.length()))
        .raw(seq)
        .raw("\",\"cursor\":\"")
        .raw(CursorText.of(epoch, Long.parseLong(seq)))
        .raw("\",");
    return comma + 1;
  }
}
