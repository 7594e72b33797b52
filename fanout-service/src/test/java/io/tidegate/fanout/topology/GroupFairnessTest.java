package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.fanout.topology.MemberProbe.Arrival;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What messages for large groups cost others, counted in users that are come to. Docs: "Fairness"
 * in docs/ARCHITECTURE.md, whose numbers stand here again.
 */
final class GroupFairnessTest {
  private static final int MOST_AT_A_TIME = 2_048;
  private static final int SLICE = 64;
  private static final long BUDGET_NANOS = 10_000_000;
  private static final long PAUSE_MILLIS = 5;
  private static final Duration TICK = Duration.ofMillis(1);

  private final MemberProbe core = new MemberProbe();
  @TempDir private Path folder;
  private FanoutDriver fanout;

  @BeforeEach
  void start() {
    fanout = new FanoutDriver(folder, 1, StoreKind.MEMORY, core);
  }

  @AfterEach
  void stop() {
    fanout.close();
  }

  /** A group with so many members, none of whom has a session. */
  private Recipient group(String name, int members) {
    GroupKey group = new GroupKey("default", name);
    for (int i = 0; i < members; i++) {
      fanout.joins(group, new UserKey("default", name + i));
    }
    return new Recipient.Group(group);
  }

  /** Whom each firing of the timer came to, up to the last one. */
  private List<List<Arrival>> firings(int arrivals) {
    List<List<Arrival>> firings = new ArrayList<>();
    int all = 0;
    for (int i = 0; all < arrivals; i++) {
      assertThat(i).as("ticks, after %d arrivals", all).isLessThan(100_000);
      core.arrivals.clear();
      fanout.advance(TICK);
      if (!core.arrivals.isEmpty()) {
        all += core.arrivals.size();
        firings.add(List.copyOf(core.arrivals));
      }
    }
    return firings;
  }

  @Test
  void firingShouldComeToSoManyUsersAtTheMost() {
    // Given
    core.onlyCounting = true;
    fanout.send(group("g", 4 * MOST_AT_A_TIME), message("m1", "1"));

    // When
    List<List<Arrival>> firings = firings(4 * MOST_AT_A_TIME);

    // Then
    assertThat(firings).allMatch(firing -> firing.size() <= MOST_AT_A_TIME);
    assertThat(firings).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void firingShouldEndWithTheSliceInWhichItsTimeIsOver() {
    // Given members that take a while
    long[] began = {System.nanoTime()};
    core.before =
        _ -> {
          if (core.arrivals.size() % SLICE == 1) {
            began[0] = System.nanoTime();
            while (System.nanoTime() - began[0] <= BUDGET_NANOS) {
              Thread.onSpinWait();
            }
          }
        };
    fanout.send(group("g", 3 * SLICE), message("m1", "1"));

    // When
    List<List<Arrival>> firings = firings(3 * SLICE);

    // Then
    assertThat(firings).hasSize(3).allMatch(firing -> firing.size() == SLICE);
  }

  @Test
  void messagesForDifferentGroupsShouldTakeTurns() {
    // Given two that are under way at the same time
    fanout.send(group("a", 4 * SLICE), message("m1", "1"));
    fanout.send(group("b", 4 * SLICE), message("m2", "1"));

    // When
    List<Arrival> arrivals = firings(8 * SLICE).stream().flatMap(List::stream).toList();

    // Then none has a second slice before the other
    for (int i = 0; i < arrivals.size(); i += SLICE) {
      List<Arrival> slice = arrivals.subList(i, i + SLICE);
      assertThat(slice).extracting(Arrival::id).containsOnly(slice.getFirst().id());
      if (i > 0) {
        assertThat(slice.getFirst().id()).isNotEqualTo(arrivals.get(i - 1).id());
      }
    }
  }

  @Test
  void recordsShouldHaveAPauseAfterEachFiring() {
    // Given
    fanout.send(group("g", 3 * MOST_AT_A_TIME), message("m1", "1"));
    firings(1);
    core.arrivals.clear();

    // When a message for one user comes in the pause
    fanout.advance(Duration.ofMillis(PAUSE_MILLIS - 1));
    fanout.sessionUp(ALICE, 0, 1);
    fanout.send(ALICE, message("m2", "1"));

    // Then it has gone before the group goes on
    assertThat(core.arrivals).isEmpty();
    assertThat(fanout.inbox()).hasSize(2);
    fanout.advance(Duration.ofMillis(100));
    assertThat(core.arrivals).isNotEmpty();
  }

  @Test
  void turnOfAnotherTaskOfTheThreadShouldBeWaitedFor() {
    // Given
    fanout.send(group("g", 3 * MOST_AT_A_TIME), message("m1", "1"));
    firings(1);
    core.arrivals.clear();
    long now = fanout.now().toEpochMilli();

    // When another takes 30 ms, after this one's timer was set
    try (ThreadTurns.Place other = ThreadTurns.current().place()) {
      other.done(now, 30_000_000);
      fanout.advance(Duration.ofMillis(30 + PAUSE_MILLIS - 1));

      // Then there is a pause after that too
      assertThat(core.arrivals).isEmpty();
      fanout.advance(Duration.ofMillis(100));
      assertThat(core.arrivals).isNotEmpty();
    }
  }
}
