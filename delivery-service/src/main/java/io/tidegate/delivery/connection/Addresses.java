package io.tidegate.delivery.connection;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each address has: an IPv4 address, or of IPv6 the 64 bits that name a
 * network, since whoever has one has all the addresses in it. Nothing is kept of addresses that
 * have none. Safe for use by many threads.
 */
final class Addresses {
  private static final int NETWORK_BYTES = 8;

  /** No source of a connection is in ff00::/8, so that the two kinds cannot meet. */
  private static final long IPV4 = 0xFF00_0000_0000_0000L;

  private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

  /** Counts one more; returns how many it has then. */
  int enter(InetAddress address) {
    return counts.merge(key(address), 1, Integer::sum);
  }

  /** One of those that were counted is no more. */
  void leave(InetAddress address) {
    var _ = counts.computeIfPresent(key(address), (_, count) -> count == 1 ? null : count - 1);
  }

  int of(InetAddress address) {
    return counts.getOrDefault(key(address), 0);
  }

  /** How many addresses have some. */
  int size() {
    return counts.size();
  }

  private static long key(InetAddress address) {
    byte[] bytes = address.getAddress();
    long key = 0;
    for (int i = 0; i < Math.min(bytes.length, NETWORK_BYTES); i++) {
      key = (key << 8) | (bytes[i] & 0xFF);
    }
    return bytes.length > NETWORK_BYTES ? key : IPV4 | key;
  }
}
