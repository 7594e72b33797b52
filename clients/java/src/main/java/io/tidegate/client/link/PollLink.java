package io.tidegate.client.link;

import io.tidegate.client.loop.Loop;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Frame;
import io.tidegate.client.rule.FrameException;
import io.tidegate.client.rule.FrameReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Connections that last until there is something to say. The cursor of each poll acks what came
 * before.
 */
final class PollLink implements Link {
  /** Seconds that a poll waits for something to say. */
  private static final int WAIT = 25;

  /** Beyond its wait, in which its answer must come. Milliseconds. */
  private static final long LATE = 15_000;

  /** An empty answer that comes sooner is one of a worker that is about to go. Milliseconds. */
  private static final long EARLY = 1_000;

  private final Loop loop;
  private final Requests requests;
  private final LinkListener listener;
  private final int most;
  private Requests.@Nullable Call call;
  private boolean over;

  PollLink(Loop loop, Requests requests, LinkListener listener, int most) {
    this.loop = loop;
    this.requests = requests;
    this.listener = listener;
    this.most = most;
    // The first one says at once where the device stands.
    ask(0);
  }

  private void ask(int wait) {
    if (over) {
      return;
    }
    Requests.Call asked =
        requests.ask(
            requests.get(
                "poll", listener.hello(), Map.of("wait", Integer.toString(wait)), Requests.JSON),
            Requests.JSON);
    call = asked;
    long since = loop.now();
    Loop.Timer timer =
        loop.after(wait * 1_000L + LATE, () -> listener.ended(End.lost("no answer to a poll")));
    var unused =
        asked
            .answer()
            .thenCompose(answer -> WholeBody.read(answer.body(), most))
            .whenComplete(
                (text, error) ->
                    loop.execute(
                        () -> {
                          timer.cancel();
                          answered(text, error, wait, since);
                        }));
  }

  private void answered(@Nullable String text, @Nullable Throwable error, int wait, long since) {
    if (over) {
      return;
    }
    if (text == null) {
      listener.ended(Requests.end(error == null ? new FrameException("no answer") : error));
      return;
    }
    boolean isEmpty = true;
    try {
      List<Frame> frames = FrameReader.readPoll(text);
      for (Frame frame : frames) {
        isEmpty &= frame instanceof Frame.Welcome;
        listener.heard(frame);
      }
    } catch (FrameException e) {
      listener.ended(End.lost(Reasons.of(e)));
      return;
    }
    long pause = wait > 0 && isEmpty ? since + EARLY - loop.now() : 0;
    if (pause > 0) {
      var unused = loop.after(pause, this::next);
    } else {
      next();
    }
  }

  private void next() {
    listener.whenSettled(() -> ask(WAIT));
  }

  @Override
  public boolean hearsPings() {
    return false;
  }

  @Override
  public boolean showsTokens() {
    return false;
  }

  /** The next poll does. */
  @Override
  public void ack(long seq, String session) {}

  @Override
  public void token(String token) {
    throw new UnsupportedOperationException("the next poll shows it");
  }

  @Override
  public void more() {}

  @Override
  public CompletableFuture<Void> end(boolean now) {
    over = true;
    if (call != null) {
      call.cancel();
    }
    return CompletableFuture.completedFuture(null);
  }
}
