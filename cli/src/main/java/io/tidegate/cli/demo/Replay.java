package io.tidegate.cli.demo;

import io.tidegate.cli.Output;
import io.tidegate.cli.Terminal;
import io.tidegate.cli.demo.Account.Snapshot;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.StartupException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays a feed, shows what happens once a second, and settles the account at the end. */
final class Replay {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final boolean ANSI = Terminal.isStderr();

  private final Output output;
  private final Account account;
  private final FeedSender sender;
  private final Audience audience;
  private final int users;
  private final Settlement settlement;

  private Snapshot before;
  private String title = "";
  private double progress;
  private boolean drawn;

  Replay(
      Output output,
      Account account,
      FeedSender sender,
      Audience audience,
      Settlement settlement,
      int users) {
    this.output = output;
    this.account = account;
    this.sender = sender;
    this.audience = audience;
    this.users = users;
    this.settlement = settlement;
    this.before = account.snapshot(System.nanoTime());
  }

  /** True if every event is accounted for. */
  boolean run(List<FeedEvent> events, Followers followers, Pace pace)
      throws StartupException, InterruptedException {
    title =
        String.format(
            Locale.ROOT,
            "Tidegate demo: %,d events for %,d people (%s)",
            events.size(),
            users,
            audience.describe());
    output.note(title);
    audience.connectOnline();
    before = account.snapshot(System.nanoTime());
    long start = System.nanoTime();
    for (int i = 0; i < events.size(); i++) {
      FeedEvent event = events.get(i);
      long due = start + pace.dueNanos(event.time());
      if (due - System.nanoTime() > 0) {
        sender.flush();
        sleepUntil(due);
      }
      sender.add(event, followers.tell(event));
      progress = (i + 1.0) / events.size();
      showEverySecond();
    }
    sender.flush();
    audience.connectLate();
    long waiting = settlement.await(this::showEverySecond);
    show();
    return report(events.size(), waiting);
  }

  private boolean report(int events, long waiting) {
    boolean balanced = settlement.isSettled(waiting);
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("events", events);
      json.put("offered", account.offered.sum());
      json.put("accepted", account.accepted.sum());
      json.put("refused", account.refused.sum());
      for (Outcome.Kind kind : Outcome.Kind.values()) {
        json.put(kind.label(), account.of(kind));
      }
      json.put("waiting", waiting);
      json.put("shown", account.pushed.sum());
      json.put("accounted_for", balanced);
      output.json(json);
      return balanced;
    }
    output.line("");
    line("offered", account.offered.sum(), "(message, person) pairs of " + events + " events");
    line("refused", account.refused.sum(), "");
    line("accepted", account.accepted.sum(), "of which");
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      line("  " + kind.label(), account.of(kind), "");
    }
    line("  waiting", waiting, "in the mailboxes of those who are away");
    line("shown", account.pushed.sum(), "on devices");
    output.line("");
    output.line(
        balanced
            ? "Every event is accounted for: accepted = outcomes + waiting, shown = delivered."
            : String.format(
                Locale.ROOT,
                "NOT accounted for: accepted - outcomes - waiting = %,d, shown - delivered = %,d.",
                account.open() - waiting,
                account.pushed.sum() - delivered()));
    return balanced;
  }

  private long delivered() {
    return account.of(Outcome.Kind.DELIVERED);
  }

  private void line(String name, long value, String remark) {
    output.line(String.format(Locale.ROOT, "%-16s %,12d  %s", name, value, remark).stripTrailing());
  }

  private void sleepUntil(long nanos) throws InterruptedException {
    while (true) {
      long left = nanos - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(left, SECOND / 10));
      showEverySecond();
    }
  }

  private void showEverySecond() {
    if (System.nanoTime() - before.atNanos() >= SECOND) {
      show();
    }
  }

  private void show() {
    Snapshot now = account.snapshot(System.nanoTime());
    if (ANSI) {
      List<String> lines = Screen.table(title, progress, before, now);
      output.note((drawn ? "\u001b[" + lines.size() + "F\u001b[J" : "") + String.join("\n", lines));
      drawn = true;
    } else {
      output.note(Screen.line(progress, before, now));
    }
    before = now;
  }
}
