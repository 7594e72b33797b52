package io.tidegate.client.rule;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Urgency;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Frames of a test. */
public final class Frames {
  public static final String EPOCH = "00c0ffee00c0ffee";
  public static final String OTHER = "00c0ffee00c0fff0";

  private Frames() {}

  public static Cursor at(long seq) {
    return new Cursor(EPOCH, seq);
  }

  public static Frame.Welcome welcome(Mode mode, long seq) {
    return welcome(mode, at(seq));
  }

  public static Frame.Welcome welcome(Mode mode, Cursor at) {
    return new Frame.Welcome(at, mode, at.seq(), "s");
  }

  public static Frame.Push push(long prev, long... seqs) {
    return new Frame.Push(
        prev, LongStream.of(seqs).mapToObj(seq -> message("m" + seq, seq)).toList());
  }

  public static Frame.Live live(String... ids) {
    return new Frame.Live(Arrays.stream(ids).map(id -> message(id, 0)).toList());
  }

  private static Message message(String id, long seq) {
    return new Message(
        id, "/test", "t", "2026-11-28T06:00:00Z", Urgency.NORMAL, seq, null, null, "1", null);
  }
}
