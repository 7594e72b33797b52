package io.tidegate.delivery.connection;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.PollAnswer;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.pace.Pace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One poll, a session that ends with its answer. It stands behind the {@link HttpHandler} of its
 * connection, which reads and answers, and leaves when it has one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class PollHandler extends ConnectionHandler {
  static final String MEDIA_TYPE = "application/json";

  /** After the first frame, for those that come with it: about a commit of fan-out's. */
  private static final long GATHER_MILLIS = 25;

  /** With so much the answer is enough, whatever else there is. */
  private static final int ENOUGH_BYTES = 256 * 1024;

  private final HttpHandler http;
  private final boolean keepAlive;
  private final int waitSeconds;
  private final long waitUntil;

  /** Null until the sequencer attached the session. */
  private @Nullable PollAnswer answer;

  private boolean gathering;

  PollHandler(HttpHandler http, Loop loop, int waitSeconds, boolean keepAlive) {
    super(loop);
    this.http = http;
    this.keepAlive = keepAlive;
    this.waitSeconds = waitSeconds;
    this.waitUntil = loop.now() + TimeUnit.SECONDS.toNanos(waitSeconds);
  }

  @Override
  Transport transport() {
    return Transport.POLL;
  }

  /** The most that passes before there is an answer. */
  long mostNanos() {
    return loop().settings().session().attach() + TimeUnit.SECONDS.toNanos(waitSeconds + 2L);
  }

  @Override
  void tell(InboxCommand command) {
    Frame frame = command.told();
    if (command instanceof InboxCommand.Attach attach) {
      answer = new PollAnswer(attach.epoch(), attach.seq(), frame);
      if (waitSeconds == 0) {
        gather();
      }
      return;
    }
    PollAnswer gathered = answer;
    if (gathered == null) {
      throw new IllegalStateException("a frame before the welcome");
    }
    switch (command) {
      case InboxCommand.Push push -> gathered.add(frame, push.last());
      case InboxCommand.Reset reset -> gathered.add(frame, reset.seq());
      default -> gathered.add(frame);
    }
    if (gathered.size() >= ENOUGH_BYTES) {
      if (pacer() == null) {
        end();
      } else {
        // Behind what it tells just now.
        Tasks.execute(loop().thread(), this::end);
      }
    } else {
      gather();
      outlet().count();
    }
  }

  /** Whoever polls sets the pace by that; only how long to wait for more is left. */
  @Override
  Pace granted(Pace asked) {
    return super.granted(asked).ofPolls();
  }

  /** And what was gathered. */
  @Override
  long heldBytes() {
    return super.heldBytes() + (answer == null ? 0 : answer.size());
  }

  private void gather() {
    if (!gathering) {
      gathering = true;
      loop().thread().schedule(this::end, GATHER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void end() {
    Pacer held = pacer();
    if (held != null) {
      held.letAll(loop().now());
    }
    close(CloseCode.NORMAL, null, loop().now());
  }

  @Override
  void tick(long now) {
    if (isAttached() && now - waitUntil >= 0) {
      end();
      return;
    }
    // There is nothing to take, and the wait is bounded.
    session().onTaken();
    super.tick(now);
  }

  /** Whoever polls comes all the time, and a storm of polls is what they cost. */
  @Override
  boolean isPaced() {
    return false;
  }

  @Override
  void ping() {}

  /** Whoever polls comes again in any case. */
  @Override
  boolean tellGoaway(Frame frame, Duration least, Duration most) {
    return false;
  }

  @Override
  void tellClose(CloseCode code, @Nullable String detail) {
    FullHttpResponse response = response(code, detail);
    boolean again = keepAlive && code == CloseCode.NORMAL;
    // Later, so that the sequencer is told the end before the client can come again.
    Tasks.execute(loop().thread(), () -> leave(response, again));
  }

  private FullHttpResponse response(CloseCode code, @Nullable String detail) {
    PollAnswer gathered = answer;
    boolean told = gathered != null && !gathered.isEmpty();
    if (gathered != null
        && (told || code == CloseCode.NORMAL || code.reconnect() != CloseCode.Reconnect.NEVER)) {
      FullHttpResponse whole = HttpAnswer.of(HttpResponseStatus.OK, MEDIA_TYPE, gathered.toBytes());
      whole.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
      return whole;
    }
    Problem refusal = HttpAnswer.refusal(code, detail);
    return HttpAnswer.of(
        refusal != null
            ? refusal
            : Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
                detail == null ? code.reason() : detail));
  }

  private void leave(FullHttpResponse response, boolean again) {
    if (!context().channel().isActive() || context().isRemoved()) {
      response.release();
      return;
    }
    context().pipeline().remove(this);
    http.answerSlowly(response, again);
  }
}
