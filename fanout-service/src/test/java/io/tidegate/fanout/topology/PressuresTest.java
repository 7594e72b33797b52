package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.START;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.worker.Drain;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.WorkerRecord;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers say of themselves, and how late tasks are, slows what is of low urgency. */
final class PressuresTest {
  private static final byte[] SLOT = "0".getBytes(US_ASCII);
  private static final long NOW = START.toEpochMilli();

  private final Pressures pressures = new Pressures(true);
  private final AtomicInteger slowed = new AtomicInteger();
  @TempDir private Path folder;
  private FanoutDriver driver;

  @BeforeEach
  void start() {
    Sequencer sequencer =
        new Sequencer(
            SequencerSettings.defaults(), new PolicyBook(Policy.NONE), slowed::incrementAndGet);
    driver =
        new FanoutDriver(folder, 1, UserHandler.of(sequencer, pressures, new SlotIncarnations()));
    driver.sessionUp(ALICE, 0, 3);
    driver.inbox();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void heartbeatOfABusyWorkerShouldSlowWhatIsOfLowUrgencyUntilItIsNot() {
    // Given
    pressures.worker(SLOT, heartbeat(400, 0), NOW);

    // When
    driver.send(ALICE, message("m1", Urgency.LOW));
    driver.send(ALICE, message("m2", Urgency.HIGH));
    int atOnce = driver.inbox().size();
    pressures.worker(SLOT, heartbeat(0, 0), NOW);
    driver.advance(Duration.ofSeconds(22));

    // Then
    assertThat(atOnce).isEqualTo(1);
    assertThat(driver.inbox()).hasSize(1);
    assertThat(slowed).hasPositiveValue();
  }

  @Test
  void heartbeatOfAnotherWorkerShouldSlowNothingHere() {
    // Given
    pressures.worker("1".getBytes(US_ASCII), heartbeat(400, 0), NOW);

    // When
    driver.send(ALICE, message("m1", Urgency.VERY_LOW));

    // Then
    assertThat(driver.inbox()).hasSize(1);
  }

  @Test
  void pressureThatIsNotObeyedShouldOnlyBeMeasured() {
    // Given
    Pressures ignored = new Pressures(false);

    // When
    ignored.worker(SLOT, heartbeat(0, 9_000), NOW);

    // Then
    assertThat(ignored.at(NOW)).isEqualTo(Pressure.NONE);
    assertThat(ignored.measured(NOW).on(0)).isEqualTo(1);
  }

  @Test
  void workerThatDrainsOrIsGoneShouldHaveNone() {
    // Given
    pressures.worker(SLOT, heartbeat(400, 0), NOW);
    pressures.worker("1".getBytes(US_ASCII), heartbeat(400, 0), NOW);
    double before = pressures.at(NOW).most();

    // When
    pressures.worker(
        SLOT,
        WorkerRecord.newBuilder().setDrain(Drain.getDefaultInstance()).build().toByteArray(),
        NOW);
    pressures.worker("1".getBytes(US_ASCII), null, NOW);

    // Then
    assertThat(before).isEqualTo(1);
    assertThat(pressures.at(NOW).isNone()).isTrue();
  }

  @Test
  void recordThatIsNoneShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pressures.worker("x".getBytes(US_ASCII), heartbeat(0, 0), NOW));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pressures.worker(SLOT, new byte[] {1}, NOW))
        .withMessage("value: no WorkerRecord");
  }

  @Test
  void messagesThatAreHandledLateShouldSlowWhatIsOfLowUrgency() {
    // Given messages that came a minute before they are handled, one after the other.
    UserKey bob = new UserKey("default", "bob");
    for (int i = 0; i < 200; i++) {
      driver.sendLate(bob, message("m" + i, Urgency.HIGH), Duration.ofMinutes(1));
      driver.advance(Duration.ofMillis(100));
    }

    // When
    driver.sendLate(ALICE, message("low", Urgency.LOW), Duration.ofMinutes(1));

    // Then
    assertThat(driver.inbox()).isEmpty();
    assertThat(slowed).hasPositiveValue();
  }

  /** Wake-ups are mostly late because of pressure, which must not keep itself up. */
  @Test
  void onlyMessagesShouldCountAsHandledLate() {
    MemberProbe probe = new MemberProbe();
    try (FanoutDriver fanout =
        new FanoutDriver(folder.resolve("probe"), 1, StoreKind.MEMORY, probe)) {
      // Given
      fanout.send(ALICE, message("m1", Urgency.NORMAL, NOW + 1_000));

      // When
      fanout.advance(Duration.ofMinutes(1));

      // Then
      assertThat(probe.wakings).isPositive();
      assertThat(probe.messages).isEqualTo(1);
    }
  }

  private static byte[] heartbeat(int unwritablePermille, int loopDelayMillis) {
    return WorkerRecord.newBuilder()
        .setHeartbeat(
            Heartbeat.newBuilder()
                .setUnwritablePermille(unwritablePermille)
                .setLoopDelayMillis(loopDelayMillis))
        .build()
        .toByteArray();
  }

  private static Message message(String id, Urgency urgency) {
    return message(id, urgency, 0);
  }

  private static Message message(String id, Urgency urgency, long deliverAtMillis) {
    Message normal = FanoutDriver.message(id, "1");
    return new Message(
        id,
        normal.source(),
        normal.type(),
        normal.timeMillis(),
        urgency,
        Message.NEVER,
        deliverAtMillis,
        null,
        null,
        null,
        null,
        normal.payload());
  }
}
