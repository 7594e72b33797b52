package io.tidegate.cli.bench;

import org.jspecify.annotations.Nullable;

/**
 * One device of a burst: its cursor, and what a frame means for it, with every check that it can
 * make by itself. Frames go in, what to answer comes out. For one thread.
 */
final class BurstDevice {
  private final int user;
  private final BurstLedger ledger;
  private final BurstRule rule;
  private final PushTimes arrivals = new PushTimes();
  private @Nullable String epoch;
  private long last;
  private int lastMessage = -1;
  private boolean welcomed;
  private boolean resumed;

  /** The highest seq that this session was sent, or where it began. */
  private long sessionSeq;

  private long repeats;

  BurstDevice(int user, BurstLedger ledger, BurstRule rule) {
    this.user = user;
    this.ledger = ledger;
    this.rule = rule;
  }

  /** What is to be done after a frame. */
  sealed interface Step {
    record Nothing() implements Step {}

    record Welcomed() implements Step {}

    /**
     * @param messages that are new
     */
    record Ack(String frame, int messages) implements Step {}

    /** Close, and come again with the cursor. */
    record Gap() implements Step {}
  }

  String hello() {
    welcomed = false;
    String resume =
        epoch == null ? "" : ",\"resume\":{\"epoch\":\"" + epoch + "\",\"seq\":" + last + "}";
    return "{\"op\":\"hello\",\"user\":\"" + ledger.user(user) + "\"" + resume + "}";
  }

  /** Its pushes by when they came here. */
  PushTimes arrivals() {
    return arrivals;
  }

  /** Messages that came again after it had been away. */
  long repeats() {
    return repeats;
  }

  Step on(String frame, long nowMillis) {
    if (frame.startsWith("{\"op\":\"push\"")) {
      return onPush(frame, nowMillis);
    }
    if (frame.startsWith("{\"op\":\"welcome\"")) {
      return onWelcome(frame);
    }
    if (frame.startsWith("{\"op\":\"reset\"")) {
      ledger.violation("reset: something was removed undelivered");
    }
    return new Step.Nothing();
  }

  private Step onWelcome(String frame) {
    welcomed = true;
    resumed = epoch != null;
    String mode = text(frame, "\"mode\":\"", 0);
    if (!mode.equals(resumed ? "resumed" : "fresh")) {
      ledger.violation("welcome of mode " + mode);
    }
    sessionSeq = number(frame, "\"seq\":", 0);
    if (!resumed) {
      epoch = text(frame, "\"epoch\":\"", 0);
      last = sessionSeq;
    }
    return new Step.Welcomed();
  }

  private Step onPush(String frame, long nowMillis) {
    if (!welcomed) {
      ledger.violation("push before welcome");
    }
    if (number(frame, "\"prev\":", 0) > last) {
      return new Step.Gap();
    }
    int messages = 0;
    int fresh = 0;
    // The payload is ours and has no such field.
    for (int at = frame.indexOf("{\"seq\":"); at >= 0; at = frame.indexOf("{\"seq\":", at + 1)) {
      long seq = number(frame, "{\"seq\":", at);
      if (seq <= sessionSeq) {
        ledger.violation("seqs of a session do not rise");
      }
      sessionSeq = seq;
      messages++;
      if (seq <= last) {
        repeats++;
        continue;
      }
      if (fresh == 0) {
        arrivals.add(seq, nowMillis);
      }
      arrivals.addMessages(1);
      fresh++;
      last = seq;
      show(text(frame, "\"id\":\"", at));
    }
    // What is sent again after a resumption goes in other bounds, since it is no new push.
    if (messages > rule.batch() && !resumed) {
      ledger.violation("push of more messages than a batch");
    }
    return new Step.Ack("{\"op\":\"ack\",\"seq\":" + last + "}", fresh);
  }

  /** Each user's messages are offered one after the other, so they must come in that order. */
  private void show(String id) {
    ledger.shown(user, id);
    int message = ledger.messageNumber(id);
    if (message <= lastMessage) {
      ledger.violation("shown out of order");
    }
    lastMessage = Math.max(lastMessage, message);
  }

  private static long number(String frame, String field, int from) {
    int begin = frame.indexOf(field, from) + field.length();
    int end = begin;
    while (end < frame.length() && Character.isDigit(frame.charAt(end))) {
      end++;
    }
    return Long.parseLong(frame, begin, end, 10);
  }

  private static String text(String frame, String field, int from) {
    int begin = frame.indexOf(field, from) + field.length();
    return frame.substring(begin, frame.indexOf('"', begin));
  }
}
