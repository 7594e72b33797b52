package io.tidegate.fanout.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.contract.session.SessionUp;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionRecordsTest {
  private final SessionUp.Builder up =
      SessionUp.newBuilder().setDevice("phone").setWindow(8).setSaidMillis(5);

  @Test
  void recordOfAWorkerThatKnowsNoMinimumShouldWantEverything() throws Exception {
    assertThat(SessionRecords.event(record()))
        .isEqualTo(
            new UserEvent.SessionUp(
                new SessionRef(3, 17, 5), "phone", 8, null, Urgency.VERY_LOW, 5));
  }

  @ParameterizedTest
  @EnumSource
  void minimumUrgencyShouldBeRead(Urgency urgency) throws Exception {
    // Given
    up.setMinUrgency(urgency.position());

    // When
    UserEvent event = SessionRecords.event(record());

    // Then
    assertThat(((UserEvent.SessionUp) event).urgency()).isEqualTo(urgency);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, -1})
  void minimumUrgencyThatIsNotKnownShouldBeRefusedByName(int position) {
    up.setMinUrgency(position);

    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> SessionRecords.event(record()))
        .withMessage("min_urgency: want 0 to 3");
  }

  private byte[] record() {
    SessionId id = SessionId.newBuilder().setSlot(3).setIncarnation(17).setN(5).build();
    return SessionRecord.newBuilder().setSession(id).setUp(up).build().toByteArray();
  }
}
