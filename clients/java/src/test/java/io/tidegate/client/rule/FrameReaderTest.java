package io.tidegate.client.rule;

import static io.tidegate.client.rule.Frames.EPOCH;
import static io.tidegate.client.rule.Frames.at;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Urgency;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameReaderTest {
  private static @Nullable Frame read(String singleQuoted) throws FrameException {
    return FrameReader.read(singleQuoted.replace('\'', '"').replace("EPOCH", EPOCH));
  }

  @Test
  void framesOfTheProtocolShouldBeUnderstood() throws Exception {
    assertThat(
            read(
                "{'op':'welcome','epoch':'EPOCH','mode':'resumed','seq':41,'head':57,"
                    + "'session':'0.1','new':{'a':[1.5,true,null]}}"))
        .isEqualTo(new Frame.Welcome(at(41), Mode.RESUMED, 57, "0.1"));
    assertThat(read("{'op':'reset','epoch':'EPOCH','seq':60}")).isEqualTo(new Frame.Reset(at(60)));
    assertThat(read("{'op':'goaway','retry_after_ms':[500,30000]}"))
        .isEqualTo(new Frame.GoAway(new Range(500, 30_000)));
    assertThat(read("{'op':'token','expires_in_ms':1000}")).isEqualTo(new Frame.Token(1000));
    assertThat(read("{'op':'close','code':4500,'reason':'x','reconnect':'never'}"))
        .isEqualTo(new Frame.Close(4500, "x", "never"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'data':{'n': 1.10, 'ü':[ ]} | {'n': 1.10, 'ü':[ ]} |",
        "'data':'a\\n' | 'a\\n' |",
        "'data':'a\\n','datacontenttype':'Text/plain' | `a\n` |",
        "'data':12345678901234567890123 | 12345678901234567890123 |",
        "'data':-1e999 | -1e999 |",
        "'data':null | null |",
        "'data_base64':'Af8=','datacontenttype':'image/png' | | Af8=",
        "'x':1 | |"
      })
  void payloadShouldBeAsItsSenderWroteIt(
      String members, @Nullable String text, @Nullable String base64) throws Exception {
    String message = "{'op':'push','prev':1,'messages':[{'seq':2,'id':'i'," + members + "}]}";

    Message read = ((Frame.Push) requireNonNull(read(message))).messages().get(0);

    assertThat(read.text()).isEqualTo(text == null ? null : text.replace('\'', '"'));
    assertThat(read.base64()).isEqualTo(base64);
    assertThat(read.seq()).isEqualTo(2);
    assertThat(read.urgency()).isEqualTo(Urgency.NORMAL);
  }

  /** Whoever is sent one that it cannot read is sent it again for ever. */
  @Test
  void payloadsOfAnySizeAndDepthShouldBeRead() throws Exception {
    String deep = "[".repeat(500) + "]".repeat(500);
    for (String payload :
        new String[] {
          deep,
          "1".repeat(5_000),
          '"' + "\u00e9".repeat(200_000) + '"',
          "{\"" + "n".repeat(60_000) + "\":1}"
        }) {
      String frame = "{\"op\":\"live\",\"messages\":[{\"data\": " + payload + " ,\"id\":\"i\"}]}";

      Message message = ((Frame.Live) requireNonNull(FrameReader.read(frame))).messages().get(0);

      assertThat(message.text()).isEqualTo(payload);
      assertThat(message.bytes()).isEqualTo(payload.getBytes(StandardCharsets.UTF_8));
      assertThat(message.id()).isEqualTo("i");
    }
  }

  @Test
  void whatOnlyANewerWorkerKnowsShouldBePassedOverOrAReset() throws Exception {
    assertThat(read("{'op':'tomorrow'}")).isNull();
    assertThat(read("{'op':'welcome','epoch':'EPOCH','mode':'merged','seq':1,'head':1}"))
        .isEqualTo(new Frame.Welcome(at(1), Mode.RESET, 1, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'op':'welcome','epoch':'beef','seq':1,'head':1} | epoch or seq is not of the protocol",
        "{'op':'welcome','epoch':'EPOCH','seq':-1,'head':1} | seq is not of the protocol",
        "{'op':'reset','epoch':'EPOCH','seq':1.5} | seq is not of the protocol",
        "{'op':'reset','epoch':'EPOCH','seq':9999999999999999999} | seq is not of the protocol",
        "{'op':'reset','epoch':'EPOCH','seq':1999999999999999999} | seq is not of the protocol",
        "{'op':'welcome','epoch':'EPOCH','seq':1,'head':'1'} | head is not of the protocol",
        "{'op':'push','prev':1.5,'messages':[]} | prev is not of the protocol",
        "{'op':'push','prev':1,'messages':{}} | messages is not of the protocol",
        "{'op':'push','prev':1,'messages':[{}]} | seq is not of the protocol",
        "{'op':'push','prev':1,'messages':[null]} | messages is not of the protocol",
        "{'op':'goaway'} | retry_after_ms is not of the protocol",
        "{'op':'goaway','retry_after_ms':[1]} | retry_after_ms is not of the protocol",
        "{'op':'token'} | expires_in_ms is not of the protocol",
        "null | a frame is no object",
        "{ | a frame is not JSON",
        "{'op':'push','secret | a frame is not JSON",
        "{'op':'token','expires_in_ms':1}} | a frame is not JSON",
        "{'op':'token','expires_in_ms':1}{} | there is more behind a frame"
      })
  void whatIsNoFrameShouldNameTheField(String frame, String reason) {
    assertThatThrownBy(() -> read(frame)).isInstanceOf(FrameException.class).hasMessage(reason);
  }

  @Test
  void rangeThatIsTooLongOrTheWrongWayRoundShouldBeBounded() {
    assertThat(Range.of(1_000_000_000_000L, 5)).isEqualTo(new Range(600_000, 600_000));
  }

  @Test
  void answerToAPollShouldBeItsWelcomeAndItsFrames() throws Exception {
    String answer =
        ("{'cursor':'EPOCH-1','welcome':{'op':'welcome','epoch':'EPOCH','mode':'fresh','seq':0,"
                + "'head':0,'session':'s'},'frames':[{'op':'later'},{'op':'reset',"
                + "'epoch':'EPOCH','seq':1}]}")
            .replace('\'', '"')
            .replace("EPOCH", EPOCH);

    assertThat(FrameReader.readPoll(answer))
        .containsExactly(new Frame.Welcome(at(0), Mode.FRESH, 0, "s"), new Frame.Reset(at(1)));
    assertThatThrownBy(() -> FrameReader.readPoll("{}"))
        .hasMessage("frames is not of the protocol");
  }

  @Test
  void cursorShouldBeOneWord() {
    Cursor cursor = at(41);
    assertThat(Cursor.parse(cursor.toString())).isEqualTo(cursor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "41",
        "00c0ffee00c0ffee-",
        "00c0ffee00c0ffee-1e3",
        "00c0ffee00c0ffee--1",
        "00c0ffee00c0ffee-1234567890123456789",
        " 00c0ffee00c0ffee-1"
      })
  void nothingElseShouldBeACursor(String text) {
    assertThatThrownBy(() -> Cursor.parse(text)).hasMessageStartingWith("cursor: want 16 hex");
  }
}
