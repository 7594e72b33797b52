package io.tidegate.delivery.connection;

import io.netty.channel.ChannelInboundHandlerAdapter;

/** A connection's last handler, which its event loop looks at about once a second. */
abstract class Registered extends ChannelInboundHandlerAdapter {
  /** The place in the loop's array, for removal by swap; the loop's business alone. */
  int index = -1;

  abstract void tick(long nowNanos);

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
