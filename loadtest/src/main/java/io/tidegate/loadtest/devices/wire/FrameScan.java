package io.tidegate.loadtest.devices.wire;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a frame of the client protocol what a device needs, and passes over everything else:
 * payloads become no objects. Fields may stand in any order; unknown ones are ignored. A frame is
 * read whole before anything of it can be asked, so that one which is cut off tells nothing.
 *
 * <p>One for each thread, used again for each frame. What it says holds until the next {@link
 * #read}, and as long as the bytes are left alone.
 */
public final class FrameScan {
  /** What a number is that is not there, or is none. */
  public static final long ABSENT = -1;

  /** What a frame is. */
  public enum Op {
    WELCOME,
    PUSH,
    LIVE,
    RESET,
    GOAWAY,
    CLOSE,
    /** One that a device has no use for, or that only newer ones know. */
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);
  }

  private static final Op[] OPS = Op.values();

  private final JsonBytesReader json = new JsonBytesReader();
  private Op op = Op.OTHER;
  private long seq;
  private long prev;
  private long code;
  private long leastMillis;
  private long mostMillis;
  private @Nullable String epoch;
  private @Nullable String mode;
  private @Nullable String session;
  private @Nullable String reconnect;

  private int messages;
  private boolean oddMessages;
  private long[] seqs = new long[16];

  /** Of each message's id: where its text begins and ends, the end negated where it has escapes. */
  private int[] idFrom = new int[16];

  private int[] idTo = new int[16];

  /**
   * Reads a frame's text.
   *
   * @throws MalformedException if it is not a whole JSON object, or lacks what its op must have
   */
  public void read(byte[] bytes, int from, int to) throws MalformedException {
    reset();
    json.begin(bytes, from, to);
    json.expect('{');
    if (!json.takes('}')) {
      do {
        field();
      } while (json.takes(','));
      json.expect('}');
    }
    json.end();
    check();
  }

  private void reset() {
    op = Op.OTHER;
    seq = ABSENT;
    prev = ABSENT;
    code = ABSENT;
    leastMillis = ABSENT;
    mostMillis = ABSENT;
    epoch = null;
    mode = null;
    session = null;
    reconnect = null;
    messages = 0;
    oddMessages = true;
  }

  private void field() throws MalformedException {
    json.string();
    if (json.isText("messages")) {
      json.expect(':');
      readMessages();
    } else if (json.isText("prev")) {
      json.expect(':');
      prev = json.count();
    } else if (json.isText("op")) {
      json.expect(':');
      op = readOp();
    } else if (json.isText("seq")) {
      json.expect(':');
      seq = json.count();
    } else if (json.isText("epoch")) {
      json.expect(':');
      epoch = json.textOrNull();
    } else if (json.isText("mode")) {
      json.expect(':');
      mode = json.textOrNull();
    } else if (json.isText("session")) {
      json.expect(':');
      session = json.textOrNull();
    } else if (json.isText("code")) {
      json.expect(':');
      code = json.count();
    } else if (json.isText("reconnect")) {
      json.expect(':');
      reconnect = json.textOrNull();
    } else if (json.isText("retry_after_ms")) {
      json.expect(':');
      range();
    } else {
      json.expect(':');
      json.skip();
    }
  }

  private Op readOp() throws MalformedException {
    if (json.isAtText()) {
      json.string();
      for (Op each : OPS) {
        if (each != Op.OTHER && json.isText(each.word)) {
          return each;
        }
      }
    } else {
      json.skip();
    }
    return Op.OTHER;
  }

  private void range() throws MalformedException {
    if (!json.takes('[')) {
      json.skip();
      return;
    }
    if (json.takes(']')) {
      return;
    }
    leastMillis = json.count();
    while (json.takes(',')) {
      long next = json.count();
      mostMillis = mostMillis == ABSENT ? next : mostMillis;
    }
    json.expect(']');
  }

  private void readMessages() throws MalformedException {
    messages = 0;
    oddMessages = false;
    if (!json.takes('[')) {
      oddMessages = true;
      json.skip();
      return;
    }
    if (json.takes(']')) {
      return;
    }
    do {
      if (json.takes('{')) {
        message();
      } else {
        oddMessages = true;
        json.skip();
      }
    } while (json.takes(','));
    json.expect(']');
  }

  private void message() throws MalformedException {
    int at = messages;
    if (at == seqs.length) {
      seqs = Arrays.copyOf(seqs, 2 * at);
      idFrom = Arrays.copyOf(idFrom, 2 * at);
      idTo = Arrays.copyOf(idTo, 2 * at);
    }
    seqs[at] = ABSENT;
    idTo[at] = 0;
    messages++;
    if (json.takes('}')) {
      return;
    }
    do {
      json.string();
      if (json.isText("seq")) {
        json.expect(':');
        seqs[at] = json.count();
      } else if (json.isText("id")) {
        json.expect(':');
        readId(at);
      } else {
        json.expect(':');
        json.skip();
      }
    } while (json.takes(','));
    json.expect('}');
  }

  private void readId(int at) throws MalformedException {
    idTo[at] = 0;
    if (!json.isAtText()) {
      json.skip();
      return;
    }
    json.string();
    idFrom[at] = json.textFrom();
    idTo[at] = json.hasEscapes() ? -json.textTo() : json.textTo();
  }

  private void check() throws MalformedException {
    boolean isWhole =
        switch (op) {
          case WELCOME -> epoch != null && mode != null && seq != ABSENT;
          case RESET -> epoch != null && seq != ABSENT;
          case PUSH -> prev != ABSENT && areMessagesWhole(true);
          case LIVE -> areMessagesWhole(false);
          case GOAWAY -> leastMillis != ABSENT && mostMillis >= leastMillis;
          case CLOSE -> code != ABSENT;
          case OTHER -> true;
        };
    if (!isWhole) {
      throw new MalformedException("a field is missing or of another type");
    }
  }

  private boolean areMessagesWhole(boolean numbered) {
    if (oddMessages) {
      return false;
    }
    for (int i = 0; i < messages; i++) {
      if (idTo[i] == 0 || (numbered && seqs[i] == ABSENT)) {
        return false;
      }
    }
    return true;
  }

  public Op op() {
    return op;
  }

  /** Of a welcome or reset: where the cursor goes. */
  public long seq() {
    return seq;
  }

  /** Of a push. */
  public long prev() {
    return prev;
  }

  /** Of a welcome or reset; else null. */
  public @Nullable String epoch() {
    return epoch;
  }

  /** Of a welcome; else null. */
  public @Nullable String mode() {
    return mode;
  }

  /** Of a welcome, where it has one. */
  public @Nullable String session() {
    return session;
  }

  /** Of a goaway: the least of its range. */
  public long leastMillis() {
    return leastMillis;
  }

  /** Of a goaway: the most of its range, no less than the least. */
  public long mostMillis() {
    return mostMillis;
  }

  /** Of a stream's last event. */
  public int code() {
    return (int) Math.min(Integer.MAX_VALUE, code);
  }

  /** Of a stream's last event: its rule, where it has one. */
  public @Nullable String reconnect() {
    return reconnect;
  }

  /** How many messages a push or live has. */
  public int messages() {
    return messages;
  }

  /** Of a push's message, counted from 0. */
  public long seq(int message) {
    return seqs[message];
  }

  /**
   * Of a message, counted from 0.
   *
   * @throws MalformedException if it has an escape that JSON does not have
   */
  public String id(int message) throws MalformedException {
    int to = idTo[message];
    return json.text(idFrom[message], Math.abs(to), to < 0);
  }
}
