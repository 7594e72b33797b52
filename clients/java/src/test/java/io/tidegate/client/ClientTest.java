package io.tidegate.client;

import static io.tidegate.client.protocol.Transport.WEBSOCKET;
import static io.tidegate.client.rule.End.lost;
import static io.tidegate.client.rule.Frames.at;
import static io.tidegate.client.rule.Frames.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.client.link.Hello;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Urgency;
import io.tidegate.client.rule.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handled, stored and acked, with time moved by hand. */
final class ClientTest {
  @Test
  void clientShouldSayWhoItIsAndHandOnWhatComesInOrder() {
    HeldClient it = new HeldClient(o -> o.device("tab").urgency(Urgency.LOW).window(7));

    it.stand(Mode.FRESH, 0);
    assertThat(it.link().hello).isEqualTo(new Hello("alice", "tab", 7, Urgency.LOW, null, null));
    it.come(push(0, 1, 2), push(2, 5));

    assertThat(it.handled).containsExactly("m1", "m2", "m5");
    assertThat(it.states)
        .containsExactly(new State.Connecting(WEBSOCKET), new State.Open(WEBSOCKET, Mode.FRESH, 0));
  }

  @Test
  void messageShouldBeAckedOnlyAfterItsStageIsDoneAndItsCursorIsStored() {
    // Given
    CompletableFuture<Void> handler = new CompletableFuture<>();
    TestStore store = new TestStore(at(0));
    HeldClient it = new HeldClient(o -> o.window(1).store(store).onMessageAsync(m -> handler));
    it.stand(0);
    store.failing = 1;

    // When // Then: while it is handled
    it.come(push(0, 1));
    it.loop.pass(1000);
    assertThat(it.link().acks).isEmpty();
    assertThat(store.tries).isZero();

    // When // Then: while it is not stored
    handler.complete(null);
    it.loop.pass(499);
    assertThat(it.link().acks).isEmpty();
    assertThat(store.tries).isOne();

    // When // Then
    it.loop.pass(1);
    assertThat(store.kept).isEqualTo(at(1));
    assertThat(it.link().acks).containsExactly(1L);
  }

  @Test
  void acksShouldGatherFor200MillisOr16Messages() {
    HeldClient it = new HeldClient();
    it.stand(0);
    it.come(push(0, 1));
    it.loop.pass(199);
    assertThat(it.link().acks).isEmpty();
    it.loop.pass(1);
    assertThat(it.link().acks).containsExactly(1L);

    it.come(push(1, LongStream.rangeClosed(2, 17).toArray()));
    it.loop.pass(10);

    assertThat(it.link().acks).containsExactly(1L, 17L);
  }

  @Test
  void handlerThatThrowsShouldGetTheSameAgainLaterAndLaterAndNothingShouldPassIt() {
    List<String> tries = new ArrayList<>();
    HeldClient[] it = new HeldClient[1];
    it[0] =
        new HeldClient(
            o ->
                o.onMessage(
                    message -> {
                      tries.add(message.id() + "@" + it[0].loop.now());
                      if (tries.size() <= 3) {
                        throw new IllegalStateException("not now");
                      }
                    }));
    it[0].stand(0);

    it[0].come(push(0, 1, 2));
    it[0].loop.pass(10_000);

    assertThat(tries).containsExactly("m1@0", "m1@500", "m1@1500", "m1@3500", "m2@3500");
    assertThat(it[0].errors)
        .hasSize(3)
        .allSatisfy(e -> assertThat(e).hasMessage("ON_MESSAGE: not now"));
    assertThat(it[0].link().acks).containsExactly(2L);
  }

  @Test
  void clientShouldResumeFromWhatIsStoredAndHandleOnceWhatComesAgain() {
    // Given
    CompletableFuture<Void> first = new CompletableFuture<>();
    List<String> handled = new ArrayList<>();
    HeldClient it =
        new HeldClient(
            o ->
                o.onMessageAsync(
                    message -> {
                      handled.add(message.id());
                      return message.seq() == 1 ? first : CompletableFuture.completedFuture(null);
                    }));
    it.stand(Mode.FRESH, 0);
    it.come(push(0, 1, 2, 3));

    // When
    it.again(lost(""));
    it.stand(0);
    first.complete(null);
    it.come(push(0, 1, 2, 3, 4));

    // Then
    assertThat(it.link().hello).isNotNull().extracting(Hello::resume).isEqualTo(at(0));
    assertThat(handled).containsExactly("m1", "m2", "m3", "m4");
  }

  @Test
  void cursorOfAnEarlierRunShouldBeResumedFrom() {
    HeldClient it = new HeldClient(o -> o.store(new TestStore(at(41))));
    it.stand(41);
    assertThat(it.link().hello).isNotNull().extracting(Hello::resume).isEqualTo(at(41));
    assertThat(it.client.cursor()).isEqualTo(at(41));
  }

  @Test
  void storeThatCannotBeReadShouldBeWaitedFor() {
    TestStore store = new TestStore(at(41));
    store.failing = 2;
    HeldClient it = new HeldClient(o -> o.store(store));

    it.loop.pass(9_999);
    assertThat(it.links).isEmpty();
    assertThat(it.errors).hasSize(2);
    it.loop.pass(1);
    it.stand(41);

    assertThat(it.link().hello).isNotNull().extracting(Hello::resume).isEqualTo(at(41));
  }

