package io.tidegate.cli.send;

import io.tidegate.cli.Output;
import io.tidegate.cli.send.IngestClient.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of everything that was sent, as it is told at the end. */
final class Result {
  private static final int MOST_TOLD = 20;

  private final long began = System.nanoTime();
  private final List<Map<String, Object>> told = new ArrayList<>();
  private long accepted;
  private long refused;
  private long users;
  private String lastId = "";

  void add(Answer answer) {
    switch (answer) {
      case Answer.Accepted good -> {
        accepted++;
        users += good.users();
        lastId = good.id();
      }
      case Answer.Refused bad -> refused(bad.line().number(), bad.status(), bad.reason());
    }
  }

  void refused(int line, int status, String reason) {
    refused++;
    if (told.size() < MOST_TOLD) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("line", line);
      one.put("status", status);
      one.put("reason", reason);
      told.add(one);
    }
  }

  long count() {
    return accepted + refused;
  }

  int exitCode() {
    return refused == 0 ? 0 : 1;
  }

  void print(Output output) {
    double seconds = (System.nanoTime() - began) / 1e9;
    if (output.json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("messages", count());
      all.put("accepted", accepted);
      all.put("refused", refused);
      all.put("users", users);
      all.put("seconds", Math.round(seconds * 1000) / 1000.0);
      if (count() == 1 && accepted == 1) {
        all.put("id", lastId);
      }
      all.put("refusals", told);
      output.json(all);
      return;
    }
    for (Map<String, Object> one : told) {
      Object status = one.get("status");
      output.note(
          "refused line "
              + one.get("line")
              + (Integer.valueOf(0).equals(status) ? "" : " (" + status + ")")
              + ": "
              + one.get("reason"));
    }
    if (refused > told.size()) {
      output.note("and " + (refused - told.size()) + " more");
    }
    if (count() == 1 && accepted == 1) {
      output.line("accepted " + lastId + " for " + users + (users == 1 ? " user" : " users"));
    } else {
      output.line(
          String.format(
              Locale.ROOT,
              "%,d messages: %,d accepted (for %,d users in all), %,d refused, in %.1f s",
              count(),
              accepted,
              users,
              refused,
              seconds));
    }
  }
}
