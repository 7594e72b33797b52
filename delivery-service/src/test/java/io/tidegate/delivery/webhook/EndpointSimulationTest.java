package io.tidegate.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.webhook.Courier.End;
import io.tidegate.delivery.webhook.Courier.Item;
import io.tidegate.delivery.webhook.Courier.Step;
import io.tidegate.delivery.webhook.Gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Endpoints of a few hosts that answer as they like, by a clock that jumps from event to event: all
 * is posted, in order, one at a time, and no more often than the backoff and the bounds allow.
 */
final class EndpointSimulationTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Gate.Bounds BOUNDS =
      new Gate.Bounds(5, 2, 3, new Backoff(5 * SECOND, 60 * SECOND));
  private static final Courier.Rules RULES =
      new Courier.Rules(new Backoff(SECOND, 30 * SECOND), 4, 120 * SECOND);
  private static final int ENDPOINTS = 12;
  private static final int MESSAGES = 40;

  /** One endpoint and what came of its messages. */
  private final class Run {
    final String host;
    final Courier<Integer> courier;
    final List<Integer> taken = new ArrayList<>();
    final List<Integer> refused = new ArrayList<>();
    int added;
    int underWay;
    long lastEnd = Long.MIN_VALUE;
    boolean lastFailed;
    boolean queued;

    Run(int number) {
      host = "host" + number % hosts;
      courier = new Courier<>(RULES, random::nextDouble);
      gate.join(at(host));
    }
  }

  private Random random = new Random();
  private Gate<Run> gate = new Gate<>(BOUNDS, () -> 0);
  private final TreeMap<Long, List<Runnable>> events = new TreeMap<>();
  private final TreeMap<String, Integer> atHost = new TreeMap<>();
  private final List<Run> runs = new ArrayList<>();
  private long now;
  private int hosts;
  private int posts;
  private int most;
  private boolean kind;

  private static Gate.Place at(String host) {
    return new Gate.Place("t", host);
  }

  private void at(long nanos, Runnable event) {
    events.computeIfAbsent(Math.max(now, nanos), _ -> new ArrayList<>()).add(event);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 20_261_129, 0xfeed})
  void nothingShouldBeLostReorderedOrPostedTwiceAtATime(long seed) {
    simulate(seed, ENDPOINTS, 4, 8_000);
  }

  /** Where each is at the one host there is, and most of them wait most of the time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manyWhoWaitForOneHostShouldHaveTheirTurnsInAnEnd(long seed) {
    simulate(seed, 140, 1, 100_000);
  }

  private void simulate(long seed, int endpoints, int manyHosts, int mostPosts) {
    // Given
    hosts = manyHosts;
    random = new Random(seed);
    gate = new Gate<>(BOUNDS, random::nextDouble);
    for (int i = 0; i < endpoints; i++) {
      Run run = new Run(i);
      runs.add(run);
      for (int n = 0; n < MESSAGES; n++) {
        at(random.nextLong(600) * SECOND, () -> add(run));
      }
    }
    at(3_600 * SECOND, () -> kind = true);

    // When
    while (!events.isEmpty() && now < 24 * 3_600 * SECOND) {
      var due = events.pollFirstEntry();
      now = due.getKey();
      due.getValue().forEach(Runnable::run);
    }

    // Then
    for (Run run : runs) {
      assertThat(run.taken).as("seed %d, order", seed).isSorted();
      assertThat(run.taken.size() + run.refused.size())
          .as("seed %d, nothing lost", seed)
          .isEqualTo(MESSAGES);
      assertThat(run.taken).doesNotContainAnyElementsOf(run.refused);
    }
    assertThat(most).as("seed %d, in all", seed).isLessThanOrEqualTo(BOUNDS.total());
    assertThat(gate.underWay()).isZero();
    // Twelve endpoints that retried each second for the hour of trouble would come to 40,000.
    assertThat(posts).as("seed %d, tries", seed).isLessThan(mostPosts);
  }

  private void add(Run run) {
    run.courier.add(new Item<>(run.added + 1, Long.MAX_VALUE, run.added));
    run.added++;
    go(run);
  }

  private void go(Run run) {
    if (run.queued) {
      return;
    }
    switch (run.courier.next(now, now / 1_000_000)) {
      case Step.Post<Integer>(Item<Integer> item) -> ask(run, item);
      case Step.Wait<Integer>(long until) -> at(until, () -> go(run));
      case Step.Skip<Integer> _ -> throw new AssertionError("nothing expires here");
      case Step.Rest<Integer> _ -> {}
    }
  }

  private void ask(Run run, Item<Integer> item) {
    switch (gate.ask(at(run.host), run, now)) {
      case Verdict.Go _ -> post(run, item);
      case Verdict.Queued _ -> run.queued = true;
      case Verdict.Open(long until) -> {
        assertThat(until).isGreaterThan(now);
        at(until, () -> go(run));
      }
    }
  }

  private void post(Run run, Item<Integer> item) {
    run.courier.begun();
    posts++;
    assertThat(++run.underWay).as("one at a time").isEqualTo(1);
    assertThat(atHost.merge(run.host, 1, Integer::sum)).isLessThanOrEqualTo(BOUNDS.perHost());
    most = Math.max(most, gate.underWay());
    if (run.lastFailed) {
      assertThat(now - run.lastEnd).as("backoff").isGreaterThanOrEqualTo(SECOND);
    }
    Result result = result(item.what());
    at(now + 1 + random.nextLong(3 * SECOND), () -> end(run, result));
  }

  /** Hosts are hostile for an hour; some messages are poison for ever. */
  private Result result(int message) {
    if (message % 17 == 13) {
      return Result.REFUSED;
    }
    if (kind) {
      return Result.TAKEN;
    }
    Result[] any = {
      Result.TAKEN, Result.TAKEN, Result.LATER, Result.FAILED, Result.TIMEOUT, Result.UNREACHABLE
    };
    return any[random.nextInt(any.length)];
  }

  private void end(Run run, Result result) {
    run.underWay--;
    var _ = atHost.merge(run.host, -1, Integer::sum);
    long asked = random.nextInt(4) == 0 ? random.nextLong(7_200) * SECOND : 0;
    run.lastEnd = now;
    End<Integer> end = run.courier.ended(result, asked, now);
    run.lastFailed = end instanceof End.Again<Integer>;
    switch (end) {
      case End.Ack<Integer>(Item<Integer> item) -> run.taken.add(item.what());
      case End.Refuse<Integer>(Item<Integer> item) -> {
        run.courier.refused();
        run.refused.add(item.what());
      }
      case End.Again<Integer> _ -> {}
      case End.Stop<Integer> _ -> throw new AssertionError("nobody is gone here");
    }
    var _ = gate.done(at(run.host), result, now);
    int turns = 0;
    for (List<Run> turn = gate.wake(now); !turn.isEmpty(); turn = gate.wake(now)) {
      assertThat(++turns).as("turns without an end").isLessThanOrEqualTo(runs.size());
      for (Run woken : turn) {
        woken.queued = false;
        go(woken);
      }
    }
    go(run);
  }
}
