package io.tidegate.delivery.connection;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Bounds sockets and sessions over all event loops. Safe for use by many threads. */
final class Admission {
  /**
   * Sockets beyond those of sessions: health checks, scrapes, and clients that are told to wait.
   */
  private static final int SPARE_SOCKETS = 512;

  /** The same of one address, where those are bounded. */
  private static final int SPARE_OF_ADDRESS = 16;

  private final int maxSessions;
  private final int perAddress;
  private final Addresses socketsOf = new Addresses();
  private final Addresses sessionsOf = new Addresses();
  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();

  /** How a socket or a session fares that wants to come in. */
  enum Coming {
    IN,
    /** There are as many as may be. */
    FULL,
    /** Its address has more than it may. */
    CROWDED
  }

  /**
   * @param perAddress how many sessions an address may have; 0: as many as there are
   */
  Admission(int maxSessions, int perAddress) {
    this.maxSessions = maxSessions;
    this.perAddress = perAddress;
  }

  /** Unless it is in, nothing is to be given back. */
  Coming enterSocket(InetAddress from) {
    if (!enter(sockets, maxSessions + SPARE_SOCKETS)) {
      return Coming.FULL;
    }
    if (perAddress > 0 && socketsOf.enter(from) > perAddress + SPARE_OF_ADDRESS) {
      leaveSocket(from);
      return Coming.CROWDED;
    }
    return Coming.IN;
  }

  void leaveSocket(InetAddress from) {
    sockets.decrementAndGet();
    if (perAddress > 0) {
      socketsOf.leave(from);
    }
  }

  /**
   * How a session fares that wants to begin; unless it is in, nothing is to be given back.
   *
   * @param from null: that is not known, and not counted
   */
  Coming enterSession(@Nullable InetAddress from) {
    if (!enter(sessions, maxSessions)) {
      return Coming.FULL;
    }
    if (perAddress > 0 && from != null && sessionsOf.enter(from) > perAddress) {
      leaveSession(from);
      return Coming.CROWDED;
    }
    return Coming.IN;
  }

  void leaveSession(@Nullable InetAddress from) {
    sessions.decrementAndGet();
    if (perAddress > 0 && from != null) {
      sessionsOf.leave(from);
    }
  }

  int sockets() {
    return sockets.get();
  }

  int sessions() {
    return sessions.get();
  }

  int maxSessions() {
    return maxSessions;
  }

  int perAddress() {
    return perAddress;
  }

  private static boolean enter(AtomicInteger count, int max) {
    if (count.incrementAndGet() <= max) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }
}
