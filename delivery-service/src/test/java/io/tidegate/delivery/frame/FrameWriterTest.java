package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Reset;
import io.tidegate.contract.session.SessionId;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FrameWriterTest {
  private final FrameWriter writer = new FrameWriter();

  @Test
  void welcomeShouldSayWhereTheSessionStands() {
    // Given
    SessionId session = SessionId.newBuilder().setSlot(3).setIncarnation(17).setN(5).build();
    Attach attach =
        Attach.newBuilder()
            .setEpoch(0xabcL)
            .setMode(Attach.Mode.RESUMED)
            .setSeq(41)
            .setHead(57)
            .build();

    // When
    byte[] frame = writer.welcome(session, attach);

    // Then
    assertThat(text(frame))
        .isEqualTo(
            "{\"op\":\"welcome\",\"epoch\":\"0000000000000abc\",\"mode\":\"resumed\",\"seq\":41,"
                + "\"head\":57,\"session\":\"3.17.5.0000000000000abc\"}");
  }

  @Test
  void modeOfNewerVersionShouldBeReset() {
    // When
    byte[] frame =
        writer.welcome(
            SessionId.getDefaultInstance(), Attach.newBuilder().setModeValue(99).build());

    // Then
    assertThat(text(frame)).contains("\"mode\":\"reset\"");
  }

  @Test
  void pushShouldHaveJsonVerbatim() {
    // Given
    String payload = " { \"b\" : 1.0, \"a\":\"\\u00e9é\" }";
    Deliver deliver =
        Deliver.newBuilder()
            .setPrev(41)
            .addMessages(pushed(42, "", payload).setId("m\"1\\\n\u0001é"))
            .addMessages(pushed(43, "", "null").setUrgency(3))
            .build();

    // When
    byte[] frame = writer.push(deliver);

    // Then
    assertThat(text(frame))
        .isEqualTo(
            "{\"op\":\"push\",\"prev\":41,\"messages\":["
                + "{\"seq\":42,\"id\":\"m\\\"1\\\\\\n\\u0001é\",\"source\":\"/s\",\"type\":\"t\","
                + "\"time\":\"1970-01-01T00:00:01.500Z\",\"urgency\":\"normal\",\"data\":"
                + payload
                + "},{\"seq\":43,\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\","
                + "\"time\":\"1970-01-01T00:00:01.500Z\",\"urgency\":\"high\",\"data\":null}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text/plain | a\"b | ,\"datacontenttype\":\"text/plain\",\"data\":\"a\\\"b\"}",
        "text/plain;charset=iso-8859-1 | ab | "
            + ",\"datacontenttype\":\"text/plain;charset=iso-8859-1\",\"data_base64\":\"YWI=\"}",
        "text/html; charset=UTF-8 | é | "
            + ",\"datacontenttype\":\"text/html; charset=UTF-8\",\"data\":\"é\"}",
        "application/x+json | [1] | ,\"datacontenttype\":\"application/x+json\",\"data\":[1]}",
        "image/png | ab | ,\"datacontenttype\":\"image/png\",\"data_base64\":\"YWI=\"}",
        "`` | {broken |"
            + " ,\"datacontenttype\":\"application/json\",\"data_base64\":\"e2Jyb2tlbg==\"}",
        "`` | `` | ,\"urgency\":\"normal\"}",
        "text/plain | `` | ,\"data\":\"\"}"
      })
  void payloadShouldBeEmbeddedByItsContentType(String type, String payload, String end) {
    // Given
    LiveDeliver live = LiveDeliver.newBuilder().setMessage(pushed(0, type, payload)).build();

    // When
    String text = text(writer.live(live));

    // Then
    assertThat(text).startsWith("{\"op\":\"live\",\"messages\":[{\"id\":\"i\"");
    assertThat(text).endsWith(end + "]}");
  }

  @Test
  void payloadMarkedAsJsonShouldGoInUnseen() {
    // Given: not JSON, so that a check would show.
    Pushed message = pushed(1, "", "{\"a\":").setJson(true).build();

    // When
    String text = text(writer.live(LiveDeliver.newBuilder().setMessage(message).build()));

    // Then
    assertThat(text).endsWith(",\"urgency\":\"normal\",\"data\":{\"a\":}]}");
  }

  @Test
  void emptyPayloadMarkedAsJsonShouldNotBreakTheFrame() {
    // Given
    Pushed message = pushed(1, "", "").setJson(true).build();

    // When
    String text = text(writer.live(LiveDeliver.newBuilder().setMessage(message).build()));

    // Then
    assertThat(text).endsWith(",\"urgency\":\"normal\"}]}");
  }

  @Test
  void textThatIsNotUtf8ShouldBeBase64() {
    // Given
    Pushed message =
        pushed(1, "text/plain", "")
            .setPayload(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .build();

    // When
    String text = text(writer.live(LiveDeliver.newBuilder().setMessage(message).build()));

    // Then
    assertThat(text).contains("\"data_base64\":\"/w==\"").doesNotContain("\"data\"");
  }

  @Test
  void resetAndGoawayShouldSayWhatToDo() {
    assertThat(text(writer.reset(Reset.newBuilder().setEpoch(1).setSeq(60).build())))
        .isEqualTo("{\"op\":\"reset\",\"epoch\":\"0000000000000001\",\"seq\":60}");
    assertThat(text(writer.goaway(Duration.ofMillis(500), Duration.ofSeconds(30))))
        .isEqualTo("{\"op\":\"goaway\",\"retry_after_ms\":[500,30000]}");
  }

  @ParameterizedTest
  @CsvSource({"10, 4", "200, 4", "65000, 4", "70000, 10", "600000, 10"})
  void lengthShouldBeWrittenAsRfc6455Says(int payload, int header) {
    // When
    byte[] frame =
        writer.live(
            LiveDeliver.newBuilder()
                .setMessage(pushed(0, "text/plain", "x".repeat(payload)))
                .build());

    // Then
    assertThat(frame[0]).isEqualTo((byte) 0x81);
    assertThat(frame.length - header).isEqualTo(length(frame));
    assertThat(text(frame)).contains("x".repeat(payload)).endsWith("]}");
  }

  @Test
  void closeReasonShouldBeCutBetweenCharacters() {
    // When
    byte[] frame = WireFrame.close(CloseCode.BAD_FRAME, "x" + "é".repeat(100));

    // Then
    assertThat(frame[0]).isEqualTo((byte) 0x88);
    assertThat(frame[1]).isEqualTo((byte) (frame.length - 2)).isLessThanOrEqualTo((byte) 125);
    assertThat(((frame[2] & 0xff) << 8) | (frame[3] & 0xff)).isEqualTo(4503);
    String reason = new String(Arrays.copyOfRange(frame, 4, frame.length), UTF_8);
    assertThat(reason).isEqualTo("x" + "é".repeat(61));
  }

  private static Pushed.Builder pushed(long seq, String type, String payload) {
    return Pushed.newBuilder()
        .setSeq(seq)
        .setId("i")
        .setSource("/s")
        .setType("t")
        .setTime(1_500)
        .setUrgency(2)
        .setContentType(type)
        .setPayload(ByteString.copyFromUtf8(payload));
  }

  private static String text(byte[] frame) {
    int length = (int) length(frame);
    return new String(frame, frame.length - length, length, UTF_8);
  }

  private static long length(byte[] frame) {
    int first = frame[1];
    int bytes = first == 126 ? 2 : first == 127 ? 8 : 0;
    long length = bytes == 0 ? first : 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | (frame[2 + i] & 0xff);
    }
    return length;
  }
}
