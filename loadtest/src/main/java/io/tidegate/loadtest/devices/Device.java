package io.tidegate.loadtest.devices;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.loadtest.devices.FleetSettings.StreamAcks;
import io.tidegate.loadtest.devices.rule.AckClock;
import io.tidegate.loadtest.devices.rule.Comeback;
import io.tidegate.loadtest.devices.rule.Cursor;
import io.tidegate.loadtest.devices.rule.Ending;
import io.tidegate.loadtest.devices.rule.UntakenAcks;
import io.tidegate.loadtest.devices.wire.FrameScan;
import io.tidegate.loadtest.devices.wire.MalformedException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One device: what it remembers, its connection if it has one, and what it does next. */
final class Device {
  private enum State {
    /** It was not asked to connect, or was told to leave. */
    AWAY,
    /** It waits for its turn to connect. */
    QUEUED,
    CONNECTING,
    WELCOME,
    /** It comes again after a delay. */
    RESTING,
    /** It was told not to come again. */
    OVER
  }

  /** Pings are 25 s apart. */
  private static final long SILENT = TimeUnit.SECONDS.toNanos(75);

  private final DeviceLoop loop;
  private final int index;
  private final boolean isStream;
  private final Cursor cursor = new Cursor();
  private final Comeback comeback = new Comeback();
  private final AckClock acks;

  /** Of a stream's acks by request; null: this is no stream. */
  private final @Nullable UntakenAcks untaken;

  private State state = State.AWAY;
  private @Nullable DeviceLine line;
  private @Nullable String session;
  private boolean everWelcome;
  private boolean settled;
  private boolean isPaused;

  /** Of {@link AckPosts}: it stands in the queue. */
  boolean ackQueued;

  /** It stands on the wheel, and is told there when its acks are due. */
  private boolean onWheel;

  /** Since when it is in its state; meaningless after {@link #read} has come later. */
  private long since;

  /** When anything was read last. */
  private long read;

  Device(DeviceLoop loop, int index) {
    this.loop = loop;
    this.index = index;
    this.isStream = loop.settings().speech().isStream(index);
    this.acks = new AckClock(loop.settings().speech().window());
    this.untaken = isStream ? new UntakenAcks() : null;
  }

  int index() {
    return index;
  }

  String user() {
    return loop.settings().crowd().user().apply(index);
  }

  String name() {
    return loop.settings().crowd().name().apply(index);
  }

  Cursor cursor() {
    return cursor;
  }

  /** Of the session that stands, for acks by request; null: there is none. */
  @Nullable String session() {
    return state == State.WELCOME ? session : null;
  }

  /** Asks it to connect, as soon as there is room for one more. */
  void come() {
    if (state == State.AWAY || state == State.RESTING || state == State.OVER) {
      if (state == State.OVER) {
        loop.tally().over.decrementAndGet();
      }
      to(State.QUEUED);
      loop.queue(this);
    }
  }

  /**
   * Its turn has come.
   *
   * @return false: it does not want to any more
   */
  boolean connect() {
    if (state != State.QUEUED) {
      return false;
    }
    to(State.CONNECTING);
    loop.tally().connecting.incrementAndGet();
    DeviceLine next = isStream ? new StreamLine(loop, this) : new SocketLine(loop, this);
    line = next;
    next.dial(index);
    return true;
  }

  private void to(State next) {
    state = next;
    since = System.nanoTime();
  }

  // What it is told.

  void told(byte[] bytes, int from, int to, long nanos) throws MalformedException {
    FrameScan frame = loop.scan();
    frame.read(bytes, from, to);
    switch (frame.op()) {
      case WELCOME -> welcome(frame, nanos);
      case PUSH -> push(frame, nanos);
      case LIVE -> live(frame, nanos);
      case RESET -> {
        cursor.reset(epoch(frame), frame.seq());
        loop.events().reset(index, frame.seq());
        took(cursor.isAckDue() ? 1 : 0, 0, nanos);
      }
      case GOAWAY -> comeback.goaway(frame.leastMillis(), frame.mostMillis());
      case CLOSE -> end(Ending.closed(frame.code(), frame.reconnect()));
      case OTHER -> {
        // For newer devices.
      }
    }
  }

