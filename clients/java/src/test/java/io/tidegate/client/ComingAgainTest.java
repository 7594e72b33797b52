package io.tidegate.client;

import static io.tidegate.client.protocol.Transport.POLL;
import static io.tidegate.client.protocol.Transport.STREAM;
import static io.tidegate.client.protocol.Transport.WEBSOCKET;
import static io.tidegate.client.rule.End.closed;
import static io.tidegate.client.rule.End.lost;
import static io.tidegate.client.rule.Frames.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.client.link.Hello;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Frame;
import io.tidegate.client.rule.Range;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a client comes again, by what transport and with which token. Time is moved by hand. */
final class ComingAgainTest {
  @Test
  void closeCodeThatSaysNeverShouldEndItAndAnotherNot() {
    HeldClient it = new HeldClient();
    it.stand(0);
    it.again(closed(4000, "fenced"));
    it.stand(0);

    it.end(closed(4502, "device: want 1 to 128 characters"));
    it.loop.pass(3_600_000);

    assertThat(it.links).hasSize(2);
    assertThat(it.client.state())
        .isEqualTo(new State.Closed("device: want 1 to 128 characters", 4502));
    assertThat(it.client.closed().toCompletableFuture()).isCompleted();
    assertThat(it.loop.isClosed()).isTrue();
  }

  @Test
  void afterAGoawayItShouldStayAndComeAgainWithinTheRange() {
    HeldClient it = new HeldClient();
    it.stand(0);

    it.come(new Frame.GoAway(new Range(500, 30_000)), push(0, 1));
    it.loop.pass(1_000);
    assertThat(it.link().acks).containsExactly(1L);
    assertThat(it.link().ended).isEmpty();
    it.end(closed(1001, ""));
    it.client.retry();

    it.loop.pass(15_249);
    assertThat(it.links).hasSize(1);
    it.loop.pass(1);
    assertThat(it.links).hasSize(2);
  }

  @Test
  void retryShouldShortenAWaitOfOurs() {
    HeldClient it = new HeldClient(o -> o.transports(STREAM));
    it.loop.random = 0.999;
    for (int i = 0; i < 7; i++) {
      it.again(lost(""));
    }
    it.end(lost(""));
    it.loop.pass(1_000);
    assertThat(it.links).hasSize(8);

    it.client.retry();
    it.loop.pass(500);

    assertThat(it.links).hasSize(9);
  }

  @Test
  void whereAWebSocketDoesNotGetThroughItShouldBeAStreamThenPollsThenAWebSocketAgain() {
    HeldClient it = new HeldClient();
    for (var transport : List.of(WEBSOCKET, STREAM, POLL, WEBSOCKET)) {
      assertThat(it.link().transport).isEqualTo(transport);
      it.again(lost(""));
    }
  }

  @Test
  void noWelcomeInTimeShouldCountAsNotGettingThrough() {
    HeldClient it = new HeldClient();
    it.link().open();

    it.loop.pass(20_000);
    assertThat(it.link().ended).isEqualTo("at once");
    it.loop.pass(500);

    assertThat(it.link().transport).isEqualTo(STREAM);
  }

  @Test
  void workerThatSaysLaterShouldBeMetAgainByTheSameTransportAfterRetryAfter() {
    HeldClient it = new HeldClient(o -> o.transports(STREAM, POLL));

    it.end(End.refused(503, true, "2", "not ready"));
    assertThat(it.client.state())
        .isEqualTo(new State.Waiting(Duration.ofMillis(3250), "not ready", 503));
    it.loop.pass(3250);

    assertThat(it.link().transport).isEqualTo(STREAM);
  }

  @Test
  void workerWithoutRoomShouldBeMetAgainByTheBestTransport() {
    HeldClient it = new HeldClient();
    it.again(lost(""));
    assertThat(it.link().transport).isEqualTo(STREAM);

    it.again(End.refused(503, true, "2", "not ready"));

    assertThat(it.link().transport).isEqualTo(WEBSOCKET);
  }

