package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.Pushed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PushFramesTest {
  private final PushFrames frames = new PushFrames();
  private final FrameWriter writer = new FrameWriter();

  private static Pushed message(long seq, String json) {
    return Pushed.newBuilder()
        .setSeq(seq)
        .setId("m" + seq)
        .setSource("/s")
        .setType("t")
        .setJson(true)
        .setPayload(ByteString.copyFromUtf8(json))
        .build();
  }

  private Frame push(long prev, Pushed... messages) {
    return Frame.of(
        writer.push(Deliver.newBuilder().setPrev(prev).addAllMessages(List.of(messages)).build()));
  }

  /** As a message for many. */
  private Frame shared(long prev, long seq, String json) {
    return writer.push(prev, seq, writer.last(message(0, json)));
  }

  private Frame join(long prev, List<PushFrames.Part> parts) {
    frames.begin(prev);
    Frame frame = Frame.of(new byte[0]);
    for (int i = 0; i < parts.size(); i++) {
      frame = frames.add(parts.get(i), 0, i == parts.size() - 1);
    }
    return frame;
  }

  private static String bytes(Frame frame) {
    return new String(frame.own(), UTF_8) + new String(frame.tail().bytes(), UTF_8);
  }

  @Test
  void partsShouldKnowTheirSeqsWhateverIsInTheMessages() {
    // Given
    Frame push =
        push(4, message(5, "{\"a\":[{\"seq\":9},\"]}\\\"\"]}"), message(1234567890123L, "1"));

    // When
    List<PushFrames.Part> parts = PushFrames.parts(push);

    // Then
    assertThat(parts).extracting(PushFrames.Part::seq).containsExactly(5L, 1234567890123L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000})
  void partsOfAnyFramesShouldMakeTheFrameOfTheirMessages(int bytes) {
    // Given: large ones have a tail that many share.
    String json = '"' + "x".repeat(bytes) + '"';
    List<PushFrames.Part> parts = new ArrayList<>();
    parts.addAll(PushFrames.parts(shared(1, 2, json)));
    parts.addAll(PushFrames.parts(push(2, message(3, "3"), message(5, json))));
    Frame last = shared(5, 9, json);
    parts.addAll(PushFrames.parts(last));

    // When
    Frame joined = join(1, parts);

    // Then
    Pushed ofMany = message(0, json).toBuilder().setId("m0").build();
    Frame expected =
        push(
            1,
            ofMany.toBuilder().setSeq(2).build(),
            message(3, "3"),
            message(5, json),
            ofMany.toBuilder().setSeq(9).build());
    assertThat(bytes(joined)).isEqualTo(bytes(expected));
    assertThat(joined.tail()).isSameAs(last.tail());
    assertThat(parts.stream().mapToInt(PushFrames.Part::length).sum())
        .isBetween(bytes(expected).length() - 60, bytes(expected).length());
  }

  @Test
  void messageShouldSayHowManyItTakesThePlaceOf() {
    frames.begin(7);
    Frame frame = frames.add(PushFrames.parts(push(1, message(9, "1"))).getFirst(), 3, true);

    assertThat(bytes(frame))
        .contains(
            "{\"op\":\"push\",\"prev\":7,\"messages\":[{\"seq\":9,\"conflated\":3,\"id\":\"m9\",")
        .endsWith("\"data\":1}]}");
  }
}
