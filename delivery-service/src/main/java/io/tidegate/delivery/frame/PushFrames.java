package io.tidegate.delivery.frame;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes push frames apart into their messages and makes others of them, without a look at what the
 * messages are. One per thread: it uses its buffer again.
 */
public final class PushFrames {
  private static final int END_OF_FRAME = "]}".length();

  private final JsonBytes json = new JsonBytes();

  /**
   * A message where it lies.
   *
   * @param own bytes of a frame, not to be changed
   * @param from where the message begins
   * @param to where what is in {@code own} of it ends
   * @param tail the rest of it, and of the frame; {@link Tail#NONE}: there is none
   */
  public record Part(long seq, byte[] own, int from, int to, Tail tail) {
    /** Bytes of the message. */
    public int length() {
      return to - from + Math.max(0, tail.length() - END_OF_FRAME);
    }
  }

  /** The messages of a push, in their order. */
  public static List<Part> parts(Frame push) {
    byte[] own = push.own();
    int at = MessageText.first(own);
    if (push.tail().length() > 0) {
      return List.of(new Part(seq(own, at), own, at, own.length, push.tail()));
    }
    List<Part> parts = new ArrayList<>();
    while (at < own.length && own[at] == '{') {
      int end = MessageText.end(own, at);
      parts.add(new Part(seq(own, at), own, at, end, Tail.NONE));
      at = end + 1;
    }
    return parts;
  }

  private static long seq(byte[] own, int at) {
    int comma = MessageText.comma(own, at);
    long seq = 0;
    for (int i = at + MessageText.SEQ_AT; i < comma; i++) {
      seq = seq * 10 + own[i] - '0';
    }
    return seq;
  }

  /** Begins a push that follows the message {@code prev}. */
  public void begin(long prev) {
    json.reset();
    json.raw("{\"op\":\"push\",\"prev\":").number(prev).raw(",\"messages\":[");
  }

  /**
   * Adds a message.
   *
   * @param conflated how many older ones it takes the place of
   * @param last whether none follows
   * @return the frame, when the last one was added; else one that is of no use
   */
  public Frame add(Part part, int conflated, boolean last) {
    int comma = MessageText.comma(part.own(), part.from());
    json.raw(part.own(), part.from(), comma);
    if (conflated > 0) {
      json.raw(",\"conflated\":").number(conflated);
    }
    json.raw(part.own(), comma, part.to());
    Tail tail = part.tail();
    if (last && tail.length() > 0) {
      return new Frame(WireFrame.text(json, tail.length()), tail);
    }
    if (tail.length() > 0) {
      json.raw(tail.bytes(), 0, tail.length() - END_OF_FRAME);
    }
    json.raw(last ? "]}" : ",");
    return last ? Frame.of(WireFrame.text(json)) : EMPTY;
  }

  private static final Frame EMPTY = Frame.of(new byte[0]);
}
