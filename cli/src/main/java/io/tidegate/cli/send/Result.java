package io.tidegate.cli.send;

import io.tidegate.cli.Output;
import io.tidegate.cli.send.IngestClient.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of everything that was sent, as it is told at the end: refusals in their order. */
final class Result {
  private static final int MOST_TOLD = 20;

  private final long began = System.nanoTime();
  private final String unit;
  private final TreeMap<Integer, Refusal> told = new TreeMap<>();
  private long accepted;
  private long refused;
  private long deliveries;
  private String lastId = "";

  /**
   * @param unit what the numbers of the input count, such as line
   */
  Result(String unit) {
    this.unit = unit;
  }

  private record Refusal(int status, String reason) {}

  void add(Answer answer) {
    switch (answer) {
      case Answer.Accepted good -> {
        accepted++;
        deliveries += good.users();
        lastId = good.id();
      }
      case Answer.Refused bad -> refused(bad.line().number(), bad.status(), bad.reason());
    }
  }

  /**
   * @param status 0 for what was not even sent
   */
  void refused(int number, int status, String reason) {
    refused++;
    told.put(number, new Refusal(status, reason));
    if (told.size() > MOST_TOLD) {
      told.pollLastEntry();
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
      output.json(json(seconds));
      return;
    }
    told.forEach(
        (number, refusal) -> {
          String status = refusal.status() == 0 ? "" : " (" + refusal.status() + ")";
          output.note("refused " + unit + " " + number + status + ": " + refusal.reason());
        });
    if (refused > told.size()) {
      output.note("and " + (refused - told.size()) + " more");
    }
    if (count() == 1 && accepted == 1) {
      output.line(
          "accepted " + lastId + " for " + deliveries + (deliveries == 1 ? " user" : " users"));
    } else {
      output.line(summary(seconds));
    }
  }

  private String summary(double seconds) {
    return String.format(
        Locale.ROOT,
        "%,d %s: %,d accepted (%,d %s, one per message and user), %,d refused, in %.1f s",
        count(),
        count() == 1 ? "message" : "messages",
        accepted,
        deliveries,
        deliveries == 1 ? "delivery" : "deliveries",
        refused,
        seconds);
  }

  private Map<String, Object> json(double seconds) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("messages", count());
    all.put("accepted", accepted);
    all.put("refused", refused);
    all.put("deliveries", deliveries);
    all.put("seconds", Math.round(seconds * 1000) / 1000.0);
    if (count() == 1 && accepted == 1) {
      all.put("id", lastId);
    }
    List<Map<String, Object>> refusals = new ArrayList<>();
    told.forEach(
        (number, refusal) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put(unit, number);
          one.put("status", refusal.status());
          one.put("reason", refusal.reason());
          refusals.add(one);
        });
    all.put("refusals", refusals);
    return all;
  }
}
