package io.tidegate.delivery.connection;

/**
 * Whether a worker has as much as it should, so that a load balancer sends new clients elsewhere
 * before they are refused here. One thread looks, any may ask.
 */
final class Fullness {
  /** Of a hundred: from the first on it is full, and until it has less than the second. */
  private static final long FULL_PERCENT = 95;

  private static final long ROOM_PERCENT = 90;

  private static final String ROOM = "takes more";

  private volatile String detail = ROOM;

  /**
   * @param waiting for their turn to begin, of {@code mostWaiting}
   * @param isLate whether the event loops are behind
   */
  void look(int sessions, int maxSessions, int waiting, int mostWaiting, boolean isLate) {
    boolean was = isFull();
    long percent = was ? ROOM_PERCENT : FULL_PERCENT;
    if ((long) sessions * 100 >= maxSessions * percent) {
      detail = "has " + sessions + " of " + maxSessions + " connections";
    } else if (waiting * 2L >= mostWaiting || (was && waiting > 0)) {
      detail = waiting + " clients wait to begin";
    } else if (isLate) {
      detail = "the event loops are behind";
    } else {
      detail = ROOM;
    }
  }

  boolean isFull() {
    return !isRoom(detail);
  }

  /** Whether that is said of a worker that is not full. */
  static boolean isRoom(String detail) {
    return detail.equals(ROOM);
  }

  /** For people. */
  String detail() {
    return detail;
  }
}