  @Test
  void gapShouldBeAskedForAgainAtOnceAndNothingThatDoesNotLinkBeHandled() {
    HeldClient it = new HeldClient();
    it.stand(0);
    it.live(10_000);

    it.come(push(3, 4));
    it.loop.pass(0);
    assertThat(it.links).hasSize(2);
    assertThat(it.links.get(0).ended).isEqualTo("in order");
    it.stand(0);
    it.come(push(0, 3), push(3, 4));

    assertThat(it.handled).containsExactly("m3", "m4");
  }

  @Test
  void whatWasMissedShouldBeToldInItsPlaceAndStored() {
    HeldClient it = new HeldClient();

    it.stand(Mode.RESET, 5);
    it.come(push(5, 6), new Frame.Reset(at(9)), push(9, 10));

    assertThat(it.handled).containsExactly("missed", "m6", "missed", "m10");
    assertThat(it.client.cursor()).isEqualTo(at(10));
  }

  @Test
  void whatIsNotReadForWantOfRoomShouldBeNoSilence() {
    CompletableFuture<Void> handler = new CompletableFuture<>();
    HeldClient it = new HeldClient(o -> o.window(1).onMessageAsync(m -> handler));
    it.stand(0);
    it.come(push(0, 1), push(1, 2, 3));
    assertThat(it.link().listener.hasRoom()).isFalse();

    it.loop.pass(600_000);
    assertThat(it.link().ended).isEmpty();
    int before = it.link().more;
    handler.complete(null);
    it.loop.settle();

    assertThat(it.link().more).isGreaterThan(before);
    assertThat(it.link().listener.hasRoom()).isTrue();
  }

  @Test
  void closeShouldWaitForTheMessageThatIsHandledAckItAndBeginNoOther() {
    // Given
    CompletableFuture<Void> handler = new CompletableFuture<>();
    List<String> handled = new ArrayList<>();
    HeldClient it =
        new HeldClient(
            o ->
                o.onMessageAsync(
                    message -> {
                      handled.add(message.id());
                      return handler;
                    }));
    it.stand(0);
    it.come(push(0, 1, 2));

    // When
    it.client.close();
    it.loop.pass(5_000);
    assertThat(it.client.closed().toCompletableFuture()).isNotDone();
    handler.complete(null);
    it.loop.settle();

    // Then
    assertThat(handled).containsExactly("m1");
    assertThat(it.link().acks).containsExactly(1L);
    assertThat(it.link().ended).isEqualTo("in order");
    assertThat(it.client.closed().toCompletableFuture())
        .isCompletedWithValue(new State.Closed("close", 0));
    assertThat(it.loop.hasTimers()).isFalse();
    assertThat(it.links).hasSize(1);
  }

  @Test
  void closeShouldNotWaitForAHandlerThatFailsNorForTheNextAttempt() {
    HeldClient it =
        new HeldClient(
            o ->
                o.onMessage(
                    message -> {
                      throw new IllegalStateException("never");
                    }));
    it.stand(0);
    it.come(push(0, 1));
    it.client.close();
    it.loop.settle();
    assertThat(it.client.closed().toCompletableFuture()).isCompleted();
    assertThat(it.link().acks).isEmpty();

    HeldClient waiting = new HeldClient();
    waiting.end(lost(""));
    waiting.client.close();
    waiting.loop.pass(60_000);
    assertThat(waiting.links).hasSize(1);
    assertThat(waiting.client.closed().toCompletableFuture()).isCompleted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "null", "{\"op\":\"push\",\"prev\":0}", "{\"op\":\"welcome\"}"})
  void whatIsNoFrameShouldEndALinkAndItShouldComeAgain(String text) {
    HeldClient it = new HeldClient();
    it.link().open();

    it.link().listener.told(text);

    assertThat(it.link().ended).isEqualTo("at once");
    it.loop.pass(500);
    assertThat(it.links).hasSize(2);
  }

  @Test
  void callbacksThatThrowShouldDoNoHarm() {
    HeldClient it =
        new HeldClient(
            o ->
                o.onState(
                    state -> {
                      throw new IllegalStateException("state");
                    }));
    it.stand(0);
    it.come(push(0, 1));
    assertThat(it.handled).containsExactly("m1");
    assertThat(it.errors)
        .first()
        .extracting(TidegateException::source)
        .isEqualTo(TidegateException.Source.ON_STATE);
  }

  @Test
  void faultOfOursShouldEndTheConnectionAndBeTold() {
    HeldClient it = new HeldClient();
    it.stand(0);

    it.client.fault(new IllegalStateException("a bug"));
    it.loop.settle();

    assertThat(it.link().ended).isEqualTo("at once");
    assertThat(it.client.state()).isInstanceOf(State.Waiting.class);
    assertThat(it.errors)
        .singleElement()
        .extracting(TidegateException::source)
        .isEqualTo(TidegateException.Source.CLIENT);
  }
}
