package io.tidegate.client.rule;

import static io.tidegate.client.rule.Frames.OTHER;
import static io.tidegate.client.rule.Frames.at;
import static io.tidegate.client.rule.Frames.live;
import static io.tidegate.client.rule.Frames.push;
import static io.tidegate.client.rule.Frames.welcome;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedTest {
  /** Everything that waits, as short words. */
  private static List<String> drain(Feed feed) {
    List<String> words = new ArrayList<>();
    for (Item item = feed.next(); item != null; item = feed.next()) {
      if (item instanceof Item.Told told) {
        words.add(told.message().id());
      } else {
        words.add(item instanceof Item.Missed ? "missed" : "begin");
      }
      feed.handled(item);
    }
    return words;
  }

  private static @Nullable Cursor store(Feed feed) {
    Cursor cursor = feed.unstored();
    feed.stored(requireNonNull(cursor));
    return cursor;
  }

  private static Feed resumed(long seq, int window) throws FrameException {
    Feed feed = new Feed(at(seq), window);
    feed.take(welcome(Mode.RESUMED, seq));
    return feed;
  }

  @Test
  void newDeviceShouldBeginWhereTheWorkerSaysAndStoreThat() throws Exception {
    Feed feed = new Feed(null, 256);
    assertThat(feed.resume()).isNull();

    feed.take(welcome(Mode.FRESH, 7));

    assertThat(drain(feed)).containsExactly("begin");
    assertThat(store(feed)).isEqualTo(at(7));
    assertThat(feed.resume()).isEqualTo(at(7));
  }

  @Test
  void messagesShouldComeInOrderEachWithItsCursor() throws Exception {
    Feed feed = resumed(41, 256);

    assertThat(feed.take(push(41, 42, 45))).isTrue();

    assertThat(requireNonNull(feed.next()).at()).isEqualTo(at(42));
    assertThat(drain(feed)).containsExactly("m45");
  }

  @Test
  void whatWasReceivedShouldBeDroppedWhenItComesAgain() throws Exception {
    Feed feed = resumed(0, 256);

    feed.take(push(0, 1, 2, 3));
    feed.take(push(0, 1, 2, 3));
    feed.take(push(1, 2, 3, 4));
    feed.left();
    feed.take(welcome(Mode.RESUMED, 0));
    feed.take(push(0, 1, 2, 3, 4, 5));

    assertThat(drain(feed)).containsExactly("m1", "m2", "m3", "m4", "m5");
  }

  @Test
  void pushThatDoesNotLinkShouldBeAGapThatChangesNothing() throws Exception {
    Feed feed = resumed(5, 256);

    assertThat(feed.take(push(6, 7))).isFalse();
    assertThat(drain(feed)).isEmpty();

    assertThat(feed.take(push(5, 6, 7))).isTrue();
    assertThat(drain(feed)).containsExactly("m6", "m7");
  }

  @Test
  void helloShouldResumeFromWhatIsStoredNotFromWhatWasReceivedOrHandled() throws Exception {
    Feed feed = resumed(0, 256);
    feed.take(push(0, 1, 2));

    feed.handled(requireNonNull(feed.next()));
    assertThat(feed.resume()).isEqualTo(at(0));
    assertThat(feed.ackable()).isZero();

    store(feed);
    assertThat(feed.resume()).isEqualTo(at(1));
    assertThat(feed.ackable()).isEqualTo(1);
  }

  @Test
  void noAckShouldGoBeyondWhatThisSessionWasSent() throws Exception {
    Feed feed = resumed(0, 256);
    feed.take(push(0, 1, 2, 3));
    drain(feed);
    feed.left();
    assertThat(feed.ackable()).isEqualTo(Feed.NO_ACK);

    feed.take(welcome(Mode.RESUMED, 0));
    store(feed);
    assertThat(feed.ackable()).isZero();

    feed.take(push(0, 1, 2));
    assertThat(feed.ackable()).isEqualTo(2);
  }

  @Test
  void resetShouldBeToldInItsPlaceAndWhatWasBeyondItComeAgain() throws Exception {
    Feed feed = resumed(0, 256);

    feed.take(push(0, 1, 2, 9));
    feed.take(new Frame.Reset(at(4)));
    feed.take(push(4, 9));

    assertThat(drain(feed)).containsExactly("m1", "m2", "missed", "m9");
  }

  @Test
  void anotherEpochShouldBeAResetWithoutAnAckOfTheOldOne() throws Exception {
    Feed feed = new Feed(at(50), 256);

    feed.take(welcome(Mode.RESET, new Cursor(OTHER, 3)));
    assertThat(feed.ackable()).isEqualTo(Feed.NO_ACK);
    feed.take(push(3, 4));
    assertThat(feed.ackable()).isEqualTo(Feed.NO_ACK);

    assertThat(drain(feed)).containsExactly("missed", "m4");
    assertThat(store(feed)).isEqualTo(new Cursor(OTHER, 4));
    assertThat(feed.ackable()).isEqualTo(4);
  }

  @Test
  void deviceThatWasForgottenMayHaveMissedSomething() throws Exception {
    Feed feed = new Feed(at(50), 256);

    feed.take(welcome(Mode.FRESH, 60));

    assertThat(drain(feed)).containsExactly("missed");
  }

  @Test
  void liveMessagesShouldMoveNoCursorAndComeOnce() throws Exception {
    Feed feed = resumed(0, 256);

    feed.take(live("a", "b", "a"));

    assertThat(drain(feed)).containsExactly("a", "b");
    assertThat(feed.unstored()).isNull();
  }

  @Test
  void ofLiveMessagesTheLast256IdsShouldBeRemembered() throws Exception {
    Feed feed = resumed(0, 4096);
    feed.take(live(IntStream.range(0, 257).mapToObj(i -> "l" + i).toArray(String[]::new)));
    drain(feed);

    feed.take(live("l0", "l256"));

    assertThat(drain(feed)).containsExactly("l0");
  }

  @Test
  void whatWaitsShouldBeBounded() throws Exception {
    Feed feed = resumed(0, 2);
    feed.take(push(0, 1, 2, 3));
    assertThat(feed.hasRoom()).isTrue();
    feed.take(push(3, 4));
    assertThat(feed.hasRoom()).isFalse();

    assertThatThrownBy(() -> feed.take(push(4, 5))).hasMessage("beyond the window");

    assertThat(drain(feed)).containsExactly("m1", "m2", "m3", "m4");
    assertThat(feed.hasRoom()).isTrue();
  }

  @Test
  void liveMessagesForWhichThereIsNoRoomShouldBeOverAndTakeNoneFromOthers() throws Exception {
    Feed feed = resumed(0, 1);

    feed.take(live("a", "b", "c"));
    feed.take(push(0, 1, 2));

    assertThat(drain(feed)).containsExactly("a", "m1", "m2");
  }

  @Test
  void pushBeforeTheWelcomeShouldBeAFault() {
    assertThatThrownBy(() -> new Feed(at(0), 2).take(push(0, 1)))
        .hasMessage("a push before the welcome");
  }

  @Test
  void whatWasHandledShouldNotComeAgainBehindAResetWhileTheClientLives() throws Exception {
    Feed feed = resumed(0, 256);
    feed.take(push(0, 1, 2, 3));
    for (int i = 0; i < 2; i++) {
      feed.handled(requireNonNull(feed.next()));
    }
    assertThat(store(feed)).isEqualTo(at(2));
    feed.left();

    feed.take(welcome(Mode.RESET, 0));
    assertThat(feed.take(push(0, 1, 2, 3))).isTrue();

    assertThat(drain(feed)).containsExactly("missed", "m3");
    assertThat(store(feed)).isEqualTo(at(3));
  }

  @Test
  void liveMessagesShouldLeaveAWindowsRoom() throws Exception {
    Feed feed = resumed(0, 2);

    feed.take(live("a", "b", "c", "d"));

    assertThat(feed.hasRoom()).isTrue();
    feed.take(push(0, 1, 2));
    assertThat(drain(feed)).containsExactly("a", "b", "m1", "m2");
  }
}
