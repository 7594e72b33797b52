package io.tidegate.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.cli.listen.Device.Step;
import io.tidegate.contract.Urgency;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class DeviceTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Device device = new Device("alice", "phone");

  @Test
  void firstHelloShouldHaveNoCursorAndTheNextOneTheLastShown() {
    // Given
    Map<String, Object> first = device.hello();
    device.on(welcome("fresh", 41));
    device.on(push(41, 42, 43));

    // When
    Map<String, Object> second = device.hello();

    // Then
    assertThat(first).containsEntry("user", "alice").doesNotContainKey("resume");
    assertThat(second).containsEntry("resume", Map.of("epoch", "00000000000000aa", "seq", 43L));
  }

  @Test
  void helloShouldSayTheLeastUrgencyThatIsWanted() {
    assertThat(new Device("alice", "phone", Urgency.HIGH, null).hello())
        .containsEntry("urgency", "high")
        .doesNotContainKey("token");
    assertThat(new Device("alice", "phone", null, "a.b.c").hello()).containsEntry("token", "a.b.c");
    assertThat(device.hello()).doesNotContainKey("urgency");
  }

  @Test
  void pushShouldShowOnlyWhatIsNew() {
    // Given
    device.on(welcome("resumed", 42));

    // When
    List<Step> steps = device.on(push(41, 42, 43));

    // Then
    assertThat(seqsShown(steps)).containsExactly(43L);
    assertThat(steps).last().isInstanceOf(Step.AckSoon.class);
    assertThat(device.ackDue()).isEqualTo(new Step.Ack(43));
    assertThat(device.ackDue()).isNull();
  }

  @Test
  void pushOfWhatWasShownShouldBeAckedAgain() {
    // Given
    device.on(welcome("fresh", 0));
    device.on(push(0, 1, 2));
    device.ackDue();

    // When
    List<Step> steps = device.on(push(0, 1, 2));

    // Then
    assertThat(steps).containsExactly(new Step.AckSoon());
    assertThat(device.ackDue()).isEqualTo(new Step.Ack(2));
  }

  @Test
  void pushAfterAMissingMessageShouldBeAGapAndShowNothing() {
    // Given
    device.on(welcome("fresh", 41));

    // When
    List<Step> steps = device.on(push(43, 44));

    // Then
    assertThat(steps).containsExactly(new Step.Gap(41, 43));
    assertThat(device.hello()).extractingByKey("resume").hasToString(resumeText(41));
  }

  @Test
  void sixteenMessagesShouldBeAckedAtOnce() {
    // Given
    device.on(welcome("fresh", 0));

    // When
    List<Step> steps = device.on(push(0, LongStream.rangeClosed(1, 17).toArray()));

    // Then
    assertThat(steps.get(16)).isEqualTo(new Step.Ack(16));
    assertThat(steps).last().isInstanceOf(Step.AckSoon.class);
    assertThat(device.ackDue()).isEqualTo(new Step.Ack(17));
  }

  @Test
  void welcomeOfAnotherEpochShouldReplaceTheCursor() {
    // Given
    device.on(welcome("fresh", 100));

    // When
    List<Step> steps =
        device.on(json("{'op':'welcome','epoch':'bb','mode':'reset','seq':7,'head':9}"));

    // Then
    assertThat(steps).last().isEqualTo(new Step.Missed(7));
    assertThat(seqsShown(device.on(push(7, 8)))).containsExactly(8L);
  }

  @Test
  void resetShouldMoveTheCursorOverWhatWasRemoved() {
    // Given
    device.on(welcome("fresh", 5));

    // When
    List<Step> steps = device.on(json("{'op':'reset','epoch':'00000000000000aa','seq':60}"));

    // Then
    assertThat(steps).containsExactly(new Step.Missed(60));
    assertThat(seqsShown(device.on(push(60, 61)))).containsExactly(61L);
  }

  @Test
  void liveMessagesShouldNotMoveTheCursorOrBeAcked() {
    // Given
    device.on(welcome("fresh", 5));

    // When
    List<Step> steps = device.on(json("{'op':'live','messages':[{'id':'x','data':1}]}"));

    // Then
    assertThat(seqsShown(steps)).containsExactly(0L);
    assertThat(device.ackDue()).isNull();
  }

  @Test
  void pushBeforeWelcomeShouldNotBeUnderstood() {
    // Given
    device.hello();

    // When
    List<Step> steps = device.on(push(0, 1));

    // Then
    assertThat(steps).hasOnlyElementsOfType(Step.NotUnderstood.class).hasSize(1);
  }

  @Test
  void ackOfAnOldConnectionShouldNotBeDueOnTheNext() {
    // Given
    device.on(welcome("fresh", 0));
    device.on(push(0, 1));

    // When
    device.hello();
    device.on(welcome("resumed", 1));

    // Then
    assertThat(device.ackDue()).isNull();
  }

  @Test
  void goawayShouldNameItsRangeAndUnknownFramesNothing() {
    // Given
    device.on(welcome("fresh", 0));

    // When
    List<Step> goaway = device.on(json("{'op':'goaway','retry_after_ms':[500,30000]}"));
    List<Step> unknown = device.on(json("{'op':'of-a-newer-server'}"));

    // Then
    assertThat(goaway).containsExactly(new Step.GoAway(500, 30_000));
    assertThat(unknown).isEmpty();
  }

  private static String resumeText(long seq) {
    return Map.of("epoch", "00000000000000aa", "seq", seq).toString();
  }

  private static List<Long> seqsShown(List<Step> steps) {
    return steps.stream()
        .filter(Step.Show.class::isInstance)
        .map(step -> ((Step.Show) step).seq())
        .toList();
  }

  private static JsonNode welcome(String mode, long seq) {
    return json(
        "{'op':'welcome','epoch':'00000000000000aa','mode':'%s','seq':%d,'head':%d}"
            .formatted(mode, seq, seq));
  }

  private static JsonNode push(long prev, long... seqs) {
    String messages =
        LongStream.of(seqs)
            .mapToObj("{'seq':%d,'id':'m','data':{}}"::formatted)
            .collect(Collectors.joining(","));
    return json("{'op':'push','prev':%d,'messages':[%s]}".formatted(prev, messages));
  }

  private static JsonNode json(String singleQuoted) {
    return JSON.readTree(singleQuoted.replace('\'', '"'));
  }
}
