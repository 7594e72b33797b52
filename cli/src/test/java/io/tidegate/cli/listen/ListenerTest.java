package io.tidegate.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.listen.ScriptedServer.Peer;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.StartupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A device over connections that break: a real client against a server that keeps to a script. */
final class ListenerTest {
  private static final String FRESH =
      "{'op':'welcome','epoch':'00000000000000aa','mode':'fresh','seq':0,'head':0}";
  private static final String HELLO = "{'op':'hello','user':'ann','device':'phone'}";

  private final ScriptedServer server;
  private final Clients clients = Clients.create();
  private final Recorder seen = new Recorder();

  ListenerTest() throws InterruptedException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    clients.close();
    server.close();
  }

  @Test
  void brokenConnectionShouldBeResumedAfterWhatWasShown() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(3));
    Peer first = server.next();
    assertThat(first.hear()).isEqualTo(HELLO);
    first.say(FRESH);
    first.say(push(0, 1, 2));
    assertThat(first.hear()).isEqualTo("{'op':'ack','seq':2}");

    // When
    first.die();
    Peer second = server.next();
    String hello = second.hear();
    second.say(resumed(2));
    second.say(push(1, 2, 3));

    // Then
    assertThat(hello)
        .startsWith("{'op':'hello','user':'ann','device':'phone','resume':{")
        .contains("'epoch':'00000000000000aa'")
        .contains("'seq':2");
    assertThat(second.hear()).isEqualTo("{'op':'ack','seq':3}");
    assertThat(second.hear()).isEqualTo("close 1000");
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    assertThat(seen.shown).containsExactly(1L, 2L, 3L);
    assertThat(seen.waits).singleElement().matches(wait -> wait.compareTo(Backoff.FIRST) <= 0);
  }

  @Test
  void messageThatWasShownButNotAckedShouldNotBeShownAgain() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(2));
    Peer first = server.next();
    first.hear();
    first.say(FRESH);
    first.say(push(0, 1));
    seen.awaitShown(1);
    first.die();

    // When
    Peer second = server.next();
    String hello = second.hear();
    second.say(resumed(1));
    // A server that never had the ack sends it again.
    second.say(push(0, 1, 2));

    // Then
    assertThat(hello).contains("'seq':1");
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    assertThat(seen.shown).containsExactly(1L, 2L);
  }

  @Test
  void gapShouldBeClosedAndResumedAtOnce() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(2));
    Peer first = server.next();
    first.hear();
    first.say(FRESH);
    first.say(push(0, 1));

    // When
    first.say(push(5, 6));
    Peer second = server.next();
    String hello = second.hear();
    second.say(resumed(1));
    second.say(push(1, 2));

    // Then
    assertThat(hello).contains("'seq':1");
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    assertThat(seen.shown).containsExactly(1L, 2L);
    assertThat(seen.waits).containsExactly(Duration.ZERO);
  }

  @Test
  void goawayShouldBeWaitedForInTheRangeThatItNames() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(1));
    Peer first = server.next();
    first.hear();
    first.say(FRESH);

    // When
    first.say("{'op':'goaway','retry_after_ms':[700,900]}");
    first.close(1001, "draining");
    Peer second = server.next();
    second.hear();
    second.say(resumed(0));
    second.say(push(0, 1));

    // Then
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    assertThat(seen.waits)
        .singleElement()
        .satisfies(w -> assertThat(w.toMillis()).isBetween(700L, 900L));
  }

  @Test
  void connectionsThatNeverStandShouldBeTriedMoreAndMoreSlowlyUntilOneStands() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(1));
    Peer first = server.next();
    first.hear();
    first.say(FRESH);
    seen.awaitWelcomes(1);
    first.die();

    // When
    for (int i = 0; i < 3; i++) {
      server.next().die();
    }
    Peer standing = server.next();
    standing.hear();
    standing.say(resumed(0));
    seen.awaitWelcomes(2);
    standing.die();
    Peer last = server.next();
    last.hear();
    last.say(resumed(0));
    last.say(push(0, 1));

    // Then
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    List<Long> bounds = List.of(500L, 1_000L, 2_000L, 4_000L, 500L);
    assertThat(seen.waits)
        .hasSameSizeAs(bounds)
        .zipSatisfy(bounds, (wait, most) -> assertThat(wait.toMillis()).isBetween(0L, most));
  }

  @Test
  void deviceThatIsReplacedShouldNotComeBack() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(0));
    Peer first = server.next();
    first.hear();
    first.say(FRESH);

    // When
    first.close(CloseCode.REPLACED.code(), "elsewhere");

    // Then
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.REFUSED);
    assertThat(seen.closed).containsExactly("4500 elsewhere");
    assertThat(seen.waits).isEmpty();
  }

  @Test
  void stopShouldAckWhatWasShownAndSayGoodbye() throws Exception {
    // Given
    Listener listener = listener(0);
    CompletableFuture<Listener.End> end = run(listener);
    Peer peer = server.next();
    peer.hear();
    peer.say(FRESH);
    peer.say(push(0, 1));
    seen.awaitShown(1);

    // When
    listener.stop();

    // Then
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':1}");
    assertThat(peer.hear()).isEqualTo("close 1000");
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.STOPPED);
  }

  @Test
  void whatIsBeyondTheWantedNumberShouldBeLeftForALaterRun() throws Exception {
    // Given
    CompletableFuture<Listener.End> end = run(listener(2));
    Peer peer = server.next();
    peer.hear();
    peer.say(FRESH);

    // When
    peer.say(push(0, 1, 2, 3));

    // Then
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':2}");
    assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(Listener.End.ALL_SHOWN);
    assertThat(seen.shown).containsExactly(1L, 2L);
  }

  @Test
  void nobodyThereAtFirstShouldBeOneClearLine() {
    // Given
    server.close();

    // When / Then
    assertThatThrownBy(() -> listener(1).run())
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("no delivery service at ws://127.0.0.1:")
        .hasMessageEndingWith("connection refused");
  }

  private Listener listener(long wanted) {
    return new Listener(clients, server.uri(), new Device("ann", "phone"), seen, wanted);
  }

  private static CompletableFuture<Listener.End> run(Listener listener) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return listener.run();
          } catch (StartupException | InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static String resumed(long seq) {
    return "{'op':'welcome','epoch':'00000000000000aa','mode':'resumed','seq':%d,'head':%d}"
        .formatted(seq, seq);
  }

  private static String push(long prev, long... seqs) {
    List<String> messages = new ArrayList<>();
    for (long seq : seqs) {
      messages.add("{'seq':%d,'id':'m%d','data':{}}".formatted(seq, seq));
    }
    return "{'op':'push','prev':%d,'messages':[%s]}".formatted(prev, String.join(",", messages));
  }

  private static final class Recorder implements Watcher {
    private final AtomicInteger welcomes = new AtomicInteger();
    private final Queue<Long> shown = new ConcurrentLinkedQueue<>();
    private final Queue<Duration> waits = new ConcurrentLinkedQueue<>();
    private final Queue<String> closed = new ConcurrentLinkedQueue<>();

    void awaitWelcomes(int count) {
      await().until(() -> welcomes.get() == count);
    }

    void awaitShown(int count) {
      await().until(() -> shown.size() == count);
    }

    @Override
    public void welcomed(Device.Step.Welcomed welcome) {
      welcomes.incrementAndGet();
    }

    @Override
    public void show(Device.Step.Show show) {
      shown.add(show.seq());
    }

    @Override
    public void missed(long seq) {}

    @Override
    public void acked(long seq) {}

    @Override
    public void gap(Device.Step.Gap gap) {}

    @Override
    public void reconnecting(int code, String reason, Duration wait) {
      waits.add(wait);
    }

    @Override
    public void closedForGood(int code, String reason) {
      closed.add(code + " " + reason);
    }
  }
}
