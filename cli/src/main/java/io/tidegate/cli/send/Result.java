package io.tidegate.cli.send;

import io.tidegate.cli.Output;
import io.tidegate.cli.send.IngestClient.Answer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of everything that was sent, as it is told at the end: refusals in their order. */
final class Result {
  private final long began = System.nanoTime();
  private final Refusals refusals;
  private long accepted;
  private long broadcasts;
  private long deliveries;
  private Answer.@Nullable Accepted last;

  /**
   * @param unit what the numbers of the input count, such as line
   */
  Result(String unit) {
    this.refusals = new Refusals(unit);
  }

  void add(Answer answer) {
    switch (answer) {
      case Answer.Accepted good -> {
        accepted++;
        broadcasts += good.isBroadcast() ? 1 : 0;
        deliveries += good.users();
        last = good;
      }
      case Answer.Refused bad -> refusals.add(bad);
    }
  }

  /** It was not even sent. */
  void refused(int number, String reason) {
    refusals.add(number, 0, reason);
  }

  long count() {
    return accepted + refusals.count();
  }

  int exitCode() {
    return refusals.count() == 0 ? 0 : 1;
  }

  void print(Output output) {
    double seconds = (System.nanoTime() - began) / 1e9;
    if (output.json()) {
      output.json(json(seconds));
      return;
    }
    refusals.note(output);
    Answer.Accepted one = only();
    output.line(one == null ? summary(seconds) : "accepted " + one.id() + " for " + one.whom());
  }

  /** The one that was accepted, if nothing else was sent. */
  private Answer.@Nullable Accepted only() {
    return count() == 1 ? last : null;
  }

  private String summary(double seconds) {
    return String.format(
        Locale.ROOT,
        "%,d %s: %,d accepted (%,d %s, one per message and user%s), %,d refused, in %.1f s",
        count(),
        count() == 1 ? "message" : "messages",
        accepted,
        deliveries,
        deliveries == 1 ? "delivery" : "deliveries",
        broadcasts == 0
            ? ""
            : String.format(Locale.ROOT, "; %,d for a group or everyone", broadcasts),
        refusals.count(),
        seconds);
  }

  private Map<String, Object> json(double seconds) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("messages", count());
    all.put("accepted", accepted);
    all.put("refused", refusals.count());
    all.put("deliveries", deliveries);
    all.put("broadcasts", broadcasts);
    all.put("seconds", Math.round(seconds * 1000) / 1000.0);
    Answer.Accepted one = only();
    if (one != null) {
      all.put("id", one.id());
    }
    all.put("refusals", refusals.json());
    return all;
  }
}
