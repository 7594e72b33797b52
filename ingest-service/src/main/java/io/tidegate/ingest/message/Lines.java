package io.tidegate.ingest.message;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an NDJSON body, without their line feeds. Never holds more than one line of the
 * largest size; of a larger one it keeps nothing and reads on to its end. Lines of white space
 * alone are passed over.
 */
public final class Lines implements Items {
  private final Intake intake;
  private final int maxBytes;

  /**
   * @param maxBytes the longest line, without its line feed
   */
  public Lines(InputStream in, int maxBytes) {
    this.intake = new Intake(in, maxBytes);
    this.maxBytes = maxBytes;
  }

  @Override
  public String word() {
    return "line";
  }

  @Override
  public @Nullable Item next() throws IOException {
    boolean tooLong = false;
    int scanned = intake.start;
    while (true) {
      int feed = indexOfLineFeed(scanned);
      int length = (feed < 0 ? intake.end : feed) - intake.start;
      if (length > maxBytes) {
        tooLong = true;
      }
      if (feed >= 0 || intake.ended) {
        Item line = new Item(intake.buffer, intake.start, tooLong ? 0 : length, tooLong);
        boolean last = feed < 0;
        intake.start = last ? intake.end : feed + 1;
        scanned = intake.start;
        if (tooLong || !blank(line)) {
          return line;
        }
        if (last) {
          return null;
        }
        continue;
      }
      if (tooLong) {
        intake.start = intake.end;
      }
      scanned = intake.end - intake.start;
      intake.fill();
    }
  }

  private int indexOfLineFeed(int from) {
    for (int i = from; i < intake.end; i++) {
      if (intake.buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static boolean blank(Item line) {
    for (int i = line.offset(); i < line.offset() + line.length(); i++) {
      byte b = line.bytes()[i];
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
