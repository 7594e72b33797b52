package io.tidegate.loadtest.run;

import io.tidegate.loadtest.report.Distribution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Seconds of several generators as those of one: each once all that still run have told theirs. */
final class Gathering {
  private final List<Deque<Seconds.Last>> waiting = new ArrayList<>();
  private final List<Boolean> ended = new ArrayList<>();

  Gathering(int generators) {
    for (int i = 0; i < generators; i++) {
      waiting.add(new ArrayDeque<>());
      ended.add(false);
    }
  }

  /**
   * A generator told its next second.
   *
   * @return what that makes known of all
   */
  List<Seconds.Last> add(int generator, Seconds.Last last) {
    waiting.get(generator).add(last);
    return whole();
  }

  /** A generator tells no more. */
  List<Seconds.Last> ended(int generator) {
    ended.set(generator, true);
    return whole();
  }

  private List<Seconds.Last> whole() {
    List<Seconds.Last> whole = new ArrayList<>();
    while (isNextKnown()) {
      whole.add(sum(waiting.stream().filter(of -> !of.isEmpty()).map(Deque::remove).toList()));
    }
    return whole;
  }

  private boolean isNextKnown() {
    boolean any = false;
    for (int i = 0; i < waiting.size(); i++) {
      boolean told = !waiting.get(i).isEmpty();
      if (!told && !ended.get(i)) {
        return false;
      }
      any |= told;
    }
    return any;
  }

  private static Seconds.Last sum(List<Seconds.Last> of) {
    return new Seconds.Last(
        of.getFirst().second(),
        of.stream().mapToLong(Seconds.Last::offered).sum(),
        of.stream().mapToLong(Seconds.Last::accepted).sum(),
        of.stream().mapToLong(Seconds.Last::shown).sum(),
        of.stream().mapToLong(Seconds.Last::connected).sum(),
        Distribution.sum(of.stream().map(Seconds.Last::accept).toList()),
        Distribution.sum(of.stream().map(Seconds.Last::acceptToPush).toList()));
  }
}
