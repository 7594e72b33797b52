package io.tidegate.fanout.pace;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of one user and what became of them, as text. A line is {@code [&] time
 * urgency[/category[/bytes]] -> verdict}: each is pushed on its own when it arrives, with {@code &}
 * in the push of the line before. A time is local or has an offset. A verdict is {@code go}, {@code
 * full}, {@code wait rule cause until}, {@code drop rule until} or {@code collapse rule until}.
 */
final class PaceScript {
  private final ZoneId zone;
  private final Pace pace;
  private final PaceState state = new PaceState();
  private final int userHash;
  private PushGate push;

  private PaceScript(Policy policy, int userHash) {
    this.zone = policy.timezone();
    this.pace = Pace.of(policy);
    this.userHash = userHash;
    this.push = pace.open(state, userHash, 0);
  }

  /** The lines with the verdicts that were reached. */
  static String play(String policy, String script) {
    return play(policy, 0, script);
  }

  static String play(String policy, int userHash, String script) {
    PaceScript play = new PaceScript(Policy.parse(policy), userHash);
    List<String> lines = new ArrayList<>();
    for (String line : script.lines().toList()) {
      lines.add(line.isBlank() || line.startsWith("#") ? line : play.line(line));
    }
    return String.join("\n", lines) + "\n";
  }

  private String line(String line) {
    String said = line.substring(0, line.indexOf(" -> "));
    String[] words = said.replaceFirst("& ", "").split(" +");
    long now = millis(words[0]);
    String[] message = words[1].split("/");
    Urgency urgency = Urgency.of(message[0]);
    if (urgency == null) {
      throw new IllegalArgumentException(line);
    }
    String category = message.length > 1 && !message[1].isEmpty() ? message[1] : null;
    int bytes = message.length > 2 ? Integer.parseInt(message[2]) : 100;
    pace.arrived(state, urgency, now);
    if (!line.startsWith("&")) {
      push = pace.open(state, userHash, now);
    }
    return said + " -> " + text(push.admit(urgency, category, bytes, now));
  }

  private String text(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Go go -> "go";
      case Verdict.Full full -> "full";
      case Verdict.Wait wait -> {
        String rule = wait.rule().equals(wait.cause().label()) ? "" : " of " + wait.cause().label();
        yield "wait " + wait.rule() + rule + " until " + text(wait.untilMillis());
      }
      case Verdict.Exceeded exceeded ->
          exceeded.onExceed().word()
              + " "
              + exceeded.rule()
              + " until "
              + text(exceeded.untilMillis());
    };
  }

  private long millis(String time) {
    return (time.matches(".*([+-]..:..|Z)")
            ? OffsetDateTime.parse(time).toInstant()
            : LocalDateTime.parse(time).atZone(zone).toInstant())
        .toEpochMilli();
  }

  private String text(long millis) {
    return millis == Message.NEVER
        ? "never"
        : Instant.ofEpochMilli(millis).atZone(zone).toOffsetDateTime().toString();
  }
}
