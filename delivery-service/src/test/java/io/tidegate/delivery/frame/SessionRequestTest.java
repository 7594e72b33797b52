package io.tidegate.delivery.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.Urgency;
import io.tidegate.delivery.pace.Pace;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SessionRequestTest {
  private static final String ID = "00c0ffee00c0ffee-41";

  @Test
  void requestShouldSayWhatAHelloSays() throws Exception {
    assertThat(
            parse(
                "user=%C3%A4lice%2F1&device=my+phone&window=9&urgency=High&ack=write&wait=60"
                    + "&access_token=x.y.z&cursor="
                    + ID))
        .isEqualTo(
            new SessionRequest(
                new ClientFrame.Greeting(
                    "älice/1",
                    "my phone",
                    "x.y.z",
                    new ClientFrame.Wishes(
                        9, new ClientFrame.Resume(0x00c0ffee00c0ffeeL, 41), Urgency.HIGH)),
                true,
                60));
  }

  @Test
  void requestShouldSayThePaceThatAHelloSays() throws Exception {
    assertThat(
            parse("max_rate=0.25&max_delay=500&max_bytes_per_second=1000000000")
                .greeting()
                .wishes()
                .pace())
        .isEqualTo(new Pace(0.25, 500, 1_000_000_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_rate=1e2 | max_rate: want a number from 0.01 to 1000",
        "max_rate=0.001 | max_rate: want a number from 0.01 to 1000",
        "max_delay=1.5 | max_delay: want milliseconds from 0 to 60000",
        "max_delay=60001 | max_delay: want milliseconds from 0 to 60000",
        "max_bytes_per_second=9999999999 "
            + "| max_bytes_per_second: want an integer from 4096 to 1000000000"
      })
  void badPaceShouldNameTheParameter(String query, String detail) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> parse(query))
        .withMessage(detail);
  }

  @ParameterizedTest
  @CsvSource({"user=a", "user=a&cursor=", "&user=a&&newer=1&", "user=a&x"})
  void whatIsLeftOutShouldHaveTheDefaultsOfAHello(String query) throws Exception {
    assertThat(parse(query))
        .isEqualTo(
            new SessionRequest(
                new ClientFrame.Greeting(
                    "a", null, null, new ClientFrame.Wishes(256, null, Urgency.VERY_LOW)),
                false,
                25));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // What was received is only stored where that is what counts.
        "ack=write&cursor=00000000000000fe-8, 00000000000000ff-9, 255, 9",
        "cursor=00000000000000fe-8, 00000000000000ff-9, -, -",
        "cursor=00000000000000fe-8, '', 254, 8",
        "cursor=00000000000000fe-8, -, 254, 8",
        "'', 00000000000000ff-9, -, -"
      })
  void lastEventIdShouldTakeThePlaceOfTheCursorAndAckNothingUnasked(
      String query, @Nullable String lastEventId, @Nullable Long epoch, @Nullable Long seq)
      throws Exception {
    // When
    SessionRequest request = SessionRequest.parse(query, List.of(), lastEventId);

    // Then
    assertThat(request.greeting().wishes().resume())
        .isEqualTo(epoch == null || seq == null ? null : new ClientFrame.Resume(epoch, seq));
  }

  @Test
  void moreThanSoManyParametersShouldBeRefused() throws Exception {
    // Given
    String most = IntStream.range(0, 32).mapToObj(n -> "p" + n).collect(Collectors.joining("&"));

    // When // Then
    assertThat(parse(most).ackOnWrite()).isFalse();
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> parse(most + "&one=more"))
        .withMessage("query: more than 32 parameters");
  }

  @Test
  void tokenShouldBeHadFromTheHeader() throws Exception {
    assertThat(SessionRequest.parse("", List.of("bearer  x.y.z"), null).greeting().token())
        .isEqualTo("x.y.z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user= | user: must not be empty",
        "user=a%00 | user: has a control character at 1",
        "user=%FF | user: want percent-encoded UTF-8",
        "user=%C3%28 | user: want percent-encoded UTF-8",
        "user=a%2 | user: want percent-encoded UTF-8",
        "user=a%zz | user: want percent-encoded UTF-8",
        "user=ä | user: want percent-encoded UTF-8",
        "%=1 | query: want percent-encoded UTF-8",
        "user=a&user=b | user: there is more than one",
        "user=a&us%65r=b | user: there is more than one",
        "device= | device: want 1 to 128 characters",
        "device=%0A | device: has a control character",
        "window=0 | window: want an integer from 1 to 4096",
        "window=4097 | window: want an integer from 1 to 4096",
        "window=%2B1 | window: want an integer from 1 to 4096",
        "window=99999999999999999999 | window: want an integer from 1 to 4096",
        "urgency=panic | urgency: want very-low, low, normal or high",
        "cursor=41 | cursor: want the id of an event",
        "cursor=00c0ffee00c0ffee--1 | cursor: want the id of an event",
        "cursor=00c0ffee00c0ffee-9999999999999999999 | cursor: want the id of an event",
        "wait=61 | wait: want seconds from 0 to 60",
        "wait=-1 | wait: want seconds from 0 to 60",
        "wait= | wait: want seconds from 0 to 60",
        "ack= | ack: want write, or none",
        "ack=read | ack: want write, or none"
      })
  void badParameterShouldBeNamed(String query, String detail) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(() -> parse(query))
        .withMessage(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "- | Basic eDp5 | - | Authorization: want Bearer and one token",
        "- | Bearer | - | Authorization: want Bearer and one token",
        "- | Bearer a b | - | Authorization: want Bearer and one token",
        "access_token=a | Bearer a | - | access_token: there is an Authorization too",
        "- | - | nonsense | Last-Event-ID: want the id of an event"
      })
  void badHeaderShouldBeNamed(
      @Nullable String query,
      @Nullable String authorization,
      @Nullable String lastEventId,
      String detail) {
    assertThatExceptionOfType(MalformedFrameException.class)
        .isThrownBy(
            () ->
                SessionRequest.parse(
                    query == null ? "" : query,
                    authorization == null ? List.of() : List.of(authorization),
                    lastEventId))
        .withMessage(detail);
  }

  private static SessionRequest parse(String query) throws MalformedFrameException {
    return SessionRequest.parse(query, List.of(), null);
  }
}
