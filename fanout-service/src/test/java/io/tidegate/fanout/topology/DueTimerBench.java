package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a due timer costs: many users are due at one instant, and it is measured how long all of
 * them take, in the whole topology on a fake Kafka. {@code -Dbench.users=N}, 100,000 by default.
 * Prints, and asserts only that everyone was woken.
 */
@Tag("long")
final class DueTimerBench {
  private static final int USERS = Integer.getInteger("bench.users", 100_000);
  private static final Duration WAIT = Duration.ofHours(1);

  @TempDir private Path folder;
  private long woken;

  /** Makes all users due at one instant. */
  private interface Given {
    void given(FanoutDriver driver, int users);
  }

  /** The timer, the index and the transaction of one event, and nothing of the user. */
  @ParameterizedTest
  @EnumSource
  void wakeUpForNothing(StoreKind store) {
    UserHandler core = UserHandler.sequencer(SequencerSettings.defaults());
    measure("that only leaves the index", store, nothing(core), DueTimerBench::schedule);
  }

  /** A scheduled message gets ready and waits for a session. */
  @ParameterizedTest
  @EnumSource
  void wakeUpThatMakesAMessageReady(StoreKind store) {
    UserHandler core = UserHandler.sequencer(SequencerSettings.defaults());
    measure("that makes a message ready", store, counted(core), DueTimerBench::schedule);
  }

  /** A message that a limit held is pushed to a session. */
  @ParameterizedTest
  @EnumSource
  void wakeUpThatPushesAMessage(StoreKind store) {
    PolicyBook book = new PolicyBook(Policy.NONE);
    book.put(
        new PolicyKey("default", "default"),
        Policy.parse("{\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}]}"),
        0);
    UserHandler core = UserHandler.of(new Sequencer(SequencerSettings.defaults(), book));
    Given limited =
        (driver, users) -> {
          for (int i = 0; i < users; i++) {
            driver.sessionUp(user(i), 0, i + 1);
            driver.send(user(i), message("a" + i, 0));
            driver.send(user(i), message("b" + i, 0));
          }
        };
    measure("that pushes a message", store, counted(core), limited);
  }

  private static void schedule(FanoutDriver driver, int users) {
    for (int i = 0; i < users; i++) {
      driver.send(user(i), message("m" + i, START.plus(WAIT).toEpochMilli()));
    }
  }

  private void measure(String what, StoreKind store, UserHandler handler, Given given) {
    // The first warms up.
    for (int users : new int[] {Math.min(USERS, 20_000), USERS}) {
      try (FanoutDriver driver =
          new FanoutDriver(folder.resolve("of" + users), 1, store, handler)) {
        given.given(driver, users);
        driver.advance(WAIT.minusMillis(1));
        driver.inbox();
        woken = 0;
        long start = System.nanoTime();
        int firings = 0;
        while (woken < users) {
          driver.advance(Duration.ofMillis(5));
          firings++;
        }
        double micros = (System.nanoTime() - start) / 1e3;
        System.out.printf(
            Locale.ROOT,
            "a wake-up %s, %s: %.2f us each, %,d users, %,d firings of the timer%n",
            what,
            store,
            micros / users,
            users,
            firings);
        assertThat(woken).isEqualTo(users);
      }
    }
  }

  private static UserKey user(int i) {
    return new UserKey("default", "user" + i);
  }

  private static Message message(String id, long deliverAtMillis) {
    Message now = FanoutDriver.message(id, "\"" + "x".repeat(100) + "\"");
    return new Message(
        now.id(),
        now.source(),
        now.type(),
        now.timeMillis(),
        now.urgency(),
        Message.NEVER,
        deliverAtMillis,
        null,
        null,
        null,
        null,
        now.payload());
  }

  private UserHandler counted(UserHandler core) {
    return new ForwardingHandler(core) {
      @Override
      public void handle(
          SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
        super.handle(store, user, event, at, effects);
        count(event);
      }
    };
  }

  /** A core that does nothing with a wake-up but to take the user from the index. */
  private UserHandler nothing(UserHandler core) {
    return new ForwardingHandler(core) {
      @Override
      public void handle(
          SortedBytes store, UserKey user, UserEvent event, At at, Consumer<Effect> effects) {
        if (event instanceof UserEvent.Due) {
          store.delete(Keys.due(START.plus(WAIT).toEpochMilli(), user));
        } else {
          super.handle(store, user, event, at, effects);
        }
        count(event);
      }
    };
  }

  private void count(UserEvent event) {
    if (event instanceof UserEvent.Due) {
      woken++;
    }
  }
}