  private static long epoch(FrameScan frame) throws MalformedException {
    try {
      return ClientProtocol.parseEpoch(String.valueOf(frame.epoch()));
    } catch (NumberFormatException e) {
      throw new MalformedException("no epoch");
    }
  }

  private void welcome(FrameScan frame, long nanos) throws MalformedException {
    if (state != State.CONNECTING) {
      throw new MalformedException("a second welcome");
    }
    String mode = String.valueOf(frame.mode());
    cursor.welcome(epoch(frame), frame.seq());
    session = isStream ? frame.session() : null;
    comeback.welcomed();
    to(State.WELCOME);
    loop.tally().connecting.decrementAndGet();
    loop.tally().connected.incrementAndGet();
    loop.turnDone();
    if (!everWelcome) {
      everWelcome = true;
      loop.tally().welcomedEver.incrementAndGet();
    }
    if (isPaused) {
      setReading(false);
    }
    loop.events().welcomed(index, mode, nanos);
    if (mode.equals("reset")) {
      loop.events().reset(index, frame.seq());
    }
    settle();
  }

  private void settle() {
    if (!settled) {
      settled = true;
      loop.tally().settled();
    }
  }

  private void push(FrameScan frame, long nanos) throws MalformedException {
    if (!cursor.stands()) {
      throw new MalformedException("a push before the welcome");
    }
    if (cursor.isGap(frame.prev())) {
      end(Ending.givenUp(Words.GAP));
      return;
    }
    int count = frame.messages();
    int fresh = 0;
    for (int i = 0; i < count; i++) {
      long seq = frame.seq(i);
      boolean inSession = cursor.wasSent(seq);
      if (cursor.take(seq)) {
        fresh++;
        loop.events().shown(index, seq, frame.id(i), nanos);
      } else {
        loop.events().repeated(index, seq, inSession);
      }
    }
    loop.events().pushed(index, fresh, nanos);
    took(count, fresh, nanos);
  }

  private void live(FrameScan frame, long nanos) throws MalformedException {
    for (int i = 0; i < frame.messages(); i++) {
      loop.events().shown(index, 0, frame.id(i), nanos);
    }
    loop.events().pushed(index, frame.messages(), nanos);
  }

  /** Everything that came at once was read. */
  void readAll(long nanos) {
    read = nanos;
    ackIfDue(nanos);
  }

  // Acks.

  private void took(int count, int fresh, long nanos) {
    boolean isAcked = !isStream || loop.settings().speech().streamAcks() == StreamAcks.REQUEST;
    if (isAcked) {
      acks.took(count, fresh, nanos);
    }
  }

  /** Acks if it is time; else the wheel asks again. */
  private void ackIfDue(long now) {
    if (!acks.isWaiting()) {
      return;
    }
    long due = acks.due();
    if (due > now) {
      if (!onWheel) {
        onWheel = true;
        loop.wheel().add(this, due);
      }
    } else {
      ack();
    }
  }

  /** The wheel has come to it. */
  void wheelCame(long now) {
    onWheel = false;
    ackIfDue(now);
  }

  private void ack() {
    DeviceLine open = line;
    if (open != null && cursor.isAckDue()) {
      open.ack(cursor.ackable());
    } else {
      acks.acked(System.nanoTime());
    }
  }

  /** An ack was handed to its own socket, where nothing answers it. */
  void acked(long seq) {
    int messages = acks.fresh();
    sent(seq);
    if (messages > 0) {
      loop.events().acked(index, messages);
    }
  }

  /** An ack by request was handed to a socket: {@link #ackTaken} or {@link #ackAgain} follows. */
  void ackHanded(long seq) {
    if (untaken != null) {
      untaken.handed(seq, acks.fresh());
    }
    sent(seq);
  }

