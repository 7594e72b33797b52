package io.tidegate.delivery.session;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.pace.Written;
import io.tidegate.delivery.session.Action.Plain;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection's protocol: hello, attach, pushes and acks, liveness, close. Events and time go
 * in, one {@link Action} comes out. Not thread-safe; it belongs to its event loop.
 *
 * <pre>
 *   HELLO ──hello──▶ WAITING ──begin──▶ ATTACHING ──Attach──▶ ATTACHED
 *     └─────────────────┴───────────────────┴────────────────────┴──any close──▶ CLOSING ──▶ OVER
 * </pre>
 *
 * Mutable fields and an enum instead of a record per state: there are tens of thousands of these,
 * and a push must not make garbage.
 *
 * <p>Keeps invariants 8 (seqs written strictly rise, {@code prev} links to the one before) and 19
 * (acked is monotone and at most the highest sent in that epoch).
 */
public final class Session {
  private enum Phase {
    HELLO,
    /** For its turn to be told to the sequencer, who does not know of it yet. */
    WAITING,
    ATTACHING,
    ATTACHED,
    CLOSING,
    OVER
  }

  private static final long NANOS = 1_000_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final SessionLimits limits;
  private final SessionId id;

  private Phase phase = Phase.HELLO;
  private @Nullable UserKey user;
  private @Nullable String device;

  private long epoch;
  private long sent;
  private long acked;
  private boolean ackQueued;

  /** How far the client was told; null: as far as was sent. */
  private @Nullable Written written;

  /** Of hello, turn, attach, pong or close, as the phase has it. */
  private long deadline;

  private long nextPing;
  private boolean pinged;

  /** When the client is told to go; once it was told, when to close. */
  private long leaveAt;

  private boolean leaving;

  /** When the token ends; {@link #NEVER} where none was asked for. */
  private long expiresAt = NEVER;

  /** Of the token that it was let in or renewed by last; 0 and null where there is none. */
  private long tokenIssued;

  private @Nullable String tokenId;

  /** When the next token may come: to check one costs more than any other frame. */
  private long nextToken;

  /** When the client's frames so far would have come, had they come at the permitted rate. */
  private long frameClock;

  public Session(SessionLimits limits, SessionId id, long nowNanos) {
    this.limits = limits;
    this.id = id;
    this.deadline = nowNanos + limits.hello();
    this.frameClock = nowNanos;
    this.nextToken = nowNanos;
    this.leaveAt = nowNanos + limits.age() - limits.age() / 4 + spread(limits.age() / 2);
  }

  public SessionId id() {
    return id;
  }

  /** The user of the hello; only after one. */
  public UserKey user() {
    return Objects.requireNonNull(user, "no hello yet");
  }

  /** The device of the hello; only after one. */
  public String device() {
    return Objects.requireNonNull(device, "no hello yet");
  }

  public long epoch() {
    return epoch;
  }

  public long acked() {
    return acked;
  }

  public boolean isAttached() {
    return phase == Phase.ATTACHED;
  }

  public boolean isClosing() {
    return phase == Phase.CLOSING || phase == Phase.OVER;
  }

  /** Any frame came: a sign of life, unless it is one too many. */
  public Action onAnyFrame(long nowNanos) {
    if (isClosing()) {
      return Plain.NOTHING;
    }
    pinged = false;
    if (frameClock - nowNanos < 0) {
      frameClock = nowNanos;
    }
    frameClock += NANOS / limits.framesPerSecond();
    return frameClock - nowNanos > NANOS
        ? close(
            CloseCode.BAD_FRAME,
            "more than " + limits.framesPerSecond() + " frames a second",
            nowNanos)
        : Plain.NOTHING;
  }

  /**
   * The client took everything that it was sent. Where it cannot answer a ping, that is its sign of
   * life.
   */
  public void onTaken() {
    pinged = false;
  }

  /** The client took everything that it was sent, which is to count as its ack. */
  public Action onWritten(long nowNanos) {
    return phase == Phase.ATTACHED ? onAck(told(), nowNanos) : Plain.NOTHING;
  }

  /** Whether the next frame is to be the hello. */
  public boolean wantsHello() {
    return phase == Phase.HELLO;
  }

  /** From then on the session is over, unless another token comes before. */
  public void expireAt(long nanos) {
    expiresAt = nanos;
  }

  /**
   * By which token it was let in, or renewed.
   *
   * @param issuedMillis epoch milliseconds; 0: it does not say
   * @param id null: it has none
   */
  public void holds(long issuedMillis, @Nullable String id) {
    tokenIssued = issuedMillis;
    tokenId = id;
  }