  @Test
  void onAStreamABetterTransportShouldBeTriedAfterAWhileAndTakenWhenItGetsThrough() {
    // Given
    HeldClient it = new HeldClient();
    it.again(lost(""));
    it.stand(0);

    // When // Then: not yet
    it.live(300_000);
    assertThat(it.probes).hasSize(1);
    it.probes.get(0).accept(false);
    it.live(599_000);
    assertThat(it.probes).hasSize(1);
    assertThat(it.link().ended).isEmpty();

    // When // Then
    it.live(1_000);
    it.probes.get(1).accept(true);
    it.loop.pass(0);
    assertThat(it.links.get(1).ended).isEqualTo("in order");
    assertThat(it.link().transport).isEqualTo(WEBSOCKET);
  }

  @Test
  void silenceShouldBeTheEndOfAConnection() {
    HeldClient it = new HeldClient();
    it.stand(0);
    it.loop.pass(59_000);
    it.link().listener.alive();
    it.loop.pass(59_000);
    assertThat(it.link().ended).isEmpty();

    it.loop.pass(2_000);

    assertThat(it.links.get(0).ended).isEqualTo("at once");
  }

  @Test
  void tokenShouldBeShownAndAnsweredAndReplacedAMinuteBeforeItsEnd() {
    int[] count = new int[1];
    HeldClient it =
        new HeldClient(o -> o.tokens(() -> CompletableFuture.completedFuture("t" + ++count[0])));
    it.stand(0);
    assertThat(it.link().hello).isNotNull().extracting(Hello::token).isEqualTo("t1");
    assertThat(it.link().tokens).containsExactly("t1");

    it.come(new Frame.Token(600_000));
    it.live(539_000);
    assertThat(it.link().tokens).containsExactly("t1");
    it.loop.pass(1_000);
    assertThat(it.link().tokens).containsExactly("t1", "t2");
    assertThat(it.links).hasSize(1);

    // An answer to it must come, since one came before.
    it.loop.pass(10_000);
    assertThat(it.links.get(0).ended).isEqualTo("at once");
  }

  @Test
  void tokenThatWasRefusedShouldBeReplacedAtOnceAndASecondRefusalEndIt() {
    int[] count = new int[1];
    HeldClient it =
        new HeldClient(o -> o.tokens(() -> CompletableFuture.completedFuture("t" + ++count[0])));
    it.stand(0);
    it.loop.pass(10_000);

    it.end(closed(4507, "expired"));
    it.loop.pass(0);
    it.link().open();
    assertThat(it.link().hello).isNotNull().extracting(Hello::token).isEqualTo("t2");
    it.end(closed(4505, "token: revoked"));

    assertThat(it.client.state()).isEqualTo(new State.Closed("token: revoked", 4505));
  }

  @Test
  void tokenThatCannotBeHadShouldBeAskedForAgainAndOneThatIsNoneEndIt() {
    int[] count = new int[1];
    HeldClient it =
        new HeldClient(
            o ->
                o.tokens(
                    () -> {
                      if (++count[0] <= 2) {
                        throw new IllegalStateException("502");
                      }
                      return CompletableFuture.completedFuture("t");
                    }));
    it.loop.pass(10_000);
    assertThat(it.link().transport).isEqualTo(WEBSOCKET);
    assertThat(it.errors).hasSize(2).allSatisfy(e -> assertThat(e).hasMessage("TOKEN: 502"));

    HeldClient bad = new HeldClient(o -> o.tokens(() -> CompletableFuture.completedFuture("a b")));
    assertThat(bad.client.state()).isEqualTo(new State.Closed("no token", 0));

    HeldClient never = new HeldClient(o -> o.tokens(CompletableFuture::new));
    never.loop.pass(60_000);
    assertThat(never.client.state()).isInstanceOf(State.Waiting.class);
  }

  @Test
  void sessionThatOurLateHelloReplacedShouldComeAgainAndOneThatAnotherReplacedNot() {
    HeldClient it = new HeldClient(o -> o.transports(WEBSOCKET));
    it.link().open();
    it.loop.pass(20_500);
    it.stand(0);

    it.again(closed(4500, ""));
    it.stand(0);
    it.end(closed(4500, ""));

    assertThat(it.client.state()).isEqualTo(new State.Closed("", 4500));
  }
}
