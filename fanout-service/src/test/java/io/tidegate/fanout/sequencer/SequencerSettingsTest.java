package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequencerSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "entries=0, 'maxEntries: want 1 to 1000000, got 0'",
    "entries=1000001, 'maxEntries: want 1 to 1000000, got 1000001'",
    "bytes=0, 'maxBytes: want 1 to 1073741824, got 0'",
    "age=999, 'maxAge seconds: want 1 to 31622400, got 0'",
    "age=367d, 'maxAge seconds: want 1 to 31622400, got 31708800'",
    "idle=0, 'deviceIdle seconds: want 1 to 31622400, got 0'",
    "devices=0, 'maxDevices: want 1 to 1000, got 0'",
    "devices=1001, 'maxDevices: want 1 to 1000, got 1001'",
    "turn=0, 'turnMessages: want 1 to 10000, got 0'",
    "turnBytes=524289, 'turnBytes: want 1 to 524288, got 524289'"
  })
  void illegalSettingShouldBeRefusedNamingFieldAndReason(String setting, String reason) {
    assertThatThrownBy(() -> ScriptSettings.parse(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }
}
