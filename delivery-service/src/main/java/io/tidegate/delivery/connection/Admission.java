package io.tidegate.delivery.connection;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds sockets and sessions over all event loops. */
final class Admission {
  /**
   * Sockets beyond those of sessions: health checks, scrapes, and clients that are told to wait.
   */
  private static final int SPARE_SOCKETS = 512;

  private final int maxSessions;
  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();

  Admission(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  boolean enterSocket() {
    return enter(sockets, maxSessions + SPARE_SOCKETS);
  }

  void leaveSocket() {
    sockets.decrementAndGet();
  }

  boolean enterSession() {
    return enter(sessions, maxSessions);
  }

  void leaveSession() {
    sessions.decrementAndGet();
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

  private static boolean enter(AtomicInteger count, int max) {
    if (count.incrementAndGet() <= max) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }
}
