package io.tidegate.delivery.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WrittenTest {
  private final Written written = new Written();

  @Test
  void ackShouldStandForItselfWhereNothingWasLeftOut() {
    written.begin(4);
    written.tell(9);

    assertThat(written.seq()).isEqualTo(9);
    assertThat(written.counted(4)).isEqualTo(4);
    assertThat(written.counted(9)).isEqualTo(9);
  }

  @Test
  void whatIsLeftOutLaterShouldGoWithWhatWasBefore() {
    written.begin(0);
    written.tell(5);
    written.leaveOut(6);
    written.toldOfIt();
    written.leaveOut(7);

    assertThat(written.counted(5)).isEqualTo(6);

    written.toldOfIt();

    assertThat(written.counted(4)).isEqualTo(4);
    assertThat(written.counted(5)).isEqualTo(7);
    assertThat(written.counted(6)).isEqualTo(7);
  }

  @Test
  void ackOfTheLastMessageShouldStandForWhatWasLeftOutBehindIt() {
    written.begin(4);
    written.tell(9);
    written.leaveOut(12);

    assertThat(written.seq()).isEqualTo(12);
    assertThat(written.counted(9)).isEqualTo(9);

    written.toldOfIt();

    assertThat(written.counted(8)).isEqualTo(8);
    assertThat(written.counted(9)).isEqualTo(12);
    assertThat(written.counted(12)).isEqualTo(12);
  }
}
