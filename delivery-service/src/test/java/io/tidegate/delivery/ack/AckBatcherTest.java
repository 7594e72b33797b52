package io.tidegate.delivery.ack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.session.SessionLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AckBatcherTest {
  private final AckBatcher batcher = new AckBatcher(2);

  @Test
  void batchShouldHaveOnlyTheLatestAckOfASession() throws Exception {
    // Given
    Session session = session(1);
    ack(session, 3);
    batcher.add(1, session);
    ack(session, 8);
    batcher.add(1, session);

    // When
    AckBatch batch = AckBatch.parseFrom(AckBatcher.encode(batcher.take(1)));

    // Then
    assertThat(batch.getAcksList())
        .containsExactly(
            Ack.newBuilder()
                .setUser("default/u1")
                .setSession(SessionId.newBuilder().setN(1))
                .setEpoch(7)
                .setSeq(8)
                .build());
    assertThat(batcher.isEmpty()).isTrue();
  }

  @Test
  void sessionShouldQueueAgainAfterItsBatchWasTaken() {
    // Given
    Session session = session(1);
    batcher.add(0, session);
    batcher.take(0);

    // When
    batcher.add(0, session);

    // Then
    assertThat(batcher.take(0)).containsExactly(session);
  }

  @Test
  void batchShouldHaveAtMostFiveHundred() {
    // Given
    for (int n = 1; n <= 1_201; n++) {
      batcher.add(0, session(n));
    }

    // When
    List<Session> first = batcher.take(0);
    List<Session> second = batcher.take(0);
    List<Session> third = batcher.take(0);

    // Then
    assertThat(first).hasSize(500);
    assertThat(first.getFirst().id().getN()).isEqualTo(1);
    assertThat(second).hasSize(500);
    assertThat(third).hasSize(201);
    assertThat(batcher.isEmpty()).isTrue();
  }

  @Test
  void partitionShouldBeFullAtFiveHundred() {
    // Given
    for (int n = 1; n <= 499; n++) {
      batcher.add(1, session(n));
    }
    assertThat(batcher.isFull(1)).isFalse();

    // When
    batcher.add(1, session(500));

    // Then
    assertThat(batcher.isFull(1)).isTrue();
    assertThat(batcher.isFull(0)).isFalse();
  }

  private static Session session(long n) {
    Session session =
        new Session(
            new SessionLimits(1, 1, 1, 1, 1, 1, 1, 1, 256),
            SessionId.newBuilder().setN(n).build(),
            0);
    session.onHello(
        new ClientFrame.Hello(new UserKey("default", "u" + n), "d", 256, null, Urgency.VERY_LOW),
        0);
    session.begin(0);
    session.onCommand(new InboxCommand.Attach(7, 0, new byte[0]), 0);
    session.onCommand(new InboxCommand.Push(0, 10, 10, Frame.of(new byte[0])), 0);
    return session;
  }

  private static void ack(Session session, long seq) {
    session.onAck(seq, 0);
  }
}
