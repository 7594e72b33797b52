package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.rehearsal.Rehearsal.Taken;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A rehearsal as tests write it: messages at offsets from noon, and what each was answered. */
final class Play {
  static final long NOON = Instant.parse("2026-11-27T12:00:00Z").toEpochMilli();
  static final UserKey ALICE = new UserKey("default", "alice");

  private final PolicyBook book = new PolicyBook(Policy.NONE);
  private final Map<UserKey, String> settings = new HashMap<>();
  private final List<Recorded> messages = new ArrayList<>();
  private SequencerSettings bounds = SequencerSettings.defaults();
  private int steps = 1_000;

  /** What it came to. */
  record Outcome(Result current, Result candidate, List<Taken> taken, Rehearsal rehearsal) {}

  Play policy(String name, String json) {
    book.put(new PolicyKey("default", name), Policy.parse(json), book.version() + 1);
    return this;
  }

  Play settings(UserKey user, String json) {
    settings.put(user, json);
    return this;
  }

  Play bounds(SequencerSettings other) {
    bounds = other;
    return this;
  }

  /** Wake-ups a call. */
  Play steps(int other) {
    steps = other;
    return this;
  }

  /** One for alice each. */
  Play at(Duration... afterNoon) {
    for (Duration each : afterNoon) {
      add(recorded(ALICE, "m" + messages.size(), each));
    }
    return this;
  }

  Play add(Recorded recorded) {
    messages.add(recorded);
    return this;
  }

  Outcome against(String candidate) {
    return against("default", candidate);
  }

  Outcome against(String name, String candidate) {
    Rehearsal rehearsal =
        new Rehearsal(
            bounds, Comparison.of(book, new PolicyKey("default", name), Policy.parse(candidate)));
    List<Taken> taken = new ArrayList<>();
    for (Recorded each : messages) {
      while (!rehearsal.advance(each.atMillis(), steps)) {
        // Step by step.
      }
      taken.add(rehearsal.take(each, settings.getOrDefault(each.user(), "")));
    }
    while (!rehearsal.finish(steps)) {
      // Step by step.
    }
    return new Outcome(rehearsal.current(), rehearsal.candidate(), taken, rehearsal);
  }

  static Recorded recorded(UserKey user, String id, Duration afterNoon) {
    return recorded(user, message(id, afterNoon), afterNoon);
  }

  static Recorded recorded(UserKey user, Message message, Duration afterNoon) {
    return new Recorded(user, message, 100, NOON + afterNoon.toMillis());
  }

  static Message message(String id, Duration afterNoon) {
    return new Message(
        id,
        "/test",
        "t",
        NOON + afterNoon.toMillis(),
        Urgency.NORMAL,
        Message.NEVER,
        0,
        null,
        null,
        null,
        null,
        new byte[0]);
  }

  /** The same with other attributes; times are offsets from noon. */
  static Message with(
      Message m, Urgency urgency, Duration expiry, Duration deliverAt, String key, String about) {
    return new Message(
        m.id(),
        m.source(),
        m.type(),
        m.timeMillis(),
        urgency,
        expiry.isNegative() ? Message.NEVER : NOON + expiry.toMillis(),
        deliverAt.isNegative() ? 0 : NOON + deliverAt.toMillis(),
        key,
        about,
        null,
        null,
        m.payload());
  }
}
