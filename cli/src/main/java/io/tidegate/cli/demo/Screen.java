package io.tidegate.cli.demo;

import io.tidegate.cli.demo.Account.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a demo shows once a second: a table on a terminal, a line elsewhere. */
final class Screen {
  private static final int WIDTH = 40;

  private Screen() {}

  /**
   * @param progress share of the feed that is sent, 0 to 1
   */
  static List<String> table(String title, double progress, Snapshot before, Snapshot now) {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    int done = (int) Math.round(progress * WIDTH);
    lines.add(
        "["
            + "#".repeat(done)
            + "-".repeat(WIDTH - done)
            + "] "
            + percent(progress)
            + " of the feed");
    lines.add("");
    lines.add(String.format(Locale.ROOT, "%-10s %14s %14s", "", "per second", "in all"));
    lines.add(row("offered", before, now, before.offered(), now.offered()));
    lines.add(row("accepted", before, now, before.accepted(), now.accepted()));
    lines.add(String.format(Locale.ROOT, "%-10s %14s %,14d", "waiting", "", now.waiting()));
    lines.add(row("pushed", before, now, before.pushed(), now.pushed()));
    lines.add(row("acked", before, now, before.acked(), now.acked()));
    return lines;
  }

  static String line(double progress, Snapshot before, Snapshot now) {
    return String.format(
        Locale.ROOT,
        "%4s  offered %,d  accepted %,d  waiting %,d  pushed %,d (%,d/s)  acked %,d",
        percent(progress),
        now.offered(),
        now.accepted(),
        now.waiting(),
        now.pushed(),
        rate(before, now, before.pushed(), now.pushed()),
        now.acked());
  }

  private static String row(String name, Snapshot before, Snapshot now, long from, long to) {
    return String.format(Locale.ROOT, "%-10s %,14d %,14d", name, rate(before, now, from, to), to);
  }

  private static long rate(Snapshot before, Snapshot now, long from, long to) {
    long nanos = Math.max(1, now.atNanos() - before.atNanos());
    return Math.round((to - from) * 1e9 / nanos);
  }

  private static String percent(double share) {
    return Math.round(share * 100) + "%";
  }
}
