package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of policies and of what is set for a user, while messages wait. */
final class PolicyChangesTest {
  private static final String ONE_AN_HOUR = "{\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}]}";
  private static final Duration LOOK = Duration.ofSeconds(PolicySweep.LOOK_SECONDS);

  private final PolicyBook book = new PolicyBook(Policy.NONE);
  @TempDir private Path folder;
  private FanoutDriver driver;

  @BeforeEach
  void start() {
    driver = driver();
  }

  private FanoutDriver driver() {
    return new FanoutDriver(
        folder, 1, UserHandler.of(new Sequencer(SequencerSettings.defaults(), book)));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void removedPolicyShouldLetGoWhatItHeld() {
    // Given
    book.put(new PolicyKey("default", "default"), Policy.parse(ONE_AN_HOUR), 7);
    driver.sessionUp(ALICE, 0, 3);
    driver.send(ALICE, message("m1", "1"));
    driver.send(ALICE, message("m2", "2"));
    driver.advance(LOOK);
    int before = driver.inbox().size();

    // When
    book.remove(new PolicyKey("default", "default"), 8);
    driver.advance(LOOK);
    driver.advance(LOOK);

    // Then
    assertThat(before).as("attach and one of two messages").isEqualTo(2);
    assertThat(driver.inbox()).hasSize(1);
  }

  @Test
  void changeShouldReachEveryoneWhoWaitsHoweverMany() {
    // Given
    int users = 2 * PolicySweep.USERS + 10;
    book.put(new PolicyKey("default", "default"), Policy.parse(ONE_AN_HOUR), 7);
    for (int i = 0; i < users; i++) {
      UserKey user = new UserKey("default", "u" + i);
      driver.sessionUp(user, 0, 3 + i);
      driver.send(user, message("m1", "1"));
      driver.send(user, message("m2", "2"));
    }
    driver.inbox();

    // When
    book.remove(new PolicyKey("default", "default"), 8);
    int reached = 0;
    for (int i = 0; reached < users; i++) {
      assertThat(i).as("looks, after %d users", reached).isLessThan(2 * users);
      driver.advance(LOOK);
      reached += driver.inbox().size();
    }

    // Then
    assertThat(reached).isEqualTo(users);
  }

  @Test
  void settingsShouldHoldForTheirUserOnlyAndUntilTheyAreTakenBack() {
    // Given
    UserKey bob = new UserKey("default", "bob");
    driver.settings(ALICE, "{\"overrides\":" + ONE_AN_HOUR + "}");
    for (UserKey user : new UserKey[] {ALICE, bob}) {
      driver.sessionUp(user, 0, user.equals(bob) ? 4 : 3);
      driver.send(user, message("m1", "1"));
      driver.send(user, message("m2", "2"));
    }
    int held = driver.inbox().size();

    // When
    driver.settings(ALICE, null);

    // Then
    assertThat(held).as("two attaches and three of four messages").isEqualTo(5);
    assertThat(driver.inbox()).hasSize(1);
  }

  @Test
  void settingsThatCannotBeReadShouldBeADeadLetterAndChangeNothing() {
    // Given
    driver.settings(ALICE, "{\"overrides\":" + ONE_AN_HOUR + "}");
    driver.sessionUp(ALICE, 0, 3);
    driver.send(ALICE, message("m1", "1"));
    driver.inbox();

    // When
    driver.settings(ALICE, "{\"timezone\":\"Mars/Olympus\"}");
    driver.send(ALICE, message("m2", "2"));

    // Then
    assertThat(driver.deadCauses()).containsExactly("malformed");
    assertThat(driver.inbox()).isEmpty();
  }
}
