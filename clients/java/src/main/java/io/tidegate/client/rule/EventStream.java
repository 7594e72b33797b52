package io.tidegate.client.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads Server-Sent Events (WHATWG HTML, 9.2.6), as they come in pieces of any size. Of an event
 * only its data is of use here: everything else stands in it, too.
 */
public final class EventStream {
  private final int most;
  private final StringBuilder line = new StringBuilder();
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;
  private boolean afterReturn;

  /**
   * @param most characters of an event
   */
  public EventStream(int most) {
    this.most = most;
  }

  /**
   * @return the data of each event that is complete now
   * @throws FrameException if an event is too long
   */
  public List<String> take(CharSequence piece) throws FrameException {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      boolean isSecondHalf = c == '\n' && afterReturn;
      afterReturn = c == '\r';
      if (isSecondHalf) {
        continue;
      }
      if (c == '\n' || c == '\r') {
        endLine(events);
      } else {
        line.append(c);
        if (line.length() + data.length() > most) {
          throw new FrameException("an event is too long");
        }
      }
    }
    return events;
  }

  private void endLine(List<String> events) {
    if (line.length() == 0) {
      if (hasData) {
        events.add(data.toString());
      }
      data.setLength(0);
      hasData = false;
    } else if (line.indexOf("data:") == 0) {
      if (hasData) {
        data.append('\n');
      }
      hasData = true;
      boolean hasSpace = line.length() > 5 && line.charAt(5) == ' ';
      data.append(line, hasSpace ? 6 : 5, line.length());
    }
    line.setLength(0);
  }
}
