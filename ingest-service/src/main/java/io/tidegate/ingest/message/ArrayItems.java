package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The items of a JSON array. Never holds more than one item of the largest size; of a larger one it
 * keeps nothing and reads on to its end.
 *
 * <p>It only looks for where items end: at a comma or the array's end that is in no string and no
 * bracket. What is between must be JSON by itself to be accepted, which is for others to find out,
 * so that an item that is none does not fail the others. An item is handed out only once its end
 * has been seen: half of one never is.
 */
public final class ArrayItems implements Items {
  private enum Phase {
    BEFORE,
    FIRST,
    LATER,
    BEHIND
  }

  private final Intake intake;
  private final int maxBytes;
  private Phase phase = Phase.BEFORE;

  /**
   * @param maxBytes the longest item
   */
  public ArrayItems(InputStream in, int maxBytes) {
    this.intake = new Intake(in, maxBytes);
    this.maxBytes = maxBytes;
  }

  @Override
  public String word() {
    return "item";
  }

  @Override
  public @Nullable Item next() throws IOException, InvalidMessageException {
    if (phase == Phase.BEFORE) {
      if (nextByte() != '[') {
        throw invalid(null, "want a JSON array");
      }
      intake.start++;
      phase = Phase.FIRST;
    }
    if (phase == Phase.FIRST && nextByte() == ']') {
      intake.start++;
      phase = Phase.BEHIND;
    }
    if (phase == Phase.BEHIND) {
      if (nextByte() >= 0) {
        throw invalid(null, "something follows the array");
      }
      return null;
    }
    int _ = nextByte();
    return item();
  }

  /** The first byte that is no white space, which is not taken yet; -1 at the end of the body. */
  private int nextByte() throws IOException {
    while (true) {
      for (; intake.start < intake.end; intake.start++) {
        byte b = intake.buffer[intake.start];
        if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
          return b & 0xff;
        }
      }
      if (intake.ended) {
        return -1;
      }
      intake.fill();
    }
  }

  private Item item() throws IOException, InvalidMessageException {
    int depth = 0;
    boolean quoted = false;
    boolean escaped = false;
    boolean tooLong = false;
    int scanned = intake.start;
    while (true) {
      for (; scanned < intake.end; scanned++) {
        byte b = intake.buffer[scanned];
        if (quoted) {
          if (escaped) {
            escaped = false;
          } else if (b == '\\') {
            escaped = true;
          } else if (b == '"') {
            quoted = false;
          }
        } else if (b == '"') {
          quoted = true;
        } else if (b == '{' || b == '[') {
          depth++;
        } else if (depth == 0 && (b == ',' || b == ']')) {
          return take(scanned, tooLong);
        } else if (depth > 0 && (b == '}' || b == ']')) {
          depth--;
        }
      }
      if (scanned - intake.start > maxBytes) {
        tooLong = true;
      }
      if (intake.ended) {
        throw invalid(null, "the array ends early");
      }
      if (tooLong) {
        intake.start = intake.end;
      }
      scanned = intake.end - intake.start;
      intake.fill();
    }
  }

  /**
   * @param end where the comma or the array's end is
   */
  private Item take(int end, boolean tooLong) {
    int offset = intake.start;
    boolean over = tooLong || end - offset > maxBytes;
    phase = intake.buffer[end] == ']' ? Phase.BEHIND : Phase.LATER;
    intake.start = end + 1;
    return new Item(intake.buffer, offset, over ? 0 : end - offset, over);
  }
}