  public long tokenIssued() {
    return tokenIssued;
  }

  public @Nullable String tokenId() {
    return tokenId;
  }

  /** A frame with another token came, which is not looked at yet; NOTHING: it may be. */
  public Action onToken(long nowNanos) {
    if (phase == Phase.HELLO) {
      return close(CloseCode.BAD_HELLO, "op: want hello first", nowNanos);
    }
    if (nowNanos - nextToken < 0) {
      return close(CloseCode.BAD_FRAME, "token: more than one in a second", nowNanos);
    }
    nextToken = nowNanos + NANOS;
    return Plain.NOTHING;
  }

  /**
   * A text frame that is none of the protocol's.
   *
   * @param detail the field and the reason
   */
  public Action onMalformed(String detail, long nowNanos) {
    CloseCode code = phase == Phase.HELLO ? CloseCode.BAD_HELLO : CloseCode.BAD_FRAME;
    return close(code, detail, nowNanos);
  }

  public Action onHello(ClientFrame.Hello hello, long nowNanos) {
    if (phase != Phase.HELLO) {
      return close(CloseCode.BAD_FRAME, "op: hello was said already", nowNanos);
    }
    phase = Phase.WAITING;
    user = hello.user();
    device = hello.device();
    deadline = nowNanos + limits.attach();
    int window = Math.min(hello.window(), limits.window());
    return new Action.Announce(hello.withWindow(window));
  }

  /** Whether the hello was said, and the sequencer is not told yet. */
  public boolean isWaiting() {
    return phase == Phase.WAITING;
  }

  /** The sequencer was told of the hello. */
  public void begin(long nowNanos) {
    if (phase == Phase.WAITING) {
      phase = Phase.ATTACHING;
      deadline = nowNanos + limits.attach();
    }
  }

  /** Whether the token has ended. */
  public boolean isExpired(long nowNanos) {
    return expiresAt != NEVER && nowNanos - expiresAt >= 0;
  }

  /** Every message up to and including {@code seq} is stored. */
  public Action onAck(long seq, long nowNanos) {
    if (phase == Phase.HELLO) {
      return close(CloseCode.BAD_HELLO, "op: want hello first", nowNanos);
    }
    if (isClosing()) {
      return Plain.NOTHING;
    }
    long told = told();
    if (phase != Phase.ATTACHED || seq > told) {
      return close(CloseCode.BAD_ACK, "seq: beyond " + told + ", the last that was sent", nowNanos);
    }
    long counted = written == null ? seq : written.counted(seq);
    if (counted <= acked) {
      return Plain.NOTHING;
    }
    acked = counted;
    return Plain.ACK;
  }

  /** The last seq that the client was told, which may be less than what came for it. */
  private long told() {
    return written == null ? sent : written.seq();
  }

  /** From the hello on, what comes for the client is not told at once. */
  public void paced(Written how) {
    written = how;
  }

  /** The client was told that something at the end was left out, which no ack of its would name. */
  public Action onLeftOut(long nowNanos) {
    return phase == Phase.ATTACHED ? onAck(acked, nowNanos) : Plain.NOTHING;
  }

  public Action onCommand(InboxCommand command, long nowNanos) {
    if (isClosing()) {
      return Plain.IGNORE;
    }
    return switch (command) {
      case InboxCommand.Push push -> onPush(push, nowNanos);
      case InboxCommand.Live live -> phase == Phase.ATTACHED ? Plain.SEND : Plain.IGNORE;
      case InboxCommand.Attach attach -> onAttach(attach, nowNanos);
      case InboxCommand.Reset reset -> onReset(reset, nowNanos);
      case InboxCommand.Kick kick -> {
        CloseCode code = CloseCode.of(kick.code());
        yield close(code == null ? CloseCode.INTERNAL : code, null, nowNanos);
      }
    };
  }

  private Action onPush(InboxCommand.Push push, long nowNanos) {
    if (phase == Phase.ATTACHED && push.prev() == sent) {
      sent = push.last();
      return Plain.SEND;
    }
    if (phase == Phase.ATTACHED && push.last() <= sent) {
      return Plain.IGNORE;
    }
    // A record between is missing, or the Attach is. The client's cursor mends it.
    return close(CloseCode.SESSION_LOST, null, nowNanos);
  }

