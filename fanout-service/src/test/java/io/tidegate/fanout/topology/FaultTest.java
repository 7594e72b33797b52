package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.fanout.group.Expansions;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell around a core that misbehaves. */
class FaultTest {
  private static final byte[] KEY = {1, 42};

  @TempDir Path folder = Path.of("");

  private static Expansions noExpansions(SortedBytes store) {
    return new Expansions(new Sequencer(SequencerSettings.defaults()), store, 0, 1);
  }

  /** Writes, speaks, and then fails as long as it is told to. */
  private static final class Failing implements UserHandler {
    Supplier<? extends RuntimeException> fault = () -> new IllegalStateException("seam");
    boolean fails = true;

    @Override
    public void handle(
        SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
      store.put(KEY, new byte[] {1});
      effects.accept(new Effect.Kick(new SessionRef(0, 7, 3), CloseCode.INTERNAL));
      if (fails) {
        throw fault.get();
      }
    }

    @Override
    public void discard(UserKey user) {}

    @Override
    public int purge(SortedBytes store, long nowMillis, int limit) {
      return 0;
    }

    @Override
    public long policyVersion() {
      return -1;
    }

    @Override
    public Expansions expansions(SortedBytes store, int partition, int partitions) {
      return noExpansions(store);
    }
  }

