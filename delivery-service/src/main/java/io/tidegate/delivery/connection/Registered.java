package io.tidegate.delivery.connection;

import io.netty.channel.ChannelInboundHandlerAdapter;

/** A connection's last handler, which its event loop looks at about once a second. */
abstract class Registered extends ChannelInboundHandlerAdapter {
  /** The place in the loop's array, for removal by swap; the loop's business alone. */
  int index = -1;

  /**
   * Bytes that wait for its client, as its loop counts them, 2 GiB at most; the loop's business.
   */
  int outboundBytes;

  abstract void tick(long nowNanos);

  /** Counts anew what waits for its client, of which some may have left unseen. */
  void recount() {}

  /** More waits for all clients than may, and most of it for this one: lets go of it. */
  void relieve(long nowNanos) {}

  /** Whether it was told so before, or ends for another reason. */
  boolean isLeaving() {
    return false;
  }

  /** The worker is about to stop, and those that have a session were told. */
  void farewell() {}

  /** Tokens were revoked: ends the session that it has by one of them. */
  void recheck(long nowNanos) {}

  /** Whether it has a session that pushes may go to. */
  boolean isAttached() {
    return false;
  }

  /** Whether an answer to a request is on its way, or is still to come. */
  boolean isAnswering() {
    return false;
  }

  /** Whether its socket takes no more now. */
  boolean isClogged() {
    return false;
  }
}
