package io.tidegate.fanout.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.worker.Drain;
import io.tidegate.contract.worker.Heartbeat;
import io.tidegate.contract.worker.SlotUp;
import io.tidegate.contract.worker.WorkerRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlotIncarnationsTest {
  private static final byte[] SLOT = "3".getBytes(US_ASCII);

  private final SlotIncarnations slots = new SlotIncarnations();

  @Test
  void slotUpShouldOpenTheIncarnationOfItsOffset() {
    slots.heard(SLOT, up(), 9);

    assertThat(slots.now()).isEqualTo(Map.of(3, 9L));
  }

  @Test
  void heartbeatShouldSayItWhereTheSlotUpIsCompactedAway() {
    slots.heard(SLOT, beat(9), 500);

    assertThat(slots.now()).isEqualTo(Map.of(3, 9L));
  }

  @Test
  void whatAWorkerSaysAfterItsSlotWasTakenShouldCountForNothing() {
    slots.heard(SLOT, up(), 9);
    slots.heard(SLOT, beat(4), 10);
    slots.heard(
        SLOT, record(WorkerRecord.newBuilder().setDrain(Drain.newBuilder().setIncarnation(4))), 11);

    assertThat(slots.now()).isEqualTo(Map.of(3, 9L));
  }

  @Test
  void topicThatWasMadeAnewShouldBeginAnew() {
    slots.heard(SLOT, up(), 900);
    slots.heard(SLOT, beat(2), 40);

    assertThat(slots.now()).isEqualTo(Map.of(3, 2L));
  }

  @Test
  void slotThatIsGoneFromTheTopicShouldNotBeKnown() {
    slots.heard(SLOT, up(), 9);
    slots.heard(SLOT, null, 10);

    assertThat(slots.now()).isEmpty();
  }

  @Test
  void whatIsNoRecordShouldChangeNothing() {
    slots.heard(SLOT, up(), 9);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> slots.heard(SLOT, new byte[] {(byte) 0xFF}, 10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slots.heard("x".getBytes(US_ASCII), up(), 11));
    slots.heard(SLOT, new byte[0], 12);
    assertThat(slots.now()).isEqualTo(Map.of(3, 9L));
  }

  private static byte[] up() {
    return record(WorkerRecord.newBuilder().setUp(SlotUp.newBuilder().setProcess("p")));
  }

  private static byte[] beat(long incarnation) {
    return record(
        WorkerRecord.newBuilder().setHeartbeat(Heartbeat.newBuilder().setIncarnation(incarnation)));
  }

  private static byte[] record(WorkerRecord.Builder record) {
    return record.build().toByteArray();
  }
}
