package io.tidegate.client.link;

import io.tidegate.client.loop.Loop;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.EventStream;
import io.tidegate.client.rule.FrameException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A connection by Server-Sent Events; acks are requests. */
final class StreamLink implements Link {
  /** How long to wait with an ack that was not taken, and for the answer to one. */
  private static final long ACK_AGAIN_MILLIS = 1_000;

  private static final Duration ACK_ANSWER = Duration.ofSeconds(30);

  /** For the answer to the last ack. Milliseconds. */
  private static final long CLOSING = 2_000;

  private final Loop loop;
  private final Requests requests;
  private final LinkListener listener;
  private final Hello hello;
  private final EventStream events;
  private final Requests.Call call;
  private final PieceReader reader;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private long dueAck;
  private boolean acking;
  private boolean paused;
  private boolean closing;

  StreamLink(Loop loop, Requests requests, LinkListener listener, int mostChars) {
    this.loop = loop;
    this.requests = requests;
    this.listener = listener;
    this.hello = listener.hello();
    this.events = new EventStream(mostChars);
    this.reader =
        new PieceReader(
            piece -> loop.execute(() -> take(piece)),
            error -> loop.execute(() -> listener.ended(End.lost(end(error)))));
    this.call =
        requests.ask(requests.get("stream", hello, Map.of(), Requests.EVENTS), Requests.EVENTS);
    var unused =
        call.answer().whenComplete((answer, error) -> loop.execute(() -> answered(answer, error)));
  }

  private static String end(@Nullable Throwable error) {
    return error == null ? "the end" : Reasons.of(error);
  }

  private void answered(
      @Nullable HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer, @Nullable Throwable error) {
    if (answer != null) {
      answer.body().subscribe(reader);
    } else if (error != null) {
      listener.ended(Requests.end(error));
    }
  }

  private void take(String piece) {
    listener.alive();
    try {
      events.take(piece).forEach(listener::told);
    } catch (FrameException e) {
      listener.ended(End.lost(Reasons.of(e)));
      return;
    }
    paused = !listener.hasRoom();
    if (!paused) {
      reader.more();
    }
  }

  @Override
  public void more() {
    if (paused && listener.hasRoom()) {
      paused = false;
      reader.more();
    }
  }

  @Override
  public boolean hearsPings() {
    return true;
  }

  @Override
  public boolean showsTokens() {
    return false;
  }

  @Override
  public void token(String token) {
    throw new UnsupportedOperationException("a stream shows its token once");
  }

  /** Of acks the newest goes, one request at a time, until it is taken. */
  @Override
  public void ack(long seq, String session) {
    dueAck = seq;
    if (!acking) {
      acking = true;
      send(seq, session);
    }
  }

  private void send(long seq, String session) {
    HttpRequest request =
        requests.post("acks", acker(), FrameWriter.acked(session, seq)).timeout(ACK_ANSWER).build();
    Requests.Call ack = requests.ask(request, Requests.JSON);
    var unused =
        ack.answer()
            .whenComplete(
                (answer, error) -> {
                  if (answer != null) {
                    var unusedToo = WholeBody.read(answer.body(), 0);
                  }
                  loop.execute(() -> acked(seq, session, error));
                });
  }

  /** A session is acked by whose it is. */
  private Hello acker() {
    return new Hello(hello.user(), hello.device(), hello.window(), null, hello.token(), null);
  }

  private void acked(long seq, String session, @Nullable Throwable error) {
    if (error != null) {
      End end = Requests.end(error);
      // Whether the worker is gone, the stream tells.
      boolean isTold = end.rule() == End.Rule.ANOTHER || end.rule() == End.Rule.BACKOFF;
      if (!isTold) {
        listener.ended(end);
      }
      if (!ended.isDone()) {
        var unused = loop.after(ACK_AGAIN_MILLIS, () -> again(session));
      }
    } else if (seq == dueAck) {
      acking = false;
      if (closing) {
        leave();
      }
    } else {
      again(session);
    }
  }

  private void again(String session) {
    if (!ended.isDone()) {
      send(dueAck, session);
    }
  }

  @Override
  public CompletableFuture<Void> end(boolean now) {
    if (now || !acking) {
      leave();
    } else if (!closing) {
      closing = true;
      Loop.Timer timer = loop.after(CLOSING, this::leave);
      var unused = ended.whenComplete((done, error) -> timer.cancel());
    }
    return ended;
  }

  private void leave() {
    if (ended.complete(null)) {
      call.cancel();
      reader.cancel();
    }
  }
}
