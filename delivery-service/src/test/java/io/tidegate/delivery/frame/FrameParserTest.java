package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.Urgency;
import io.tidegate.delivery.pace.Pace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FrameParserTest {

  @Test
  void helloShouldHaveEverythingItSays() throws Exception {
    // When
    ClientFrame frame =
        parse(
            "{\"op\":\"hello\",\"user\":\"älice/1\",\"device\":\"phone\",\"token\":\"x\","
                + "\"resume\":{\"epoch\":\"f0e1d2c3b4a59687\",\"seq\":41},\"window\":4096,\"urgency\":\"High\"}");

    // Then
    assertThat(frame)
        .isEqualTo(
            new ClientFrame.Greeting(
                "älice/1",
                "phone",
                "x",
                new ClientFrame.Wishes(
                    4096, new ClientFrame.Resume(0xf0e1d2c3b4a59687L, 41), Urgency.HIGH)));
  }

  @Test
  void helloShouldHaveDefaultsForWhatItLeavesOut() throws Exception {
    // When
    ClientFrame frame = parse("{\"user\":\"a\",\"op\":\"hello\",\"device\":null,\"resume\":null}");

    // Then
    assertThat(frame)
        .isEqualTo(
            new ClientFrame.Greeting(
                "a", null, null, new ClientFrame.Wishes(256, null, Urgency.VERY_LOW)));
  }

  @Test
  void helloShouldHaveThePaceThatItSays() throws Exception {
    assertThat(
            parse(
                "{\"op\":\"hello\",\"user\":\"a\",\"max_rate\":0.25,\"max_delay\":60000,"
                    + "\"max_bytes_per_second\":4096}"))
        .isEqualTo(
            new ClientFrame.Greeting(
                "a",
                null,
                null,
                new ClientFrame.Wishes(
                    256, null, Urgency.VERY_LOW, new Pace(0.25, 60_000, 4_096))));
  }

  /** Such a number is none of double's. */
  @Test
  void rateOfManyDigitsShouldBeRefusedAsAnyOther() {
    String digits = "1" + "0".repeat(310);
    assertThatThrownBy(() -> parse("{\"op\":\"hello\",\"user\":\"a\",\"max_rate\":" + digits + "}"))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("max_rate");
  }

  @Test
  void tokenShouldBeHadFromItsFrame() throws Exception {
    assertThat(parse("{\"op\":\"token\",\"token\":\"x.y.z\"}"))
        .isEqualTo(new ClientFrame.Renewal("x.y.z"));
  }

  @Test
  void ackOfARequestShouldNameItsSession() throws Exception {
    // When
    NamedAck ack =
        FrameParser.parseAck(
            "{\"session\":\"3.17.5.00c0ffee00c0ffee\",\"seq\":42}".getBytes(UTF_8));

    // Then
    assertThat(ack.seq()).isEqualTo(42);
    assertThat(ack.session().epoch()).isEqualTo(0x00c0ffee00c0ffeeL);
    assertThat(ack.session().id().getSlot()).isEqualTo(3);
    assertThat(ack.session().id().getIncarnation()).isEqualTo(17);
    assertThat(ack.session().id().getN()).isEqualTo(5);
    assertThat(ack.session()).hasToString("3.17.5.00c0ffee00c0ffee");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | body: not a JSON text",
        "[] | body: want a JSON object",
        "{\"seq\":1} | session: missing",
        "{\"session\":7,\"seq\":1} | session: want a string",
        "{\"session\":\"3.17.5\",\"seq\":1} | session: want the session of a welcome",
        "{\"session\":\"3.17.0.00c0ffee00c0ffee\",\"seq\":1} | session: want the session of a"
            + " welcome",
        "{\"session\":\"3.9999999999999999999.5.00c0ffee00c0ffee\",\"seq\":1} |"
            + " session: want the session of a welcome",
        "{\"session\":\"3.17.5.00c0ffee00c0ffee\"} | seq: missing",
        "{\"session\":\"3.17.5.00c0ffee00c0ffee\",\"seq\":-1} | seq: want an integer of 0 or more",
        "{\"session\":\"3.17.5.00c0ffee00c0ffee\",\"seq\":1.5} | seq: want an integer of 0 or more"
      })
  void badAckOfARequestShouldNameTheField(String text, String detail) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> FrameParser.parseAck(text.getBytes(UTF_8)))
        .withMessage(detail)
        .satisfies(e -> assertThat(e.field()).isEqualTo(detail.substring(0, detail.indexOf(':'))));
  }

  @Test
  void ackShouldHaveItsSeq() throws Exception {
    assertThat(parse("{\"op\":\"ack\",\"seq\":9007199254740993}"))
        .isEqualTo(new ClientFrame.Ack(9007199254740993L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | frame: not a JSON text",
        "'' | frame: want a JSON object",
        "[] | frame: want a JSON object",
        "{\"op\":\"ack\",\"seq\":1} {} | frame: not a JSON text",
        "{\"op\":\"ack\",\"seq\":1,\"seq\":2} | frame: not a JSON text",
        "{} | op: missing",
        "{\"op\":7} | op: want a string",
        "{\"op\":\"nack\"} | op: unknown: nack",
        "{\"op\":\"ack\"} | seq: missing",
        "{\"op\":\"ack\",\"seq\":-1} | seq: want an integer of 0 or more",
        "{\"op\":\"ack\",\"seq\":1.5} | seq: want an integer of 0 or more",
        "{\"op\":\"ack\",\"seq\":1e400} | seq: want an integer of 0 or more",
        "{\"op\":\"ack\",\"seq\":99999999999999999999} | seq: want an integer of 0 or more",
        "{\"op\":\"hello\",\"user\":\"\"} | user: must not be empty",
        "{\"op\":\"hello\",\"user\":5} | user: want a string",
        "{\"op\":\"hello\",\"user\":\"a\\u0000\"} | user: has a control character at 1",
        "{\"op\":\"hello\",\"user\":\"a\",\"device\":\"\"} | device: want 1 to 128 characters",
        "{\"op\":\"hello\",\"user\":\"a\",\"device\":\"\\n\"} | device: has a control character",
        "{\"op\":\"hello\",\"user\":\"a\",\"device\":\"\\ud800\"} | device: has half a surrogate"
            + " pair",
        "{\"op\":\"hello\",\"user\":\"a\",\"window\":0} | window: want an integer from 1 to 4096",
        "{\"op\":\"hello\",\"user\":\"a\",\"window\":4097} | window: want an integer from 1 to"
            + " 4096",
        "{\"op\":\"hello\",\"user\":\"a\",\"window\":\"9\"} | window: want an integer from 1 to"
            + " 4096",
        "{\"op\":\"hello\",\"user\":\"a\",\"urgency\":\"urgent\"} | urgency: want very-low, low,"
            + " normal or high",
        "{\"op\":\"hello\",\"user\":\"a\",\"urgency\":3} | urgency: want a string",
        "{\"op\":\"hello\",\"user\":\"a\",\"resume\":4} | resume: want an object with epoch and"
            + " seq",
        "{\"op\":\"hello\",\"user\":\"a\",\"resume\":{}} | resume.epoch: want 16 hex digits",
        "{\"op\":\"hello\",\"user\":\"a\",\"resume\":{\"epoch\":\"zz\"}} | resume.epoch: want 16"
            + " hex digits",
        "{\"op\":\"hello\",\"user\":\"a\",\"resume\":{\"epoch\":\"0123456789abcdef\"}} |"
            + " resume.seq: missing"
      })
  void badFrameShouldNameTheFieldAndTheReason(String text, String detail) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> parse(text))
        .withMessage(detail);
  }

  @Test
  void deepNestingShouldBeRefusedNotFollowed() {
    String deep = "{\"op\":\"ack\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> parse(deep))
        .withMessage("frame: not a JSON text");
  }

  private static ClientFrame parse(String text) throws MalformedFrameException {
    return FrameParser.parse(text.getBytes(UTF_8));
  }
}
