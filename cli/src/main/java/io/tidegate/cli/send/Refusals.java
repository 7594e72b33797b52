package io.tidegate.cli.send;

import io.tidegate.cli.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was refused, and why: all of it counted, the first of it told. */
public final class Refusals {
  private static final int MOST_TOLD = 20;

  private final String unit;
  private final TreeMap<Integer, Refusal> told = new TreeMap<>();
  private long count;

  private record Refusal(int status, String reason) {}

  /**
   * @param unit what the numbers of the input count, such as line
   */
  public Refusals(String unit) {
    this.unit = unit;
  }

  public void add(IngestClient.Answer.Refused refused) {
    add(refused.line().number(), refused.status(), refused.reason());
  }

  /**
   * @param status 0 for what was not even sent
   */
  public void add(int number, int status, String reason) {
    count++;
    told.put(number, new Refusal(status, reason));
    if (told.size() > MOST_TOLD) {
      told.pollLastEntry();
    }
  }

  public long count() {
    return count;
  }

  /** A line each on stderr. */
  public void note(Output output) {
    told.forEach(
        (number, refusal) -> {
          String status = refusal.status() == 0 ? "" : " (" + refusal.status() + ")";
          output.note("refused " + unit + " " + number + status + ": " + refusal.reason());
        });
    if (count > told.size()) {
      output.note("and " + (count - told.size()) + " more");
    }
  }

  public List<Map<String, Object>> json() {
    List<Map<String, Object>> refusals = new ArrayList<>();
    told.forEach(
        (number, refusal) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put(unit, number);
          one.put("status", refusal.status());
          one.put("reason", refusal.reason());
          refusals.add(one);
        });
    return refusals;
  }
}
