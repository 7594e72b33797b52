package io.tidegate.cli.listen;

import io.tidegate.cli.Output;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a listening device prints: lines for people, or one JSON value an event. */
final class Screen implements Watcher {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private final Output output;
  private final boolean verbose;

  /**
   * @param verbose acks too
   */
  Screen(Output output, boolean verbose) {
    this.output = output;
    this.verbose = verbose;
  }

  @Override
  public void welcomed(Device.Step.Welcomed welcome) {
    if (output.json()) {
      Map<String, Object> event = event("welcome");
      event.put("mode", welcome.mode());
      event.put("seq", welcome.seq());
      event.put("head", welcome.head());
      event.put("session", welcome.session());
      output.json(event);
      return;
    }
    long waiting = Math.max(0, welcome.head() - welcome.seq());
    line(
        "welcome: "
            + welcome.mode()
            + " after #"
            + welcome.seq()
            + (waiting == 0 ? "" : ", up to " + waiting + " to come")
            + " (session "
            + welcome.session()
            + ")");
  }

  @Override
  public void show(Device.Step.Show show) {
    if (output.json()) {
      Map<String, Object> event = event(show.seq() == 0 ? "live" : "message");
      event.put("message", show.message());
      output.json(event);
      return;
    }
    JsonNode message = show.message();
    String urgency = message.path("urgency").asString("normal");
    String data = "(no data)";
    if (message.has("data")) {
      data = message.path("data").toString();
    } else if (message.has("data_base64")) {
      data = message.path("data_base64").asString("") + " (base64)";
    }
    line(
        (show.seq() == 0 ? "live" : "#" + show.seq())
            + "  "
            + message.path("type").asString("")
            + (urgency.equals("normal") ? "" : " [" + urgency + "]")
            + "  "
            + data);
  }

  @Override
  public void missed(long seq) {
    if (output.json()) {
      Map<String, Object> event = event("reset");
      event.put("seq", seq);
      output.json(event);
    } else {
      line("reset: something was removed undelivered; going on after #" + seq);
    }
  }

  @Override
  public void acked(long seq) {
    if (output.json()) {
      Map<String, Object> event = event("ack");
      event.put("seq", seq);
      output.json(event);
    } else if (verbose) {
      line("ack #" + seq);
    }
  }

  @Override
  public void gap(Device.Step.Gap gap) {
    note("a gap: have #" + gap.last() + ", the push follows #" + gap.prev());
  }

  @Override
  public void reconnecting(int code, String reason, Duration wait) {
    if (output.json()) {
      Map<String, Object> event = event("disconnected");
      event.put("code", code);
      event.put("reason", reason);
      event.put("retry_ms", wait.toMillis());
      output.json(event);
    } else {
      note("disconnected: " + named(code, reason) + "; again in " + inWords(wait));
    }
  }

  @Override
  public void closedForGood(int code, String reason) {
    note("closed for good: " + named(code, reason));
  }

  private static String inWords(Duration wait) {
    long millis = wait.toMillis();
    return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }

  private static String named(int code, String reason) {
    return reason.isEmpty() ? Integer.toString(code) : code + " " + reason;
  }

  private static Map<String, Object> event(String name) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("event", name);
    return event;
  }

  private void line(String text) {
    output.line(LocalTime.now(java.time.ZoneId.systemDefault()).format(TIME) + "  " + text);
  }

  private void note(String text) {
    output.note("tidegate: " + text);
  }
}
