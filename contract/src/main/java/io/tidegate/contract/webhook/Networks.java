package io.tidegate.contract.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To which addresses requests may go: to all that are public, and of the others to those in
 * networks that were named. Anyone who may make an endpoint could else have a worker ask what only
 * the worker can reach.
 *
 * <p>An IPv6 address that stands for an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is
 * judged as both.
 */
public final class Networks {
  /** None but the public ones. */
  public static final Networks PUBLIC = new Networks(List.of());

  /** Those of this machine. */
  public static final String LOOPBACK = "127.0.0.0/8,::1/128";

  private static final int MOST = 100;

  /** What is not public, by RFC 6890 and its registries, with the word for it. */
  private static final List<Named> NOT_PUBLIC =
      List.of(
          named("0.0.0.0/8", "unspecified"),
          named("10.0.0.0/8", "private"),
          named("100.64.0.0/10", "shared by carriers"),
          named("127.0.0.0/8", "loopback"),
          named("168.63.129.16/32", "a cloud's own"),
          named("169.254.0.0/16", "link-local"),
          named("172.16.0.0/12", "private"),
          named("192.0.0.0/24", "reserved"),
          named("192.0.2.0/24", "for documentation"),
          named("192.88.99.0/24", "reserved"),
          named("192.168.0.0/16", "private"),
          named("198.18.0.0/15", "for benchmarks"),
          named("198.51.100.0/24", "for documentation"),
          named("203.0.113.0/24", "for documentation"),
          named("224.0.0.0/4", "multicast"),
          named("240.0.0.0/4", "reserved"),
          named("::/128", "unspecified"),
          named("::1/128", "loopback"),
          named("64:ff9b:1::/48", "private"),
          named("100::/64", "discarded"),
          named("2001::/23", "reserved"),
          named("2001:db8::/32", "for documentation"),
          named("3fff::/20", "for documentation"),
          named("5f00::/16", "reserved"),
          named("fc00::/7", "private"),
          named("fe80::/10", "link-local"),
          named("fec0::/10", "private"),
          named("ff00::/8", "multicast"));

  /** All that IPv6 has given out so far, beside {@link #NAT64}. */
  private static final Network GLOBAL = network("2000::/3");

  private static final Network MAPPED = network("::ffff:0:0/96");
  private static final Network COMPATIBLE = network("::/96");
  private static final Network NAT64 = network("64:ff9b::/96");
  private static final Network SIX_TO_FOUR = network("2002::/16");
  private static final Network TEREDO = network("2001::/32");

  private final List<Network> allowed;

  private record Named(Network network, String word) {}

  /**
   * @param text as it was given
   * @param first its bytes, 4 or 16
   * @param bits of them that all its addresses have
   */
  private record Network(String text, byte[] first, int bits) {
    boolean has(byte[] address) {
      if (address.length != first.length) {
        return false;
      }
      int whole = bits / 8;
      if (!Arrays.equals(address, 0, whole, first, 0, whole)) {
        return false;
      }
      int rest = bits % 8;
      int mask = 0xff << (8 - rest) & 0xff;
      return rest == 0 || (address[whole] & mask) == (first[whole] & mask);
    }
  }

  private Networks(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * @param text networks such as {@code 10.1.0.0/16,fd00::/8}, with commas between, up to {@value
   *     #MOST}; empty for none
   * @throws IllegalArgumentException with the reason alone
   */
  public static Networks parse(String text) {
    List<Network> read = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        read.add(network(part.strip()));
      }
    }
    if (read.size() > MOST) {
      throw new IllegalArgumentException("want at most " + MOST + " networks");
    }
    return new Networks(read);
  }

  /** These and those. */
  public Networks and(Networks others) {
    List<Network> both = new ArrayList<>(allowed);
    both.addAll(others.allowed);
    return new Networks(both);
  }

  /** Why nothing must be sent there; null: it may. */
  public @Nullable String refusal(InetAddress address) {
    byte[] bytes = plain(address.getAddress());
    if (isAllowed(bytes)) {
      return null;
    }
    String word = word(bytes);
    byte[] embedded = embedded(bytes);
    if (word == null && embedded != null && !isAllowed(embedded)) {
      word = word(embedded);
    }
    if (word == null && bytes.length == 16 && !GLOBAL.has(bytes) && !NAT64.has(bytes)) {
      word = "reserved";
    }
    return word == null ? null : address.getHostAddress() + " is " + word;
  }

  private boolean isAllowed(byte[] address) {
    return allowed.stream().anyMatch(network -> network.has(address));
  }

  private static @Nullable String word(byte[] address) {
    for (Named named : NOT_PUBLIC) {
      if (named.network().has(address)) {
        return named.word();
      }
    }
    return null;
  }

  /** A mapped address is the IPv4 address for the kernel, whatever Java calls it. */
  private static byte[] plain(byte[] address) {
    return MAPPED.has(address) ? Arrays.copyOfRange(address, 12, 16) : address;
  }

  private static byte @Nullable [] embedded(byte[] address) {
    if (NAT64.has(address) || COMPATIBLE.has(address)) {
      return Arrays.copyOfRange(address, 12, 16);
    }
    if (SIX_TO_FOUR.has(address)) {
      return Arrays.copyOfRange(address, 2, 6);
    }
    if (TEREDO.has(address)) {
      byte[] client = Arrays.copyOfRange(address, 12, 16);
      for (int i = 0; i < client.length; i++) {
        client[i] = (byte) ~client[i];
      }
      return client;
    }
    return null;
  }

  private static Named named(String text, String word) {
    return new Named(network(text), word);
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] first = bytes(slash < 0 ? text : text.substring(0, slash));
      int most = 8 * first.length;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw new IllegalArgumentException("\"" + text + "\": want /0 to /" + most);
      }
      return new Network(text, first, bits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\": want a network such as 10.0.0.0/8", e);
    }
  }

  /** As it stands there: Java makes an IPv4 address of a mapped one. */
  private static byte[] bytes(String address) {
    InetAddress parsed;
    try {
      parsed = InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + address + "\": want an address such as 10.0.0.0 or fd00::", e);
    }
    boolean six = address.indexOf(':') >= 0;
    if (!six || parsed instanceof Inet6Address) {
      return parsed.getAddress();
    }
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(parsed.getAddress(), 0, mapped, 12, 4);
    return mapped;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Networks that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** As it is read; those that are public are not named. */
  @Override
  public String toString() {
    return allowed.stream().map(Network::text).collect(Collectors.joining(","));
  }
}
