package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRecordsTest {
  private static final Headers HEADERS =
      CloudEventCodec.headers(
          new UserKey("default", "alice"),
          new Message(
              "e1",
              "/s",
              "t",
              1000,
              Urgency.NORMAL,
              Message.NEVER,
              0,
              null,
              null,
              null,
              null,
              new byte[0]));

  @Test
  void eventWithoutDataShouldBeAMessage() throws Exception {
    // When
    Message message = MessageRecords.message(HEADERS, new byte[0], 1);

    // Then
    assertThat(message.id()).isEqualTo("e1");
    assertThat(message.payload()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "{", "1 2"})
  void dataThatIsNoJsonButSaysSoShouldBeRejected(String data) {
    assertThatThrownBy(() -> MessageRecords.message(HEADERS, data.getBytes(UTF_8), 1))
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith("value: ");
  }
}
