package io.tidegate.delivery.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.CloudEventFrames;
import io.tidegate.delivery.frame.Deflate;
import io.tidegate.delivery.frame.Inflate;
import io.tidegate.delivery.frame.NamedAck;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.inbox.UnknownSessions;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.Outbound;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.session.SessionLimits;
import io.tidegate.delivery.session.SessionLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's connections: the registry, the shared timer, the acks on their way, and the list
 * of outlets to flush at the end of the turn. Every method runs on the loop's thread, so there are
 * no locks; session {@code n} belongs to loop {@code n % loops}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class Loop {
  private static final long SHUT = -1;

  /** A connection is looked at every {@code SLICES} ticks: once a second. */
  private static final int SLICES = 10;

  private static final long TICK_MILLIS = 100;

  private static final int UNKNOWN_CAPACITY = 4096;
  private static final long UNKNOWN_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final EventLoop thread;
  private final int index;
  private final ServerSettings settings;
  private final Admission admission;
  private final SessionLog log;
  private final Door door;
  private final DeliveryMetrics metrics;
  private final LongSupplier clock;
  private final LongSupplier wallMillis;

  private final LongObjectHashMap<Guest> sessions = new LongObjectHashMap<>();
  private final List<Registered> connections = new ArrayList<>();
  private final List<Outlet> unflushed = new ArrayList<>();
  private final OutboundBound outbound;
  private final UnknownSessions unknown =
      new UnknownSessions(UNKNOWN_CAPACITY, UNKNOWN_AGAIN_NANOS);

  private final Strain strain = new Strain(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), SLICES);
  private final AckFlow acks;
  private @Nullable Deflate deflate;
  private @Nullable Inflate inflate;
  private final CloudEventFrames cloudEvents = new CloudEventFrames();
  private final PacerWheel pacers;
  private final Recheck recheck;
  private final Doorway doorway;
  private long incarnation = SHUT;
  private @Nullable HookLoop hooks;
  private boolean draining;
  private boolean endDue;
  private long rounds;
  private int slice;

  Loop(
      EventLoop thread,
      int index,
      int partitions,
      ServerSettings settings,
      Admission admission,
      Outbound outbound,
      SessionLog log,
      Door door,
      DeliveryMetrics metrics,
      LongSupplier clock,
      LongSupplier wallMillis) {
    this.thread = thread;
    this.index = index;
    this.settings = settings;
    this.admission = admission;
    this.outbound = new OutboundBound(outbound, outbound.part(index), connections);
    this.log = log;
    this.door = door;
    this.metrics = metrics;
    this.clock = clock;
    this.wallMillis = wallMillis;
    this.pacers = new PacerWheel(thread, clock, wallMillis);
    this.recheck = new Recheck(thread, connections, clock);
    this.doorway = new Doorway(thread, settings.arrivalsPerLoop(), clock);
    this.acks = new AckFlow(thread, partitions, log, settings.ackNanos(), this::ackLost);
  }

  void startTimer() {
    // So that one that hangs from the start is seen.
    strain.tick(now());
    thread.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Endpoints are hosted here, too. */
  void host(HookLoop some) {
    hooks = some;
  }

  EventLoop thread() {
    return thread;
  }

  ServerSettings settings() {
    return settings;
  }

  Admission admission() {
    return admission;
  }

  /** Where a client comes from, where sessions are counted by that. */
  @Nullable InetAddress address(Channel channel) {
    return admission.perAddress() > 0 && channel.remoteAddress() instanceof InetSocketAddress from
        ? from.getAddress()
        : null;
  }

  Door door() {
    return door;
  }

  DeliveryMetrics metrics() {
    return metrics;
  }

  /** Made when it is asked for first: each holds memory that is not on the heap. */
  Deflate deflate() {
    if (deflate == null) {
      deflate = new Deflate(settings.deflate());
    }
    return deflate;
  }

  CloudEventFrames cloudEvents() {
    return cloudEvents;
  }

  PacerWheel pacers() {
    return pacers;
  }

  Inflate inflate() {
    if (inflate == null) {
      inflate = new Inflate();
    }
    return inflate;
  }

  Strain strain() {
    return strain;
  }

  long now() {
    return clock.getAsLong();
  }

  /** Epoch milliseconds. */
  long nowMillis() {
    return wallMillis.getAsLong();
  }

  boolean isOpen() {
    return incarnation != SHUT && !draining;
  }

  boolean isDraining() {
    return draining;
  }

  // The slot's life.

  void open(long newIncarnation) {
    if (incarnation != SHUT) {
      fence("a new incarnation of this worker began");
    }
    incarnation = newIncarnation;
  }

  void fence(String detail) {
    incarnation = SHUT;
    long now = now();
    for (ConnectionHandler connection : handlers()) {
      connection.close(CloseCode.FENCED, detail, now);
    }
    if (hooks != null) {
      hooks.fence(detail, now);
    }
  }

  void drain() {
    draining = true;
  }

  /** Tells connections that no session of theirs was told so to go. */
  void farewell() {
    List.copyOf(connections).forEach(Registered::farewell);
  }

  /** Whether somebody waits for an answer, or has not taken all of it. */
  boolean isAnswering() {
    for (Registered connection : connections) {
      if (connection.isAnswering()) {
        return true;
      }
    }
    return false;
  }

  Recheck recheck() {
    return recheck;
  }

  Doorway doorway() {
    return doorway;
  }

  /** A copy: closing changes the registry. */
  List<ConnectionHandler> handlers() {
    List<ConnectionHandler> handlers = new ArrayList<>();
    for (Registered connection : connections) {
      if (connection instanceof ConnectionHandler handler) {
        handlers.add(handler);
      }
    }
    return handlers;
  }

  // The registry.

  void add(Registered connection) {
    connection.index = connections.size();
    connections.add(connection);
  }

  void remove(Registered connection) {
    int place = connection.index;
    if (place < 0) {
      return;
    }
    waits(connection, 0);
    Registered last = connections.removeLast();
    if (place < connections.size()) {
      connections.set(place, last);
      last.index = place;
    }
    connection.index = -1;
  }

  Session newSession(long nowNanos) {
    return newSession(settings.session(), nowNanos);
  }

  Session newSession(SessionLimits limits, long nowNanos) {
    rounds++;
    SessionId id =
        SessionId.newBuilder()
            .setSlot(settings.slot())
            .setIncarnation(incarnation)
            .setN(rounds * settings.loops() + index)
            .build();
    return new Session(limits, id, nowNanos);
  }

  // From the inbox.

  void obey(List<Addressed> batch) {
    if (incarnation == SHUT) {
      return;
    }
    long now = now();
    for (Addressed addressed : batch) {
      Guest guest = addressed.incarnation() == incarnation ? sessions.get(addressed.n()) : null;
      if (guest != null) {
        guest.obey(addressed.command(), now);
      } else {
        notHere(addressed, now);
      }
    }
  }

  private void notHere(Addressed addressed, long now) {
    if (addressed.command() instanceof InboxCommand.Live) {
      // No evidence: the live topic is read uncommitted.
      metrics.live(DeliveryMetrics.Live.NO_SESSION, 1);
      return;
    }
    metrics.ignored();
    boolean ofAnOldOne = addressed.incarnation() <= incarnation;
    if (ofAnOldOne && unknown.tell(addressed.incarnation(), addressed.n(), now)) {
      log.unknown(
          addressed.user(),
          SessionId.newBuilder()
              .setSlot(settings.slot())
              .setIncarnation(addressed.incarnation())
              .setN(addressed.n())
              .build());
    }
  }

  // To the sequencers.

  boolean announce(Guest guest, ClientFrame.Hello hello) {
    Session session = guest.session();
    if (!log.up(hello.user(), session.id(), hello)) {
      return false;
    }
    sessions.put(session.id().getN(), guest);
    return true;
  }

  void acked(Guest guest) {
    metrics.acked();
    acks.acked(guest.session());
  }

  /**
   * Hands on an ack that came by a request, whoever holds its session.
   *
   * @param done told on this loop whether it was written
   */
  void ack(UserKey user, String device, NamedAck ack, Consumer<Boolean> done) {
    acks.write(user, device, ack, done);
  }

  /**
   * The session's client will never take the message of that seq, its last: tells of it at once.
   *
   * @param done told on this loop whether it was written; only then may the session's ack rise
   */
  void refused(Session session, long seq, Consumer<Boolean> done) {
    acks.refused(session, seq, done);
  }

  void down(Session session) {
    acks.hurry(session);
    sessions.remove(session.id().getN());
    unknown.told(session.id().getIncarnation(), session.id().getN(), now());
    log.down(session.user(), session.id(), session.device());
  }

  /** The hello that follows carries the cursor that the ack would have. */
  private void ackLost(SessionId id) {
    Guest guest = sessions.get(id.getN());
    if (guest != null) {
      guest.close(CloseCode.SESSION_LOST, "an ack could not be written", now());
    }
  }

  // The end of the turn.

  /** Everything for a connection in one turn leaves in one system call. */
  void flushLater(Outlet outlet) {
    unflushed.add(outlet);
    endLater();
  }

  private void endLater() {
    if (!endDue) {
      endDue = true;
      thread.execute(this::end);
    }
  }

  private void end() {
    endDue = false;
    for (int i = 0; i < unflushed.size(); i++) {
      unflushed.get(i).flush();
    }
    unflushed.clear();
    outbound.hold(now(), false);
  }

  /** So many bytes wait for the client of that connection now. */
  void waits(Registered connection, long bytes) {
    if (outbound.waits(connection, bytes)) {
      endLater();
    }
  }

  /** Looks at a tenth of the connections. */
  void tick() {
    long now = now();
    strain.tick(now);
    slice = (slice + 1) % SLICES;
    int attached = 0;
    int clogged = 0;
    // Backwards, since a connection that is cut leaves its place to the last one.
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i % SLICES == slice && i < connections.size()) {
        Registered connection = connections.get(i);
        connection.tick(now);
        if (connection.isAttached()) {
          attached++;
          clogged += connection.isClogged() ? 1 : 0;
        }
      }
    }
    if (slice == 0 && hooks != null) {
      hooks.tick(now);
    }
    strain.looked(slice, attached, clogged);
    outbound.hold(now, true);
    acks.tick();
  }
}
