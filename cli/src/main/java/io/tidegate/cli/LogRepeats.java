package io.tidegate.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds how often a log line of one kind is written: {@value #MOST} times within {@link
 * #WINDOW_MILLIS} from the first, then it is only counted. Of {@value #MOST_KINDS} kinds at one
 * time; the oldest makes room for another. For one thread at a time.
 */
final class LogRepeats {
  static final int MOST = 3;
  static final long WINDOW_MILLIS = 60_000;
  static final int MOST_KINDS = 256;

  private final Map<String, Window> windows = new LinkedHashMap<>();

  /** Lines of one kind that were left out. */
  record LeftOut(String kind, long lines) {}

  private static final class Window {
    private final long beganMillis;
    private long lines;

    Window(long beganMillis) {
      this.beganMillis = beganMillis;
    }
  }

  /** Whether one more line of that kind is written. */
  boolean allows(String kind, long nowMillis) {
    Window window = windows.get(kind);
    if (window == null) {
      if (windows.size() >= MOST_KINDS) {
        Iterator<String> oldest = windows.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
      window = new Window(nowMillis);
      windows.put(kind, window);
    }
    window.lines++;
    return window.lines <= MOST;
  }

  /** What was left out in windows that are over, told once; asked before {@link #allows}. */
  List<LeftOut> over(long nowMillis) {
    List<LeftOut> all = new ArrayList<>();
    Iterator<Map.Entry<String, Window>> each = windows.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Window> one = each.next();
      Window window = one.getValue();
      if (nowMillis - window.beganMillis >= WINDOW_MILLIS || nowMillis < window.beganMillis) {
        if (window.lines > MOST) {
          all.add(new LeftOut(one.getKey(), window.lines - MOST));
        }
        each.remove();
      }
    }
    return all;
  }
}