  private void sent(long seq) {
    long now = System.nanoTime();
    if (acks.fresh() > 0) {
      loop.events().ackSent(index, acks.oldestFresh(), now);
    }
    cursor.acked(seq);
    acks.acked(now);
  }

  /** An ack of this session was answered as taken. */
  void ackTaken(long seq) {
    int messages = untaken == null ? 0 : untaken.taken(seq);
    if (messages > 0) {
      loop.events().acked(index, messages);
    }
  }

  /** An ack was not taken. */
  void ackAgain(long seq) {
    cursor.ackAgain(seq);
  }

  // Its connection's end.

  private void end(Ending ending) {
    DeviceLine open = line;
    if (open != null) {
      open.end(ending);
    }
  }

  /** Its connection ended, or there was none. */
  void ended(DeviceLine which, Ending ending) {
    long now = System.nanoTime();
    boolean stood = state == State.WELCOME;
    long stoodMillis = stood ? TimeUnit.NANOSECONDS.toMillis(now - since) : 0;
    line = null;
    session = null;
    cursor.over();
    acks.over();
    if (untaken != null) {
      untaken.over();
    }
    (stood ? loop.tally().connected : loop.tally().connecting).decrementAndGet();
    to(State.RESTING);
    if (!stood) {
      loop.turnDone();
    }
    try {
      loop.events().disconnected(index, ending.code(), now);
    } finally {
      rest(ending, now, stoodMillis, !stood && which.saidHello() && !ending.isTold());
    }
  }

  /**
   * @param isGivenUp the server may still take its hello for one of a device that is there
   */
  private void rest(Ending ending, long now, long stoodMillis, boolean isGivenUp) {
    if (isGivenUp) {
      comeback.gaveUp(TimeUnit.NANOSECONDS.toMillis(now));
    }
    if (ending.code().equals(Words.LEFT)) {
      to(State.AWAY);
      return;
    }
    boolean canRenew = loop.settings().speech().tokens() != null;
    long delay =
        comeback.after(
            ending,
            TimeUnit.NANOSECONDS.toMillis(now),
            stoodMillis,
            canRenew,
            ThreadLocalRandom.current());
    if (delay == Comeback.NEVER) {
      to(State.OVER);
      loop.tally().over.incrementAndGet();
      settle();
      return;
    }
    long began = since;
    loop.after(
        delay,
        () -> {
          if (state == State.RESTING && since == began) {
            come();
          }
        });
  }

  // What it is asked for.

  /**
   * @param atOnce without a pause; else as after any connection that is lost
   */
  void cut(boolean atOnce) {
    DeviceLine open = line;
    if (open != null) {
      open.cut(atOnce ? Ending.givenUp(Words.CUT_HERE) : Ending.lost(Words.CUT_HERE));
    }
    if (open != null && atOnce) {
      come();
    }
  }

  void pause(boolean pauses) {
    boolean resumes = isPaused && !pauses;
    isPaused = pauses;
    if (state == State.WELCOME) {
      if (resumes) {
        loop.events().readsAgain(index);
      }
      setReading(!pauses);
    }
  }

  private void setReading(boolean reading) {
    if (line != null) {
      read = System.nanoTime();
      line.setReading(reading);
    }
  }

  void leave() {
    DeviceLine open = line;
    if (open == null) {
      if (state != State.OVER) {
        to(State.AWAY);
      }
      return;
    }
    if (acks.isWaiting()) {
      ack();
    }
    open.leave();
  }

  /** Looks whether it waits for something in vain. */
  void sweep(long now) {
    DeviceLine open = line;
    if (open == null) {
      return;
    }
    if (state == State.CONNECTING) {
      if (now - since > loop.settings().dialing().welcome().toNanos()) {
        open.end(Ending.lost(Words.TIMEOUT));
      }
    } else if (!isPaused && now - Math.max(read, since) > SILENT) {
      open.end(Ending.lost(Words.SILENT));
    }
  }
}
