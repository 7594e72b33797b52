package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventFrameTest {
  private static final long EPOCH = 0xc0ffee;

  private final FrameWriter writer = new FrameWriter();

  /** Each length has another head of a WebSocket's frame. */
  @ParameterizedTest
  @ValueSource(ints = {1, 60, 5_000, 70_000})
  void eventShouldHaveTheJsonOfTheFrameAndTheCursor(int chars) {
    // Given
    String data = "\"" + "x".repeat(chars) + "\"";
    Deliver deliver = Deliver.newBuilder().setPrev(41).addMessages(pushed(data).setSeq(42)).build();
    Frame frame = Frame.of(writer.push(deliver));

    // When
    String event = text(EventFrame.of("push", EPOCH, 42, frame));

    // Then
    assertThat(event)
        .startsWith(
            """
            event: push
            id: 0000000000c0ffee-42
            data: {"op":"push","prev":41,"messages":[\
            """)
        .endsWith(",\"data\":" + data + "}]}\n\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5_000})
  void lineBreaksOfAPayloadShouldNotEndTheEvent(int chars) {
    // Given: as JSON that somebody has formatted, alone and for many.
    String data = "{\r\n  \"a\":\n\r\"" + "x".repeat(chars) + "\"\n}";
    Frame alone =
        Frame.of(writer.push(Deliver.newBuilder().addMessages(pushed(data).setSeq(1)).build()));
    Frame many = writer.push(0, 1, writer.last(pushed(data).build()));

    // When
    String event = text(EventFrame.of("push", EPOCH, 1, alone));
    String ofMany = text(EventFrame.of("push", EPOCH, 1, many));

    // Then
    assertThat(event).endsWith(data.replaceAll("[\r\n]", " ") + "}]}\n\n");
    assertThat(event.lines()).hasSize(4);
    assertThat(ofMany).isEqualTo(event);
    // What others are sent is as it was.
    assertThat(text(alone)).contains(data);
    assertThat(text(many)).contains(data);
  }

  @Test
  void largeEventForManyShouldLieInMemoryOnce() {
    // Given
    Tail last = writer.last(pushed("\"" + "x".repeat(10_000) + "\"").build());

    // When
    Frame first = EventFrame.of("push", EPOCH, 1, writer.push(0, 1, last));
    Frame second = EventFrame.of("push", EPOCH, 7, writer.push(5, 7, last));

    // Then
    assertThat(first.tail()).isSameAs(second.tail());
    assertThat(first.tail().length()).isGreaterThan(10_000);
  }

  @Test
  void eventWithoutAnIdShouldBeMadeOnce() {
    // Given
    Frame live = Frame.of(writer.live(LiveDeliver.newBuilder().setMessage(pushed("1")).build()));

    // Then
    assertThat(live.asEvent("live")).isSameAs(live.asEvent("live"));
    assertThat(text(live.asEvent("live")))
        .startsWith("event: live\ndata: {\"op\":\"live\",")
        .endsWith("\"data\":1}]}\n\n");
  }

  @Test
  void endShouldSayWhyAndWhatToDo() {
    assertThat(new String(EventFrame.close(CloseCode.REPLACED, null), UTF_8))
        .isEqualTo(
            "event: close\ndata: {\"op\":\"close\",\"code\":4500,"
                + "\"reason\":\"the device connected elsewhere\",\"reconnect\":\"never\"}\n\n");
    assertThat(new String(EventFrame.close(CloseCode.FENCED, "no \"Kafka\"\n"), UTF_8))
        .isEqualTo(
            "event: close\ndata: {\"op\":\"close\",\"code\":4000,"
                + "\"reason\":\"no \\\"Kafka\\\"\\n\",\"reconnect\":\"backoff\"}\n\n");
  }

  @Test
  void goawayRetryAndCommentShouldMoveNoCursor() {
    // Given
    Frame goaway = Frame.of(writer.goaway(Duration.ZERO, Duration.ofSeconds(5)));

    // Then
    assertThat(text(goaway.asEvent("goaway")))
        .isEqualTo("event: goaway\ndata: {\"op\":\"goaway\",\"retry_after_ms\":[0,5000]}\n\n");
    assertThat(new String(EventFrame.retry(1234), UTF_8)).isEqualTo("retry: 1234\n\n");
    assertThat(new String(EventFrame.comment(), UTF_8)).isEqualTo(":\n\n");
  }

  private static Pushed.Builder pushed(String json) {
    return Pushed.newBuilder()
        .setId("i")
        .setSource("/s")
        .setType("t")
        .setJson(true)
        .setPayload(ByteString.copyFromUtf8(json));
  }

  private static String text(Frame frame) {
    return new String(frame.own(), UTF_8) + new String(frame.tail().bytes(), UTF_8);
  }
}
