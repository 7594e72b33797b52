package io.tidegate.fanout.pace;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.BatchMode;
import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.CountUnit;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Period;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.QuietHours;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy means, word by word. Remembers every message that ever arrived or went, and counts
 * anew each time. Knows no smoothing.
 */
final class NaivePace {
  /**
   * @param push the number of the push it went in
   */
  record Sent(int push, long millis, Urgency urgency, @Nullable String category) {}

  enum Says {
    GO,
    HELD,
    DEFER,
    COLLAPSE,
    DROP
  }

  private static final long MINUTE = 60_000;

  private Policy policy;
  private final List<Sent> sent = new ArrayList<>();
  private final List<Long> windows = new ArrayList<>();
  private final Map<LocalDateTime, Long> reached = new HashMap<>();
  private final Map<LocalDateTime, Long> passed = new HashMap<>();

  NaivePace(Policy policy) {
    this.policy = policy;
  }

  void change(Policy other) {
    policy = other;
  }

  void sent(Sent message) {
    sent.add(message);
  }

  void arrived(Urgency urgency, long now) {
    long window = policy.batch().window().toMillis();
    if (window == 0 || policy.bypasses(urgency, Gate.BATCH)) {
      return;
    }
    if (windows.stream().anyMatch(start -> start <= now && now < start + window)) {
      return;
    }
    if (policy.batch().mode() == BatchMode.FIRST) {
      windows.add(now);
    } else if (!sent.isEmpty() && now < sent.getLast().millis + window) {
      windows.add(sent.getLast().millis);
    }
  }

  /** Whether a message may go at {@code now} in the push of that number. */
  Says says(int push, Urgency urgency, @Nullable String category, long arrived, long now) {
    if (!policy.bypasses(urgency, Gate.QUIET_HOURS) && isQuiet(now)) {
      return Says.HELD;
    }
    long window = policy.batch().window().toMillis();
    if (!policy.bypasses(urgency, Gate.BATCH)
        && windows.stream()
            .anyMatch(
                start -> start <= arrived && arrived < start + window && now < start + window)) {
      return Says.HELD;
    }
    Sent message = new Sent(push, now, urgency, category);
    Says says = Says.GO;
    if (!policy.bypasses(urgency, Gate.LIMITS)) {
      for (Limit limit : policy.limits()) {
        says = exceeds(limit, message) ? worse(says, limit.onExceed()) : says;
      }
    }
    if (!policy.bypasses(urgency, Gate.CAPS)) {
      for (Cap cap : policy.caps()) {
        says = exceeds(cap, message) ? worse(says, cap.onExceed()) : says;
      }
    }
    return says;
  }

  private static Says worse(Says says, OnExceed onExceed) {
    Says other = Says.valueOf(onExceed.name());
    return other.compareTo(says) > 0 ? other : says;
  }

  private boolean exceeds(Limit limit, Sent message) {
    List<Sent> counted = counted(limit.unit(), limit.category(), sent);
    if (!counts(limit.unit(), limit.category(), counted, message)) {
      return false;
    }
    // Between two at the steady rate, rounded up to a nanosecond.
    long emission = Math.ceilDiv(limit.window().toNanos(), limit.limit());
    for (int first = 0; first < counted.size(); first++) {
      long count = (long) counted.size() - first + 1;
      long nanos = (message.millis - counted.get(first).millis) * 1_000_000;
      if ((count - limit.burst()) * emission > nanos) {
        return true;
      }
    }
    return false;
  }

  private boolean exceeds(Cap cap, Sent message) {
    List<Sent> counted = counted(cap.unit(), cap.category(), sent);
    return counts(cap.unit(), cap.category(), counted, message)
        && counted.stream()
                .filter(other -> period(cap, other.millis).equals(period(cap, message.millis)))
                .count()
            >= cap.limit();
  }

