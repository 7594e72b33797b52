package io.tidegate.fanout.pace;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Batch;
import io.tidegate.contract.policy.Cap;
import io.tidegate.contract.policy.Gate;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.OnExceed;
import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a policy means for one user, word by word. Remembers every message that ever arrived or
 * went, and counts anew each time.
 *
 * <p>Where a rule is changed under its name, or the clock was set back, it is not said to the
 * millisecond how what was counted goes on to count. Then there are two answers: what holds a
 * message at the {@link View#LEAST} and at the {@link View#MOST}. Smoothing is only in the latter.
 */
public final class NaivePace {
  /** An instant by the clock of the wall, and by one that ran with it but was never set back. */
  public record Time(long wall, long forward) {
    public static Time of(long millis) {
      return new Time(millis, millis);
    }

    public Time atWall(long millis) {
      return new Time(millis, millis - wall + forward);
    }
  }

  public enum Says {
    GO,
    HELD,
    DEFER,
    COLLAPSE,
    DROP
  }

  /** Which of the rules that perhaps hold are held to hold. */
  public enum View {
    LEAST,
    MOST
  }

  /** As the arrival of a message that waits for no batch window. */
  public static final long IN_NO_WINDOW = Long.MIN_VALUE;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Function<Policy, NaiveQuiet> quiets;
  private Policy policy;
  private NaiveQuiet quiet;
  private List<NaiveLimit> limits = new ArrayList<>();
  private List<NaiveCap> caps = new ArrayList<>();
  private final List<Long> windows = new ArrayList<>();

  /** Those that another one, of which nothing is known, may have been open instead of. */
  private final List<Long> perhaps = new ArrayList<>();

  private long lastPush = NEVER;

  /** When anything was last told. */
  private long now = NEVER;

  /** A window that nothing is known of began at the latest then. */
  private long windowDoubt = NEVER;

  /**
   * @param quiets the quiet hours of a policy; may be shared
   */
  public NaivePace(Policy policy, Function<Policy, NaiveQuiet> quiets) {
    this.quiets = quiets;
    this.policy = policy;
    this.quiet = quiets.apply(policy);
    policy.limits().forEach(limit -> limits.add(new NaiveLimit(limit)));
    policy.caps().forEach(cap -> caps.add(new NaiveCap(cap, policy.timezone())));
  }

  /** To be told before anything that happens at {@code now}; the policy may be another. */
  public void begin(Policy holding, Time at) {
    if (!policy.equals(holding)) {
      change(holding, at);
    }
    caps.forEach(cap -> cap.enter(at.wall));
    this.now = at.wall;
  }

  private void change(Policy to, Time at) {
    List<NaiveLimit> newLimits = new ArrayList<>();
    for (Limit limit : to.limits()) {
      NaiveLimit next = new NaiveLimit(limit);
      for (NaiveLimit old : limits) {
        if (old.limit.name().equals(limit.name())) {
          if (old.continues(limit)) {
            next = old.with(limit);
          } else {
            next.doubt(at.forward);
          }
        }
      }
      newLimits.add(next);
    }
    List<NaiveCap> newCaps = new ArrayList<>();
    for (Cap cap : to.caps()) {
      NaiveCap next = new NaiveCap(cap, to.timezone());
      next.enter(at.wall);
      for (NaiveCap old : caps) {
        if (old.cap.name().equals(cap.name())) {
          if (old.continues(cap, to.timezone())) {
            next = old.with(cap);
          } else {
            next.doubt();
          }
        }
      }
      newCaps.add(next);
    }
    Batch before = policy.batch();
    Batch after = to.batch();
    if (!before.window().equals(after.window()) || before.mode() != after.mode()) {
      doubtWindows(at);
    }
    limits = newLimits;
    caps = newCaps;
    policy = to;
    quiet = quiets.apply(to);
  }

  /** Limits go on by the clock that was not set back; when they let go is not said. */
  public void clockWentBack(Time now) {
    limits.forEach(limit -> limit.doubt(now.forward));
    doubtWindows(now);
  }

  private void doubtWindows(Time now) {
    windows.clear();
    perhaps.clear();
    lastPush = NEVER;
    windowDoubt = now.wall;
  }

  /** A message came, or became ready to go if that is later. */
  public void arrived(Urgency urgency, long wall) {
    long window = policy.batch().window().toMillis();
    if (window == 0 || policy.bypasses(urgency, Gate.BATCH) || isIn(windows, wall, now)) {
      return;
    }
    if (isIn(windows, wall, wall)) {
      // It got ready late: the window that it belongs to is over, and may be forgotten.
      perhaps.add(wall);
      return;
    }
    boolean sure = wall >= windowDoubt + window && !isIn(perhaps, wall, wall);
    List<Long> to = sure ? windows : perhaps;
    switch (policy.batch().mode()) {
      case FIRST -> to.add(wall);
      case LOOK_BACK -> {
        if (wall < lastPush + window) {
          to.add(Math.min(lastPush, wall));
        }
      }
    }
  }

  /** Whether a message that came at {@code arrived} is held at {@code wall} by one of them. */
  private boolean isIn(List<Long> some, long arrived, long wall) {
    long window = policy.batch().window().toMillis();
    return some.stream()
        .anyMatch(start -> start <= arrived && arrived < start + window && wall < start + window);
  }

  /**
   * Whether a message may go in the push of that number; in one of its own: -1.
   *
   * @param arrived when it came or became ready, by the wall
   */
  public Says says(
      int push, Urgency urgency, @Nullable String category, long arrived, Time at, View view) {
    if (isHeld(urgency, arrived, at, view)) {
      return Says.HELD;
    }
    Says says = Says.GO;
    if (!policy.bypasses(urgency, Gate.LIMITS)) {
      for (NaiveLimit each : limits) {
        if (each.isAbout(push, category) && each.exceeds(at.forward, view)) {
          says = worse(says, each.limit.onExceed());
        }
      }
    }
    if (!policy.bypasses(urgency, Gate.CAPS)) {
      for (NaiveCap each : caps) {
        if (each.isAbout(push, category) && each.exceeds(at.wall, view)) {
          says = worse(says, each.cap.onExceed());
        }
      }
    }
    return says;
  }

  private boolean isHeld(Urgency urgency, long arrived, Time at, View view) {
    if (!policy.bypasses(urgency, Gate.QUIET_HOURS)
        && (quiet.isQuiet(at.wall) || (view == View.MOST && isSmoothed(urgency, at.wall)))) {
      return true;
    }
    long window = policy.batch().window().toMillis();
    if (window == 0 || arrived == IN_NO_WINDOW || policy.bypasses(urgency, Gate.BATCH)) {
      return false;
    }
    return isIn(windows, arrived, at.wall)
        || (view == View.MOST
            && (at.wall < windowDoubt + window || isIn(perhaps, arrived, at.wall)));
  }

  /** At the latest then its turn has come. */
  private long smoothingMillis(Urgency urgency) {
    long weight = (long) Urgency.HIGH.position() - urgency.position();
    return policy.smoothing().toMillis() * weight;
  }

  private boolean isSmoothed(Urgency urgency, long wall) {
    long most = smoothingMillis(urgency);
    return most > 0 && !quiet.ends(wall - most, wall).isEmpty();
  }

  private static Says worse(Says says, OnExceed onExceed) {
    Says other = Says.valueOf(onExceed.name());
    return other.compareTo(says) > 0 ? other : says;
  }

  /** Whether the rule of that name, which has that consequence, may refuse such a message. */
  public boolean mayRefuse(
      String rule, OnExceed onExceed, Urgency urgency, @Nullable String category, Time at) {
    for (NaiveLimit each : limits) {
      if (each.limit.name().equals(rule)) {
        return each.limit.onExceed() == onExceed
            && !policy.bypasses(urgency, Gate.LIMITS)
            && each.isAbout(-1, category)
            && each.exceeds(at.forward, View.MOST);
      }
    }
    for (NaiveCap each : caps) {
      if (each.cap.name().equals(rule)) {
        return each.cap.onExceed() == onExceed
            && !policy.bypasses(urgency, Gate.CAPS)
            && each.isAbout(-1, category)
            && each.exceeds(at.wall, View.MOST);
      }
    }
    return false;
  }

  /**
   * A message went.
   *
   * @return what is wrong if a limit does not hold
   */
  public @Nullable String sent(int push, Urgency urgency, @Nullable String category, Time now) {
    String wrong = null;
    for (NaiveLimit each : limits) {
      if (each.isAbout(push, category)) {
        String found = each.count(push, now.forward, policy.bypasses(urgency, Gate.LIMITS));
        wrong = wrong == null ? found : wrong;
      }
    }
    for (NaiveCap each : caps) {
      if (each.isAbout(push, category)) {
        each.count(push);
      }
    }
    lastPush = now.wall;
    return wrong;
  }

  /** Instants after {@code now}, until then, at which something that holds may let go. */
  public List<Long> changes(Time now, long until) {
    List<Long> changes = new ArrayList<>();
    limits.forEach(each -> changes.add(each.freeMillis() - now.forward + now.wall));
    for (NaiveCap each : caps) {
      for (long next = each.nextMillis(now.wall);
          next <= until && changes.size() < 1_000;
          next = each.nextMillis(next)) {
        changes.add(next);
      }
    }
    Duration window = policy.batch().window();
    windows.forEach(start -> changes.add(start + window.toMillis()));
    perhaps.forEach(start -> changes.add(start + window.toMillis()));
    changes.add(windowDoubt + window.toMillis());
    long back = 3 * policy.smoothing().toMillis();
    for (long end : quiet.ends(now.wall - back, until)) {
      for (Urgency urgency : Urgency.values()) {
        changes.add(end + smoothingMillis(urgency));
      }
    }
    changes.removeIf(at -> at <= now.wall || at > until);
    return changes;
  }

  public boolean isQuiet(long wall) {
    return quiet.isQuiet(wall);
  }

  /** For messages about failures. */
  @Override
  public String toString() {
    return limits + " " + caps + " windows " + windows + perhaps + " doubted at " + windowDoubt;
  }
}
