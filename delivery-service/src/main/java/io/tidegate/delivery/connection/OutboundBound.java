package io.tidegate.delivery.connection;

import io.tidegate.delivery.session.Outbound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Holds one event loop's connections to the bound over what waits for all clients of the worker.
 * Runs on the loop's thread.
 */
final class OutboundBound {
  private static final Comparator<Registered> ORDER =
      Comparator.comparing(Registered::isLeaving)
          .thenComparing(payer -> payer.outboundBytes, Comparator.reverseOrder());

  private final Outbound outbound;
  private final Outbound.Part part;
  private final List<Registered> connections;

  /**
   * @param part of the loop
   * @param connections of the loop, which are looked at where there is need
   */
  OutboundBound(Outbound outbound, Outbound.Part part, List<Registered> connections) {
    this.outbound = outbound;
    this.part = part;
    this.connections = connections;
  }

  /**
   * So many bytes wait for the client of that connection now.
   *
   * @return whether they are more than before
   */
  boolean waits(Registered connection, long bytes) {
    int before = connection.outboundBytes;
    int now = (int) Math.min(bytes, Integer.MAX_VALUE);
    if (now == before || connection.index < 0) {
      return false;
    }
    part.change(before, now);
    connection.outboundBytes = now;
    return now > before;
  }

  /**
   * Where more waits than may, those pay for whom most waits, until it fits.
   *
   * @param again whether those pay too, last of all, who are on their way out already
   */
  void hold(long now, boolean again) {
    if (!outbound.isOver()) {
      return;
    }
    long share = outbound.share();
    List<Registered> payers = new ArrayList<>();
    for (Registered connection : connections) {
      if (connection.outboundBytes > share && (again || !connection.isLeaving())) {
        payers.add(connection);
      }
    }
    payers.sort(ORDER);
    for (Registered payer : payers) {
      // Nobody pays for what has left meanwhile.
      payer.recount();
      if (!outbound.isOver()) {
        return;
      }
      // Those who have paid leave a larger share to the others.
      if (payer.outboundBytes > outbound.share()) {
        payer.relieve(now);
        payer.recount();
      }
    }
  }
}
