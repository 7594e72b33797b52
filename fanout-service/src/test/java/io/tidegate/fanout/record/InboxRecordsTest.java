package io.tidegate.fanout.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxRecordsTest {
  private static final UserKey USER = new UserKey("default", "alice");
  private static final SessionRef SESSION = new SessionRef(2, 7, 3);

  @Test
  void largeDeliverShouldBeSplitIntoRecordsThatLink() throws Exception {
    // Given
    List<Effect.Sequenced> messages = new ArrayList<>();
    for (int seq = 11; seq <= 20; seq++) {
      messages.add(new Effect.Sequenced(seq, message(new byte[Message.MAX_PAYLOAD_BYTES])));
    }

    // When
    List<byte[]> records = InboxRecords.deliver(USER, new Effect.Deliver(SESSION, 9, messages));

    // Then
    assertThat(records).hasSizeGreaterThan(1).allMatch(it -> it.length < 1_000_000);
    List<Long> seqs = new ArrayList<>();
    long last = 9;
    for (byte[] record : records) {
      InboxRecord read = InboxRecord.parseFrom(record);
      Deliver deliver = read.getDeliver();
      assertThat(read.getIncarnation()).isEqualTo(7);
      assertThat(deliver.getPrev()).isEqualTo(last);
      deliver.getMessagesList().forEach(it -> seqs.add(it.getSeq()));
      last = seqs.getLast();
    }
    assertThat(seqs).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
  }

  @Test
  void jsonShouldBeMarkedAsCheckedAndHaveNoContentType() throws Exception {
    // Given
    Message json = message(new byte[] {'1'});
    Message text =
        new Message(
            "m1",
            "/test",
            "test",
            5,
            Urgency.HIGH,
            Message.NEVER,
            0,
            null,
            null,
            "text/plain",
            null,
            new byte[] {'1'});

    // When
    List<byte[]> records =
        InboxRecords.deliver(
            USER,
            new Effect.Deliver(
                SESSION, 0, List.of(new Effect.Sequenced(1, json), new Effect.Sequenced(2, text))));

    // Then
    Deliver deliver = InboxRecord.parseFrom(records.getFirst()).getDeliver();
    assertThat(deliver.getMessages(0).getContentType()).isEmpty();
    assertThat(deliver.getMessages(0).getJson()).isTrue();
    assertThat(deliver.getMessages(1).getContentType()).isEqualTo("text/plain");
    assertThat(deliver.getMessages(1).getJson()).isFalse();
    assertThat(Urgency.at(deliver.getMessages(1).getUrgency())).isEqualTo(Urgency.HIGH);
  }

  @Test
  void whatMattersToWhoeverHoldsAMessageShouldGoAlong() throws Exception {
    // Given
    Message price =
        new Message(
            "m1",
            "/test",
            "test",
            5,
            Urgency.NORMAL,
            99,
            0,
            "price",
            null,
            null,
            null,
            new byte[] {'1'});

    // When
    List<byte[]> records =
        InboxRecords.deliver(
            USER,
            new Effect.Deliver(
                SESSION,
                0,
                List.of(
                    new Effect.Sequenced(1, price),
                    new Effect.Sequenced(2, message(new byte[] {'2'})))));

    // Then
    Deliver deliver = InboxRecord.parseFrom(records.getFirst()).getDeliver();
    assertThat(deliver.getMessages(0).getCollapseKey()).isEqualTo("price");
    assertThat(deliver.getMessages(0).getExpiry()).isEqualTo(99);
    assertThat(deliver.getMessages(1).getCollapseKey()).isEmpty();
    assertThat(deliver.getMessages(1).getExpiry()).isZero();
  }

  private static Message message(byte[] payload) {
    return new Message(
        "m1",
        "/test",
        "test",
        5,
        Urgency.NORMAL,
        Message.NEVER,
        0,
        null,
        null,
        null,
        null,
        payload);
  }
}
