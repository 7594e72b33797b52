package io.tidegate.delivery.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.DeliverMany;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Kick;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Reset;
import io.tidegate.contract.inbox.Target;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.pace.Label;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InboxDecoderTest {
  private final InboxDecoder decoder = new InboxDecoder(3);

  @Test
  void commandShouldKeepItsAddress() throws Exception {
    // Given
    byte[] value = record().setKick(Kick.newBuilder().setCode(4500)).build().toByteArray();

    // When
    List<Addressed> commands = decoder.decode(value);

    // Then
    assertThat(commands)
        .containsExactly(new Addressed(17, 5, "default/alice", new InboxCommand.Kick(4500)));
  }

  @Test
  void attachShouldCarryItsWelcome() throws Exception {
    // When
    InboxCommand command =
        command(record().setAttach(Attach.newBuilder().setEpoch(7).setSeq(41).setHead(57)));

    // Then
    InboxCommand.Attach attach = (InboxCommand.Attach) command;
    assertThat(attach.epoch()).isEqualTo(7);
    assertThat(attach.seq()).isEqualTo(41);
    assertThat(new String(attach.frame(), UTF_8))
        .contains("\"session\":\"3.17.5.0000000000000007\"");
  }

  @Test
  void deliverShouldSayWhatItLinks() throws Exception {
    // When
    InboxCommand command = command(record().setDeliver(deliver(41, 42, 45)));

    // Then
    InboxCommand.Push push = (InboxCommand.Push) command;
    assertThat(push.prev()).isEqualTo(41);
    assertThat(push.last()).isEqualTo(45);
    assertThat(push.messages()).isEqualTo(2);
  }

  @Test
  void pushOfPlainMessagesShouldHaveNoLabels() throws Exception {
    // When
    InboxCommand.Push push = (InboxCommand.Push) command(record().setDeliver(deliver(41, 42)));

    // Then
    assertThat(push.labels()).isEmpty();
    assertThat(push.label(0)).isEqualTo(Label.PLAIN);
    assertThat(push.isUrgent()).isFalse();
  }

  @Test
  void labelsShouldSayWhatMattersToWhoeverHoldsAMessage() throws Exception {
    // Given
    Pushed price = pushed(0).toBuilder().setCollapseKey("price").setExpiry(99).build();
    Deliver deliver =
        Deliver.newBuilder()
            .setPrev(41)
            .addMessages(price.toBuilder().setSeq(42))
            .addMessages(pushed(43).toBuilder().setUrgency(3))
            .build();

    // When
    InboxCommand.Push push = (InboxCommand.Push) command(record().setDeliver(deliver));
    List<Addressed> many = decoder.decode(many(17, price, target(5, "alice", 41, 42)));

    // Then
    assertThat(push.labels())
        .containsExactly(new Label("price", 99, false), new Label(null, Label.NEVER, true));
    assertThat(push.isUrgent()).isTrue();
    assertThat(push(many.getFirst()).labels()).containsExactly(new Label("price", 99, false));
  }

  @Test
  void deliverWhoseSeqsDoNotRiseShouldCloseTheSession() throws Exception {
    assertThat(command(record().setDeliver(deliver(41, 42, 42))))
        .isEqualTo(new InboxCommand.Kick(1011));
    assertThat(command(record().setDeliver(deliver(41, 41))))
        .isEqualTo(new InboxCommand.Kick(1011));
  }

  @Test
  void resetAndLiveShouldCarryTheirFrames() throws Exception {
    assertThat(command(record().setReset(Reset.newBuilder().setEpoch(7).setSeq(60))))
        .isInstanceOfSatisfying(
            InboxCommand.Reset.class, reset -> assertThat(reset.seq()).isEqualTo(60));
    assertThat(command(record().setLive(LiveDeliver.newBuilder().setMessage(pushed(0)))))
        .isInstanceOf(InboxCommand.Live.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 5_000})
  void messageForManyShouldBeAsIfItWereForEach(int bytes) throws Exception {
    // Given
    Pushed message =
        pushed(0).toBuilder()
            .setPayload(ByteString.copyFromUtf8("\"" + "x".repeat(bytes) + "\""))
            .setJson(true)
            .build();
    byte[] value = many(17, message, target(5, "alice", 41, 42), target(6, "bob", 1_000, 70_000));

    // When
    List<Addressed> commands = decoder.decode(value);

    // Then
    assertThat(commands).extracting(Addressed::n).containsExactly(5L, 6L);
    assertThat(commands)
        .extracting(Addressed::user)
        .containsExactly("default/alice", "default/bob");
    assertThat(bytes(push(commands.get(0)).frame()))
        .isEqualTo(bytes(push(alone(message, 41, 42)).frame()));
    assertThat(bytes(push(commands.get(1)).frame()))
        .isEqualTo(bytes(push(alone(message, 1_000, 70_000)).frame()));
    assertThat(push(commands.get(1)).prev()).isEqualTo(1_000);
    assertThat(push(commands.get(1)).last()).isEqualTo(70_000);
  }

  @Test
  void largeMessageForManyShouldLieInMemoryOnce() throws Exception {
    // Given
    Pushed message =
        pushed(0).toBuilder().setPayload(ByteString.copyFrom(new byte[100_000])).build();

    // When
    List<Addressed> commands =
        decoder.decode(many(17, message, target(5, "alice", 0, 1), target(6, "bob", 0, 1)));

    // Then
    assertThat(push(commands.get(0)).frame().tail().bytes())
        .isSameAs(push(commands.get(1)).frame().tail().bytes())
        .hasSizeGreaterThan(100_000);
  }

  @Test
  void liveMessageForManyShouldHaveOneFrame() throws Exception {
    // When
    List<Addressed> commands =
        decoder.decode(many(17, pushed(0), target(5, "alice", 0, 0), target(6, "bob", 0, 0)));

    // Then
    InboxCommand.Live live = (InboxCommand.Live) commands.get(0).command();
    assertThat(commands.get(1).command()).isSameAs(live);
    assertThat(bytes(live.frame())).contains("\"op\":\"live\"");
  }

  @Test
  void targetWhoseSeqDoesNotRiseShouldCloseItsSessionAlone() throws Exception {
    // When
    List<Addressed> commands =
        decoder.decode(many(17, pushed(0), target(5, "alice", 7, 7), target(6, "bob", 7, 8)));

    // Then
    assertThat(commands.get(0).command()).isEqualTo(new InboxCommand.Kick(1011));
    assertThat(commands.get(1).command()).isInstanceOf(InboxCommand.Push.class);
  }

  @Test
  void messageForManyWithoutAnyShouldBeUnreadable() {
    assertThat(refusal(many(17, pushed(0)))).isEqualTo("many: no targets");
  }

  private Addressed alone(Pushed message, long prev, long seq) throws UnreadableException {
    Deliver deliver =
        Deliver.newBuilder().setPrev(prev).addMessages(message.toBuilder().setSeq(seq)).build();
    return decoder.decode(record().setDeliver(deliver).build().toByteArray()).getFirst();
  }

  private static InboxCommand.Push push(Addressed addressed) {
    return (InboxCommand.Push) addressed.command();
  }

  private static String bytes(Frame frame) {
    return new String(frame.own(), ISO_8859_1) + new String(frame.tail().bytes(), ISO_8859_1);
  }

  private static byte[] many(long incarnation, Pushed message, Target... targets) {
    DeliverMany many =
        DeliverMany.newBuilder().setMessage(message).addAllTargets(List.of(targets)).build();
    return InboxRecord.newBuilder().setIncarnation(incarnation).setMany(many).build().toByteArray();
  }

  private static Target target(long session, String user, long prev, long seq) {
    return Target.newBuilder()
        .setSession(session)
        .setUser("default/" + user)
        .setPrev(prev)
        .setSeq(seq)
        .build();
  }

  @Test
  void whatHoldsNoCommandShouldSayWhy() {
    assertThat(refusal(null)).isEqualTo("value: missing");
    assertThat(refusal(new byte[] {(byte) 0xff, 1, 2})).startsWith("value: no InboxRecord: ");
    assertThat(refusal(record().build().toByteArray()))
        .isEqualTo("command: missing, or of a newer version");
    assertThat(refusal(record().setDeliver(deliver(41)).build().toByteArray()))
        .isEqualTo("deliver: no messages");
  }

  @Test
  void unknownSessionShouldBeToldOnceUntilTheTimeIsOver() {
    // Given
    UnknownSessions unknown = new UnknownSessions(2, 10);

    // Then
    assertThat(unknown.tell(1, 5, 100)).isTrue();
    assertThat(unknown.tell(1, 5, 109)).isFalse();
    assertThat(unknown.tell(2, 5, 109)).isTrue();
    assertThat(unknown.tell(1, 5, 110)).isTrue();
  }

  @Test
  void sessionThatWasToldDownShouldNotBeToldUnknown() {
    // Given
    UnknownSessions unknown = new UnknownSessions(2, 10);

    // When
    unknown.told(1, 5, 100);

    // Then
    assertThat(unknown.tell(1, 5, 105)).isFalse();
  }

  @Test
  void unknownSessionsShouldBeBounded() {
    // Given
    UnknownSessions unknown = new UnknownSessions(100, 1_000_000);

    // When
    for (int n = 0; n < 10_000; n++) {
      unknown.tell(1, n, n);
    }

    // Then
    assertThat(unknown.size()).isEqualTo(100);
    assertThat(unknown.tell(1, 9_999, 10_000)).isFalse();
    assertThat(unknown.tell(1, 0, 10_000)).isTrue();
  }

  private String refusal(byte @Nullable [] value) {
    return catchThrowableOfType(UnreadableException.class, () -> decoder.decode(value)).detail();
  }

  private InboxCommand command(InboxRecord.Builder record) throws UnreadableException {
    return decoder.decode(record.build().toByteArray()).getFirst().command();
  }

  private static InboxRecord.Builder record() {
    return InboxRecord.newBuilder().setIncarnation(17).setSession(5).setUser("default/alice");
  }

  private static Deliver deliver(long prev, long... seqs) {
    Deliver.Builder deliver = Deliver.newBuilder().setPrev(prev);
    for (long seq : seqs) {
      deliver.addMessages(pushed(seq));
    }
    return deliver.build();
  }

  private static Pushed pushed(long seq) {
    return Pushed.newBuilder().setSeq(seq).setId("i").setSource("/s").setType("t").build();
  }
}
