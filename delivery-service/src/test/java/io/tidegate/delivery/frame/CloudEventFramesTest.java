package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CloudEventFramesTest {
  private static final long EPOCH = 0x00c0ffeeL;

  private final FrameWriter writer = new FrameWriter();
  private final CloudEventFrames frames = new CloudEventFrames();

  private static Pushed message(long seq, String json) {
    return Pushed.newBuilder()
        .setSeq(seq)
        .setId("m" + seq)
        .setSource("/s")
        .setType("t")
        .setTime(1_000)
        .setJson(true)
        .setPayload(ByteString.copyFromUtf8(json))
        .build();
  }

  private static JsonNode json(Frame frame) {
    byte[] all = Arrays.copyOf(frame.own(), frame.length());
    System.arraycopy(frame.tail().bytes(), 0, all, frame.own().length, frame.tail().length());
    int from = WireFrame.textAt(all);
    return JsonMapper.shared().readTree(new String(all, from, all.length - from, UTF_8));
  }

  @Test
  void messagesOfABatchShouldBeEventsOfTheirOwn() {
    // Given: what could be taken for the end of an object, and for the list of messages
    List<String> payloads =
        List.of(
            "{\"a\":[{},\"]}\\\"}\\\\\"]}", "\"\\\"messages\\\":[{\"", "null", "[ { } ,\n1]", "7");
    Deliver.Builder batch = Deliver.newBuilder().setPrev(3);
    for (int i = 0; i < payloads.size(); i++) {
      batch.addMessages(message(10 + i, payloads.get(i)));
    }

    // When
    List<Frame> events = frames.push(EPOCH, Frame.of(writer.push(batch.build())));

    // Then
    assertThat(events).hasSize(payloads.size());
    for (int i = 0; i < payloads.size(); i++) {
      JsonNode event = json(events.get(i));
      assertThat(event.path("specversion").stringValue()).isEqualTo("1.0");
      assertThat(event.path("id").stringValue()).isEqualTo("m" + (10 + i));
      assertThat(event.path("source").stringValue()).isEqualTo("/s");
      assertThat(event.path("type").stringValue()).isEqualTo("t");
      assertThat(event.path("sequence").stringValue()).isEqualTo("%019d".formatted(10 + i));
      assertThat(event.path("cursor").stringValue()).isEqualTo("0000000000c0ffee-" + (10 + i));
      assertThat(event.has("seq")).isFalse();
      assertThat(event.path("data")).isEqualTo(JsonMapper.shared().readTree(payloads.get(i)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000})
  void messageForManyShouldBeTheSameEventForEach(int length) {
    // Given
    Tail last = writer.last(message(0, "\"" + "x".repeat(length) + "\""));

    // When
    Frame one = frames.push(EPOCH, writer.push(0, 5, last)).getFirst();
    Frame other = frames.push(EPOCH, writer.push(7, 8, last)).getFirst();

    // Then
    assertThat(json(one).path("sequence").stringValue()).isEqualTo("0000000000000000005");
    assertThat(json(other).path("sequence").stringValue()).isEqualTo("0000000000000000008");
    assertThat(json(other).path("data").stringValue()).hasSize(length);
    if (length > 1_000) {
      assertThat(one.tail()).isSameAs(other.tail());
    }
  }

  @Test
  void liveMessageShouldBeAnEventWithoutPlace() {
    // When
    JsonNode event =
        json(
            frames.live(
                Frame.of(
                    writer.live(
                        LiveDeliver.newBuilder().setMessage(message(0, "{\"n\":1}")).build()))));

    // Then
    assertThat(event.path("specversion").stringValue()).isEqualTo("1.0");
    assertThat(event.path("data").path("n").intValue()).isEqualTo(1);
    assertThat(event.has("sequence")).isFalse();
    assertThat(event.has("cursor")).isFalse();
  }

  @Test
  void whatHasNoMessageShouldBeTheDataOfAnEvent() {
    // When
    Frame goaway = Frame.of(writer.goaway(Duration.ZERO, Duration.ofSeconds(5)));
    JsonNode event = json(frames.control("goaway", "1.2.3-4", goaway));

    // Then
    assertThat(event.path("id").stringValue()).isEqualTo("1.2.3-4");
    assertThat(event.path("source").stringValue()).isEqualTo("/v1/connect");
    assertThat(event.path("type").stringValue()).isEqualTo("io.tidegate.goaway");
    assertThat(event.path("control").stringValue()).isEqualTo("goaway");
    assertThat(event.path("data").path("op").stringValue()).isEqualTo("goaway");
  }
}
