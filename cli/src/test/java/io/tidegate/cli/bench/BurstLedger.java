package io.tidegate.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of each message of a burst, by its number: whether it was accepted, how often its
 * device was shown it, and its outcomes; and every violation that was found, counted by what it is.
 *
 * <p>Message {@code n} has the id {@code RUN-n} and goes to user {@code n % users}, who is called
 * {@code RUN-u…}. For any threads.
 */
final class BurstLedger {
  private static final int ACCEPTED = 1;
  private static final int REFUSED = 2;
  private static final int DELIVERED = 1;
  private static final int OTHERWISE = 1 << 16;

  private final String run;
  private final int users;
  private final AtomicIntegerArray answers;
  private final AtomicIntegerArray shown;
  private final AtomicIntegerArray outcomes;
  private final AtomicLong acceptedCount = new AtomicLong();
  private final AtomicLong shownCount = new AtomicLong();
  private final AtomicLong outcomeCount = new AtomicLong();
  private final Map<String, Long> violations = new LinkedHashMap<>();

  BurstLedger(String run, int messages, int users) {
    this.run = run;
    this.users = users;
    this.answers = new AtomicIntegerArray(messages);
    this.shown = new AtomicIntegerArray(messages);
    this.outcomes = new AtomicIntegerArray(messages);
  }

  int messages() {
    return answers.length();
  }

  int users() {
    return users;
  }

  String user(int user) {
    return run + "-u" + user;
  }

  String id(int message) {
    return run + "-" + message;
  }

  /** The number of a user's name; -1 if it is not of this run. */
  int userNumber(String name) {
    return number(name, run + "-u", users);
  }

  /** The number of a message's id; -1 if it is not of this run. */
  int messageNumber(String id) {
    return number(id, run + "-", messages());
  }

  private static int number(String name, String prefix, int bound) {
    if (!name.startsWith(prefix)) {
      return -1;
    }
    try {
      int number = Integer.parseInt(name, prefix.length(), name.length(), 10);
      return number < bound ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  void accepted(int message) {
    if (answers.getAndSet(message, ACCEPTED) != ACCEPTED) {
      acceptedCount.incrementAndGet();
    }
  }

  void refused(int message) {
    answers.set(message, REFUSED);
    violation("refused for good");
  }

  /** A device shows a message that came in a push. */
  void shown(int user, String id) {
    int message = messageNumber(id);
    if (message < 0 || message % users != user) {
      violation("message for someone else");
    } else if (shown.incrementAndGet(message) == 1) {
      shownCount.incrementAndGet();
    } else {
      violation("shown twice");
    }
  }

  /** A record of {@code tidegate.outcomes} about a message. */
  void ended(int user, String id, boolean delivered) {
    int message = messageNumber(id);
    if (message < 0 || message % users != user) {
      violation("outcome for someone else");
    } else if (outcomes.getAndAdd(message, delivered ? DELIVERED : OTHERWISE) == 0) {
      outcomeCount.incrementAndGet();
    }
  }

  synchronized void violation(String what) {
    violations.merge(what, 1L, Long::sum);
  }

  long acceptedCount() {
    return acceptedCount.get();
  }

  long shownCount() {
    return shownCount.get();
  }

  /** Messages with an outcome or more. */
  long outcomeCount() {
    return outcomeCount.get();
  }

  /** Compares the three accounts message by message; to be called once, at the end. */
  void settle() {
    for (int message = 0; message < messages(); message++) {
      boolean accepted = answers.get(message) == ACCEPTED;
      if (!accepted && answers.get(message) != REFUSED) {
        violation("never answered");
      }
      if (accepted && shown.get(message) == 0) {
        violation("accepted and not shown");
      }
      int ends = outcomes.get(message);
      if (accepted && ends == 0) {
        violation("accepted and no outcome");
      } else if (ends >= OTHERWISE) {
        violation("outcome other than delivered");
      } else if (ends > DELIVERED) {
        violation("several outcomes");
      }
    }
  }

  /** How many of each kind; empty if everything was as it should be. */
  synchronized Map<String, Long> violations() {
    return new LinkedHashMap<>(violations);
  }
}
