package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Outcome;
import io.tidegate.fanout.sequencer.UserView.DeviceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Effects and answers as scripts write them. Epochs are called e1, e2 and so on as they come into
 * sight; the session s7 is the seventh of slot 0 in incarnation 1.
 *
 * <pre>
 * attach s1 resumed e1 seq=3 head=7
 * push s1 prev=3 [4:m4 6:m6]
 * live s1 m9
 * kick s1 replaced
 * reset s1 e1 seq=4
 * duplicate m1
 * end m1 delivered all_devices seq=1
 * end m1 collapsed by m2
 * join 1 phone 1/2 at=0                    number 1, one of two devices; leave likewise
 * </pre>
 */
final class ScriptText {
  static final long FIRST_EPOCH = 0xC0FFEE00L;

  private static final long NEVER_AN_EPOCH = 0xBADL;

  private final List<Long> epochs = new ArrayList<>();

  static SessionRef session(String name) {
    return new SessionRef(0, 1, Long.parseLong(name.substring(1)));
  }

  /** The epoch called so, or one that never was if there is none yet. */
  long epoch(String name) {
    int number = Integer.parseInt(name.substring(1));
    return number <= epochs.size() ? epochs.get(number - 1) : NEVER_AN_EPOCH + number;
  }

  long lastEpoch() {
    return epochs.isEmpty() ? NEVER_AN_EPOCH : epochs.getLast();
  }

  String effects(List<Effect> effects) {
    return effects.stream()
        .filter(effect -> !(effect instanceof Effect.Online))
        .map(this::effect)
        .collect(Collectors.joining("; "));
  }

  private String effect(Effect effect) {
    return switch (effect) {
      case Effect.Attach a ->
          "attach %s %s %s seq=%d head=%d"
              .formatted(name(a.session()), lower(a.mode()), name(a.epoch()), a.seq(), a.head());
      case Effect.Deliver d ->
          d.messages().stream()
              .map(m -> m.seq() + ":" + m.message().id())
              .collect(
                  Collectors.joining(
                      " ", "push %s prev=%d [".formatted(name(d.session()), d.prev()), "]"));
      case Effect.DeliverLive l -> "live %s %s".formatted(name(l.session()), l.message().id());
      case Effect.Kick k -> "kick %s %s".formatted(name(k.session()), k.code().label());
      case Effect.Reset r ->
          "reset %s %s seq=%d".formatted(name(r.session()), name(r.epoch()), r.seq());
      case Effect.Duplicate d -> "duplicate " + d.messageId();
      case Effect.Reached(boolean kept) -> kept ? "reached, kept" : "reached";
      case Effect.Ended e -> outcome(e.outcome());
      case Effect.Online(boolean now) -> now ? "online" : "offline";
      case Effect.Announced(PresenceChange c) ->
          "%s %d %s %d/%d at=%s"
              .formatted(
                  c.joined() ? "join" : "leave",
                  c.number(),
                  c.device(),
                  c.connected(),
                  c.known(),
                  ScriptTime.text(c.atMillis()));
    };
  }

  private static String outcome(Outcome end) {
    String text = "end %s %s".formatted(end.messageId(), end.kind().label());
    if (end.replacedBy() != null) {
      String rule = end.rule() == null ? "" : " rule=" + end.rule().name();
      return text + " by " + end.replacedBy() + rule;
    }
    text += " " + end.reason().label();
    if (end.rule() != null) {
      text += " rule=" + end.rule().name();
    }
    return end.seq() == 0 ? text : text + " seq=" + end.seq();
  }

  String answer(String question, @Nullable UserView user) {
    if (user == null) {
      return "unknown";
    }
    return switch (question) {
      case "due?" -> {
        Long due = user.nextDueMillis();
        yield due == null ? "never" : ScriptTime.text(due);
      }
      case "mailbox?" ->
          "waiting=%d scheduled=%d released=%d bytes=%d head=%d loss=%d"
              .formatted(
                  user.waiting(),
                  user.scheduled(),
                  user.released(),
                  user.payloadBytes(),
                  user.head(),
                  user.lossFloor());
      case "presence?" -> {
        Long since = user.presence().sinceMillis();
        Long seen = user.presence().lastSeenMillis();
        yield since != null
            ? "since " + ScriptTime.text(since)
            : seen != null ? "last seen " + ScriptTime.text(seen) : "never";
      }
      case "devices?" ->
          user.devices().stream().map(ScriptText::device).collect(Collectors.joining("; "));
      default -> "known";
    };
  }

  private static String device(DeviceView device) {
    String session = device.session();
    if (session == null) {
      return "%s away acked=%d".formatted(device.device(), device.acked());
    }
    return "%s s%s acked=%d sent=%d window=%d"
        .formatted(
            device.device(),
            session.substring(session.lastIndexOf('.') + 1),
            device.acked(),
            device.sent(),
            device.window());
  }

  private static String name(SessionRef session) {
    return "s" + session.n();
  }

  private String name(long epoch) {
    if (!epochs.contains(epoch)) {
      epochs.add(epoch);
    }
    return "e" + (epochs.indexOf(epoch) + 1);
  }

  private static String lower(Effect.Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