  private Action onAttach(InboxCommand.Attach attach, long nowNanos) {
    if (phase == Phase.ATTACHED && attach.epoch() != epoch) {
      // The sequencer was rebuilt. As with a reset to another epoch, only a new hello is safe.
      return close(CloseCode.SESSION_LOST, null, nowNanos);
    }
    if (phase != Phase.ATTACHING) {
      return Plain.IGNORE;
    }
    phase = Phase.ATTACHED;
    epoch = attach.epoch();
    sent = attach.seq();
    acked = attach.seq();
    if (written != null) {
      written.begin(attach.seq());
    }
    nextPing = nowNanos + limits.ping() / 2 + spread(limits.ping() / 2);
    return Plain.SEND;
  }

  /** 0 to {@code most}: sessions that came together are neither pinged nor sent away together. */
  private long spread(long most) {
    return Math.floorMod(id.getN() * 0x9E3779B97F4A7C15L, most + 1);
  }

  private Action onReset(InboxCommand.Reset reset, long nowNanos) {
    if (phase != Phase.ATTACHED || reset.epoch() != epoch) {
      // An ack names no epoch, so one on its way could count for the wrong one. A new hello can't.
      return close(CloseCode.SESSION_LOST, null, nowNanos);
    }
    // At what was sent last is the usual case: the loss lies right after it.
    if (reset.seq() < sent) {
      return Plain.IGNORE;
    }
    sent = reset.seq();
    return Plain.SEND;
  }

  /** Takes the session's place in the next batch of acks; false: it has one already. */
  public boolean queueAck() {
    boolean first = !ackQueued;
    ackQueued = true;
    return first;
  }

  /** The batch with this session's ack was taken. */
  public void ackTaken() {
    ackQueued = false;
  }

  public boolean isAckQueued() {
    return ackQueued;
  }

  /** The worker closes for a reason of its own. */
  public Action close(CloseCode code, @Nullable String detail, long nowNanos) {
    if (isClosing()) {
      return Plain.NOTHING;
    }
    boolean announced = isAnnounced();
    phase = Phase.CLOSING;
    deadline = nowNanos + limits.close();
    return new Action.Close(code, detail, announced);
  }

  /** The connection is no more, whoever ended it. */
  public Action onGone() {
    boolean announced = isAnnounced();
    phase = Phase.OVER;
    return announced ? Plain.DOWN : Plain.NOTHING;
  }

  /** Whether the sequencer knows of it, and not of its end. */
  private boolean isAnnounced() {
    return phase == Phase.ATTACHING || phase == Phase.ATTACHED;
  }

  /**
   * Time passed; called about once a second.
   *
   * @param flowing whether the client is taking what was sent before. Ping and close wait behind
   *     that, and it is a sign of life.
   */
  public Action onTick(long nowNanos, boolean flowing) {
    boolean late = nowNanos - deadline >= 0;
    return switch (phase) {
      case HELLO -> late ? close(CloseCode.HELLO_TIMEOUT, null, nowNanos) : Plain.NOTHING;
      case WAITING ->
          late
              ? close(CloseCode.OVERLOADED, "its turn did not come in time", nowNanos)
              : Plain.NOTHING;
      case ATTACHING -> late ? close(CloseCode.ATTACH_TIMEOUT, null, nowNanos) : Plain.NOTHING;
      case ATTACHED -> {
        if (flowing) {
          deadline = nowNanos + limits.pong();
        }
        yield onAttachedTick(nowNanos, late && !flowing);
      }
      case CLOSING -> {
        if (flowing) {
          deadline = nowNanos + limits.close();
        }
        yield late && !flowing ? Plain.DISCONNECT : Plain.NOTHING;
      }
      // The socket takes no more, not even our answer to the client's close.
      case OVER -> Plain.DISCONNECT;
    };
  }

  private Action onAttachedTick(long nowNanos, boolean late) {
    if (pinged && late) {
      return close(CloseCode.PING_TIMEOUT, null, nowNanos);
    }
    if (isExpired(nowNanos)) {
      return close(CloseCode.TOKEN_EXPIRED, null, nowNanos);
    }
    if (nowNanos - leaveAt >= 0) {
      if (leaving) {
        return close(CloseCode.MAX_AGE, null, nowNanos);
      }
      // Until the close the session goes on, so that the acks of what is under way still count.
      leaving = true;
      leaveAt = nowNanos + limits.leave();
      return Plain.GOAWAY;
    }
    if (pinged || nowNanos - nextPing < 0) {
      return Plain.NOTHING;
    }
    pinged = true;
    nextPing = nowNanos + limits.ping();
    deadline = nowNanos + limits.pong();
    return Plain.PING;
  }
}
