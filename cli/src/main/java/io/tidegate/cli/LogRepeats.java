package io.tidegate.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Bounds how often a log line of one kind is written: {@value #MOST} times within {@link
 * #WINDOW_MILLIS} from the first, then it is only counted. Of {@value #MOST_KINDS} kinds at one
 * time; that of which nothing came for longest makes room for another. For one thread at a time.
 */
final class LogRepeats {
  static final int MOST = 3;
  static final long WINDOW_MILLIS = 60_000;
  static final int MOST_KINDS = 256;

  /** What differs between lines of one kind: numbers, ids, correlations. */
  private static final Pattern NUMBERS = Pattern.compile("[0-9a-fA-F-]*[0-9][0-9a-fA-F-]*");

  /** In the order in which something came last. */
  private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

  private final List<LeftOut> evicted = new ArrayList<>();

  /** Lines of one kind that were left out since an instant. */
  record LeftOut(String kind, long lines, long sinceMillis) {}

  /** What becomes of a line. */
  enum Verdict {
    WRITTEN,
    /** The first of its window that is not written. */
    FIRST_LEFT_OUT,
    LEFT_OUT
  }

  private static final class Window {
    private final long beganMillis;
    private long lines;

    Window(long beganMillis) {
      this.beganMillis = beganMillis;
    }

    boolean isOver(long nowMillis) {
      return nowMillis - beganMillis >= WINDOW_MILLIS || nowMillis < beganMillis;
    }

    long leftOut() {
      return Math.max(0, lines - MOST);
    }
  }

  /** Lines that differ in nothing but this are of one kind. */
  static String kind(String logger, String level, String text, String cause) {
    return logger + ' ' + level + ' ' + NUMBERS.matcher(text).replaceAll("#") + ' ' + cause;
  }

  Verdict come(String kind, long nowMillis) {
    Window window = windows.get(kind);
    if (window == null || window.isOver(nowMillis)) {
      if (window != null) {
        keep(kind, window);
      } else if (windows.size() >= MOST_KINDS) {
        Iterator<Map.Entry<String, Window>> oldest = windows.entrySet().iterator();
        Map.Entry<String, Window> gone = oldest.next();
        keep(gone.getKey(), gone.getValue());
        oldest.remove();
      }
      window = new Window(nowMillis);
      windows.put(kind, window);
    }
    window.lines++;
    if (window.lines <= MOST) {
      return Verdict.WRITTEN;
    }
    return window.leftOut() == 1 ? Verdict.FIRST_LEFT_OUT : Verdict.LEFT_OUT;
  }

  /** What was left out in windows that are over, each told once. */
  List<LeftOut> over(long nowMillis) {
    windows
        .entrySet()
        .removeIf(
            each -> {
              boolean over = each.getValue().isOver(nowMillis);
              if (over) {
                keep(each.getKey(), each.getValue());
              }
              return over;
            });
    List<LeftOut> all = List.copyOf(evicted);
    evicted.clear();
    return all;
  }

  /** What was left out and not told. */
  List<LeftOut> all() {
    windows.forEach(this::keep);
    windows.clear();
    List<LeftOut> all = List.copyOf(evicted);
    evicted.clear();
    return all;
  }

  private void keep(String kind, Window window) {
    // As many as there are kinds: who asks comes at the end of each window.
    if (window.leftOut() > 0 && evicted.size() < MOST_KINDS) {
      evicted.add(new LeftOut(kind, window.leftOut(), window.beganMillis));
    }
  }
}