  @Test
  void faultOfOursShouldChangeNothingAndLeaveADeadLetter() {
    // Given
    Failing core = new Failing();
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      // When
      driver.send(ALICE, message("m1", "1"));

      // Then
      assertThat(driver.store().get(Bytes.wrap(KEY))).isNull();
      assertThat(driver.inbox()).isEmpty();
      assertThat(driver.deadCauses()).containsExactly("internal");
      assertThat(driver.outcomes())
          .extracting(Outcome::messageId, Outcome::kind, Outcome::reason)
          .containsExactly(tuple("m1", Outcome.Kind.DEAD_LETTERED, Outcome.Reason.INTERNAL));
    }
  }

  @Test
  void eventAfterAFaultShouldBeHandled() {
    // Given
    Failing core = new Failing();
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      driver.send(ALICE, message("m1", "1"));
      core.fails = false;

      // When
      driver.send(ALICE, message("m2", "1"));

      // Then
      assertThat(driver.store().get(Bytes.wrap(KEY))).isNotNull();
      assertThat(driver.inbox()).hasSize(1);
    }
  }

  @Test
  void faultWithASessionShouldBeADeadLetterWithoutAnOutcome() {
    // Given
    try (FanoutDriver driver = new FanoutDriver(folder, 1, new Failing())) {
      // When
      driver.sessionUp(ALICE, 0, 3);

      // Then
      assertThat(driver.deadCauses()).containsExactly("internal");
      assertThat(driver.outcomes()).isEmpty();
    }
  }

  /** The core, and a fault after it has done its work for a message with that id. */
  private static final class FailingAfterwards extends ForwardingHandler {
    FailingAfterwards() {
      super(UserHandler.sequencer(SequencerSettings.defaults()));
    }

    @Override
    public void handle(
        SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
      super.handle(store, user, event, at, effects);
      if (event instanceof UserEvent.Arrived(Message message) && message.id().equals("bad")) {
        throw new IllegalStateException("seam");
      }
    }
  }

  @Test
  void coreShouldNotKeepWhatAnEventThatFailedWouldHaveChanged() {
    // Given
    try (FanoutDriver driver = new FanoutDriver(folder, 1, new FailingAfterwards())) {
      driver.sessionUp(ALICE, 0, 3);
      driver.send(ALICE, message("m1", "1"));

      // When
      driver.send(ALICE, message("bad", "1"));
      driver.send(ALICE, message("m2", "1"));

      // Then
      assertThat(driver.inbox())
          .flatExtracting(record -> record.getDeliver().getMessagesList())
          .extracting(Pushed::getId, Pushed::getSeq)
          .containsExactly(tuple("m1", 1L), tuple("m2", 2L));
    }
  }

  @Test
  void faultOfTheStoreShouldStopTheTaskAndNotBlameTheRecord() {
    // Given
    Failing core = new Failing();
    core.fault = () -> new ProcessorStateException("disk");
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      // When
      assertThatThrownBy(() -> driver.send(ALICE, message("m1", "1")))
          // Then
          .isInstanceOf(StreamsException.class);
      assertThat(driver.deadLetters()).isEmpty();
    }
  }

  /** Asks to be woken at the given instants, one user each, and fails for the first. */
  private static final class Sleeper implements UserHandler {
    final List<UserKey> woken = new ArrayList<>();
    int failures;
    int users = 1;

    /** How long each takes. */
    long spinNanos;

    @Override
    public void handle(
        SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
      if (event instanceof UserEvent.Arrived) {
        for (int i = 0; i < users; i++) {
          store.put(Keys.due(at.nowMillis() + 1_000, user(i)), new byte[0]);
        }
        return;
      }
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("seam");
      }
      long began = System.nanoTime();
      while (System.nanoTime() - began < spinNanos) {
        Thread.onSpinWait();
      }
      woken.add(user);
      store.delete(Keys.due(FanoutDriver.START.toEpochMilli() + 1_000, user));
    }

    static UserKey user(int i) {
      return new UserKey("default", "user-" + i);
    }

    @Override
    public void discard(UserKey user) {}

    @Override
    public int purge(SortedBytes store, long nowMillis, int limit) {
      return 0;
    }

    @Override
    public long policyVersion() {
      return -1;
    }

    @Override
    public Expansions expansions(SortedBytes store, int partition, int partitions) {
      return noExpansions(store);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 128, 2_000})
  void everyoneDueShouldBeWokenOnceInBoundedSteps(int users) {
    // Given
    Sleeper core = new Sleeper();
    core.users = users;
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      driver.send(ALICE, message("m1", "1"));

      // When
      driver.advance(Duration.ofSeconds(1));
      int first = core.woken.size();
      // A slow machine spends its time budget before its count.
      for (int i = 0; i < 10_000 && core.woken.size() < users; i++) {
        driver.advance(Duration.ofMillis(5));
      }
      driver.advance(Duration.ofMillis(50));

      // Then, as docs/ARCHITECTURE.md says
      assertThat(first).isLessThanOrEqualTo(512);
      assertThat(core.woken).hasSize(users).doesNotHaveDuplicates();
    }
  }

  @Test
  void firingShouldEndWithTheTurnInWhichItsTimeIsOver() {
    // Given users each of whom takes longer than the 5 ms that docs/ARCHITECTURE.md says
    Sleeper core = new Sleeper();
    core.users = 3;
    core.spinNanos = 6_000_000;
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      driver.send(ALICE, message("m1", "1"));

      // When
      driver.advance(Duration.ofSeconds(1));
      List<UserKey> first = List.copyOf(core.woken);
      driver.advance(Duration.ofMillis(5));

      // Then
      assertThat(first).containsExactly(Sleeper.user(0));
      assertThat(core.woken).containsExactly(Sleeper.user(0), Sleeper.user(1));
    }
  }

  @Test
  void userWhoseWakeUpFailsShouldBeTriedAgainWithoutHoldingBackOthers() {
    // Given
    Sleeper core = new Sleeper();
    core.users = 3;
    core.failures = 1;
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      driver.send(ALICE, message("m1", "1"));

      // When
      driver.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 100 && core.woken.size() < 2; i++) {
        driver.advance(Duration.ofMillis(5));
      }
      List<UserKey> atFirst = List.copyOf(core.woken);
      driver.advance(Duration.ofMillis(1_100));

      // Then
      assertThat(atFirst).containsExactly(Sleeper.user(1), Sleeper.user(2));
      assertThat(core.woken).containsExactly(Sleeper.user(1), Sleeper.user(2), Sleeper.user(0));
    }
  }

  @Test
  void userWhoWasDueBeforeTheTaskBeganShouldBeWoken() {
    // Given
    Sleeper core = new Sleeper();
    try (FanoutDriver driver = new FanoutDriver(folder, 1, core)) {
      long at = FanoutDriver.START.toEpochMilli() + 1_000;
      driver.store().put(Bytes.wrap(Keys.due(at, Sleeper.user(0))), new byte[0]);

      // When
      driver.advance(Duration.ofMillis(990));
      int before = core.woken.size();
      driver.advance(Duration.ofMillis(20));

      // Then
      assertThat(before).isZero();
      assertThat(core.woken).containsExactly(Sleeper.user(0));
    }
  }

  @Test
  void idleTaskShouldNotRunItsTimerAtAPace() {
    // Given
    try (FanoutDriver driver = new FanoutDriver(folder, 1, new Sleeper())) {
      driver.advance(Duration.ofSeconds(1));
      double before = driver.punctuations();

      // When
      for (int i = 0; i < 1_000; i++) {
        driver.advance(Duration.ofMillis(20));
      }

      // Then: a transaction follows each, so there is one only to look for changed policies
      assertThat(before).isPositive();
      assertThat(driver.punctuations() - before)
          .isLessThanOrEqualTo(1 + 20 / PolicySweep.LOOK_SECONDS);
    }
  }
}
