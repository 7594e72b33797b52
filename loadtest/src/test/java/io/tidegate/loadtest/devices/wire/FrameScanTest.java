package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.loadtest.devices.wire.FrameScan.Op;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameScanTest {
  private static final String PUSH =
      "{'op':'push','prev':41,'messages':[{'seq':42,'id':'a-1','source':'s','data':{'seq':7,'id':'x'}},"
          + "{'seq':44,'id':'a-2','data':'}]\\\\\\'','more':[1,{'id':'y'}]}]}";

  private final FrameScan scan = new FrameScan();

  /** With quotes for apostrophes, and with something around it that is not the frame's. */
  private void read(String text) throws MalformedException {
    byte[] bytes = ("\"{[" + text.replace('\'', '"') + "]}\"").getBytes(UTF_8);
    scan.read(bytes, 3, bytes.length - 3);
  }

  private List<String> messages() throws MalformedException {
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < scan.messages(); i++) {
      messages.add(scan.seq(i) + " " + scan.id(i));
    }
    return messages;
  }

  @Test
  void welcomeShouldSayWhereTheSessionBegins() throws MalformedException {
    read(
        "{'op':'welcome','epoch':'00c0ffee00c0ffee','mode':'resumed','seq':41,'head':57,'session':'0.1'}");

    assertThat(scan.op()).isEqualTo(Op.WELCOME);
    assertThat(scan.epoch()).isEqualTo("00c0ffee00c0ffee");
    assertThat(scan.mode()).isEqualTo("resumed");
    assertThat(scan.seq()).isEqualTo(41);
    assertThat(scan.session()).isEqualTo("0.1");
  }

  @Test
  void pushShouldHaveItsMessagesWhateverTheirPayloadsHold() throws MalformedException {
    read(PUSH);

    assertThat(scan.op()).isEqualTo(Op.PUSH);
    assertThat(scan.prev()).isEqualTo(41);
    assertThat(messages()).containsExactly("42 a-1", "44 a-2");
  }

  @Test
  void fieldsMayStandInAnyOrderWithSpaceBetween() throws MalformedException {
    read(
        " {\n"
            + "'messages' : [ { 'data' : null , 'id' : 'b' , 'seq' : 2 } ] ,\t'prev':\r"
            + "1 , 'op' : 'push' } ");

    assertThat(scan.op()).isEqualTo(Op.PUSH);
    assertThat(messages()).containsExactly("2 b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "'data':1,", "'data':-1.5E+3,", "'data':true,", "'d':[[],{}],'e':{'f':'g'},"})
  void unknownFieldsShouldBePassedOver(String fields) throws MalformedException {
    read("{" + fields + "'op':'live','messages':[{" + fields + "'id':'c'}]}");

    assertThat(scan.op()).isEqualTo(Op.LIVE);
    assertThat(scan.id(0)).isEqualTo("c");
  }

  @ParameterizedTest
  @CsvSource({
    "a\\u0062c, abc",
    "q\\\\w\\/e, q\\w/e",
    "\\uD83D\\uDE00, \uD83D\uDE00",
    "gr\u00fc\u00dfe \u65e5\u672c \uD83D\uDE00, gr\u00fc\u00dfe \u65e5\u672c \uD83D\uDE00",
  })
  void idsShouldBeReadWithEscapesAndInUtf8(String json, String id) throws MalformedException {
    read("{'op':'live','messages':[{'id':'" + json + "'}]}");

    assertThat(scan.id(0)).isEqualTo(id);
  }

  @Test
  void namesMayHaveEscapesToo() throws MalformedException {
    read("{'\\u006fp':'p\\u0075sh','prev':0,'messages':[{'s\\u0065q':1,'i\\u0064':'d'}]}");

    assertThat(scan.op()).isEqualTo(Op.PUSH);
    assertThat(messages()).containsExactly("1 d");
  }

  @Test
  void everyFrameThatIsCutOffShouldBeRefused() {
    for (int length = 0; length < PUSH.length(); length++) {
      String cut = PUSH.substring(0, length);
      assertThatExceptionOfType(MalformedException.class).as(cut).isThrownBy(() -> read(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}{}",
        "{'op':'push'} x",
        "{'op' 'push'}",
        "{'op':}",
        "{'a':1,}",
        "{'op':'push','prev':1}",
        "{'op':'push','messages':[]}",
        "{'op':'push','prev':-1,'messages':[]}",
        "{'op':'push','prev':1.5,'messages':[]}",
        "{'op':'push','prev':1234567890123456789,'messages':[]}",
        "{'op':'push','prev':'1','messages':[]}",
        "{'op':'push','prev':1,'messages':{}}",
        "{'op':'push','prev':1,'messages':[1]}",
        "{'op':'push','prev':1,'messages':[{'id':'a'}]}",
        "{'op':'push','prev':1,'messages':[{'seq':2}]}",
        "{'op':'push','prev':1,'messages':[{'seq':2,'id':3}]}",
        "{'op':'push','prev':1,'messages':[{}]}",
        "{'op':'push','prev':1,'messages':[{'seq':2,'id':'a'},]}",
        "{'op':'live','messages':[{'seq':2}]}",
        "{'op':'welcome','epoch':'e','mode':'fresh'}",
        "{'op':'welcome','epoch':'e','seq':1}",
        "{'op':'reset','seq':1}",
        "{'op':'goaway','retry_after_ms':[500]}",
        "{'op':'goaway','retry_after_ms':[500,10]}",
        "{'op':'goaway'}",
        "{'op':'close'}",
        "{'op':'live','messages':[{'id':'a\nb'}]}",
      })
  void whatIsNotOfTheProtocolShouldBeRefused(String text) {
    assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\\\x", "\\\\u12", "\\\\u12g4"})
  void idWithAnEscapeThatJsonDoesNotHaveShouldBeRefused(String id) throws MalformedException {
    read("{'op':'live','messages':[{'id':'" + id.replace("\\\\", "\\") + "'}]}");

    assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> scan.id(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'token','expires_in_ms':3600000}",
        "{'op':'other','seq':'text','messages':3,'retry_after_ms':{},'epoch':[1],'prev':null}",
        "{'op':7}",
        "{}",
      })
  void whatOnlyNewerOnesKnowShouldBeNoFault(String text) throws MalformedException {
    read(text);

    assertThat(scan.op()).isEqualTo(Op.OTHER);
  }

  @Test
  void goawayAndCloseShouldSayWhenToComeAgain() throws MalformedException {
    read("{'op':'goaway','retry_after_ms':[500,30000]}");
    assertThat(scan.op()).isEqualTo(Op.GOAWAY);
    assertThat(scan.leastMillis()).isEqualTo(500);
    assertThat(scan.mostMillis()).isEqualTo(30_000);

    read("{'op':'close','code':4500,'reason':'elsewhere','reconnect':'never'}");
    assertThat(scan.op()).isEqualTo(Op.CLOSE);
    assertThat(scan.code()).isEqualTo(4500);
    assertThat(scan.reconnect()).isEqualTo("never");
  }

  @Test
  void manyMessagesShouldFit() throws MalformedException {
    StringBuilder text = new StringBuilder("{'op':'push','prev':0,'messages':[");
    for (int i = 1; i <= 1000; i++) {
      text.append(i == 1 ? "" : ",").append("{'seq':").append(i).append(",'id':'m'}");
    }
    read(text + "]}");

    assertThat(scan.messages()).isEqualTo(1000);
    assertThat(scan.seq(999)).isEqualTo(1000);
  }

  @Test
  void nothingOfAnEarlierFrameShouldStay() throws MalformedException {
    read(PUSH);
    read("{'op':'live','messages':[]}");

    assertThat(scan.messages()).isZero();
    assertThat(scan.prev()).isEqualTo(FrameScan.ABSENT);
  }
}
