package io.tidegate.loadtest.run;

import io.tidegate.loadtest.profile.Happening;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.Mark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** What is done to devices, and undone, in the order of the instants at which it is due. */
final class Script {
  private final Deque<Step> steps;

  /**
   * @param undo the happening is over
   */
  record Step(long atNanos, Happening happening, boolean undo) {}

  Script(List<Happening> happenings) {
    List<Step> all = new ArrayList<>();
    for (Happening happening : happenings) {
      long at = happening.at().toNanos();
      all.add(new Step(at, happening, false));
      if (!happening.length().isZero()) {
        all.add(new Step(at + happening.length().toNanos(), happening, true));
      }
    }
    all.sort(Comparator.comparingLong(Step::atNanos));
    this.steps = new ArrayDeque<>(all);
  }

  /** When the next step is due; {@link Long#MAX_VALUE} after the last. */
  long nextNanos() {
    Step next = steps.peek();
    return next == null ? Long.MAX_VALUE : next.atNanos;
  }

  Step take() {
    return steps.remove();
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** What plots show as having begun. */
  static List<Mark> marks(Profile profile) {
    List<Mark> marks = new ArrayList<>();
    double second = 0;
    for (Phase phase : profile.phases()) {
      marks.add(new Mark(second, phase.name()));
      second += phase.length().toNanos() / 1e9;
    }
    for (Happening happening : profile.happenings()) {
      double at = happening.at().toNanos() / 1e9;
      marks.add(new Mark(at, happening.text()));
      if (!happening.length().isZero()) {
        marks.add(new Mark(at + happening.length().toNanos() / 1e9, "end of " + happening.text()));
      }
    }
    marks.sort(Comparator.comparingDouble(Mark::second));
    return marks;
  }
}