  private String period(Cap cap, long millis) {
    LocalDate date = Instant.ofEpochMilli(millis).atZone(policy.timezone()).toLocalDate();
    return cap.per() == Period.DAY
        ? date.toString()
        : date.get(IsoFields.WEEK_BASED_YEAR) + "-" + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }

  /** What a rule has counted: every message, or the first of each push, that it is about. */
  private static List<Sent> counted(CountUnit unit, @Nullable String category, List<Sent> from) {
    List<Sent> counted = new ArrayList<>();
    for (Sent message : from) {
      if (counts(unit, category, counted, message)) {
        counted.add(message);
      }
    }
    return counted;
  }

  private static boolean counts(
      CountUnit unit, @Nullable String category, List<Sent> counted, Sent message) {
    return (category == null || category.equals(message.category))
        && (unit == CountUnit.MESSAGES
            || counted.isEmpty()
            || counted.getLast().push != message.push);
  }

  /**
   * That no stretch of time holds more than a limit allows and no period more than a cap, of what
   * was not let past them.
   */
  @Nullable String violation() {
    for (Limit limit : policy.limits()) {
      List<Sent> bound =
          counted(limit.unit(), limit.category(), sent).stream()
              .filter(message -> !policy.bypasses(message.urgency, Gate.LIMITS))
              .toList();
      for (int first = 0; first < bound.size(); first++) {
        for (int last = first; last < bound.size(); last++) {
          long millis = bound.get(last).millis - bound.get(first).millis;
          BigInteger over = BigInteger.valueOf(last - first + 1 - limit.burst());
          BigInteger window = BigInteger.valueOf(limit.window().toMillis());
          BigInteger allowed =
              BigInteger.valueOf(millis).multiply(BigInteger.valueOf(limit.limit()));
          if (over.multiply(window).compareTo(allowed) > 0) {
            return (last - first + 1) + " in " + millis + " ms with " + limit;
          }
        }
      }
    }
    for (Cap cap : policy.caps()) {
      Map<String, Long> counts = new HashMap<>();
      for (Sent message : counted(cap.unit(), cap.category(), sent)) {
        String period = period(cap, message.millis);
        if (!policy.bypasses(message.urgency, Gate.CAPS)
            && counts.merge(period, 1L, Long::sum) > cap.limit()) {
          return "too many in " + period + " with " + cap;
        }
      }
    }
    return null;
  }

  boolean isQuiet(long millis) {
    LocalDate today = Instant.ofEpochMilli(millis).atZone(policy.timezone()).toLocalDate();
    for (QuietHours hours : policy.quietHours()) {
      for (int back = 2; back >= -1; back--) {
        LocalDate day = today.minusDays(back);
        boolean next = !hours.until().isAfter(hours.from());
        if (hours.days().contains(day.getDayOfWeek())
            && reached(day.atTime(hours.from())) <= millis
            && millis < passed(day.plusDays(next ? 1 : 0).atTime(hours.until()))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The first minute at which the clock shows {@code time} or more. */
  private long reached(LocalDateTime time) {
    return reached.computeIfAbsent(
        time,
        wanted -> {
          for (long minute = dayBefore(wanted); ; minute += MINUTE) {
            if (!clock(minute).isBefore(wanted)) {
              return minute;
            }
          }
        });
  }

  /** The minute after the last at which the clock shows less than {@code time}. */
  private long passed(LocalDateTime time) {
    return passed.computeIfAbsent(
        time,
        wanted -> {
          for (long minute = dayBefore(wanted) + 2 * 24 * 60 * MINUTE; ; minute -= MINUTE) {
            if (clock(minute).isBefore(wanted)) {
              return minute + MINUTE;
            }
          }
        });
  }

  private long dayBefore(LocalDateTime time) {
    return time.minus(1, ChronoUnit.DAYS).atZone(policy.timezone()).toInstant().toEpochMilli();
  }

  private LocalDateTime clock(long millis) {
    ZoneId zone = policy.timezone();
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
  }

  /** For messages about failures. */
  @Override
  public String toString() {
    return "sent " + sent + ", windows " + windows;
  }
}
