package io.tidegate.loadtest.devices;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.loadtest.net.Sockets;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Fleet} is made of.
 *
 * @param loops threads, 1 to 64
 */
public record FleetSettings(Target target, Crowd crowd, Speech speech, Dialing dialing, int loops) {
  public FleetSettings {
    within("loops", loops, 1, 64);
  }

  /** As many devices at that address with one thread, and everything else as it is by default. */
  public static FleetSettings of(URI url, int devices) {
    return new FleetSettings(
        new Target(url, null), Crowd.of(devices), Speech.DEFAULT, Dialing.DEFAULT, 1);
  }

  /**
   * Where the workers are.
   *
   * @param url {@code http} or {@code https}, and a path before {@code /v1} if there is one
   * @param tls of an https url: whom devices trust and what they show; null: as the JDK does
   */
  public record Target(URI url, @Nullable SSLContext tls) {
    public Target {
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!isHttp || url.getHost() == null) {
        throw new IllegalArgumentException("url: want http or https and a host, not " + url);
      }
      if (url.getQuery() != null || url.getFragment() != null || url.getUserInfo() != null) {
        throw new IllegalArgumentException("url: want no user, query or fragment, not " + url);
      }
    }

    int port() {
      return Sockets.port(url);
    }

    /** What the paths of the protocol come behind. */
    String base() {
      String path = url.getRawPath() == null ? "" : url.getRawPath();
      return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    String hostHeader() {
      return url.getPort() >= 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }
  }

  /**
   * Who they are.
   *
   * @param first the index of the first device, 0 or more
   * @param count 1 or more; indexes go on from the first
   * @param user whose device it is, by its index
   * @param name what the device is called, by its index
   */
  public record Crowd(int first, int count, IntFunction<String> user, IntFunction<String> name) {
    public Crowd {
      within("first", first, 0, Integer.MAX_VALUE);
      within("count", count, 1, Integer.MAX_VALUE - first);
    }

    /** One device each for users {@code user-0}, {@code user-1} and so on. */
    public static Crowd of(int count) {
      return new Crowd(0, count, i -> "user-" + i, _ -> ClientProtocol.DEFAULT_DEVICE);
    }
  }

  /** How those that are told by streams ack. */
  public enum StreamAcks {
    /** By {@code POST /v1/acks}, on a few connections for all. */
    REQUEST,
    /** Not at all: what was written counts as acked. */
    WRITE
  }

  /**
   * How they speak.
   *
   * @param streams the share of the devices that are told by Server-Sent Events, 0 to 1; they are
   *     spread evenly over the indexes; the others have a WebSocket
   * @param window messages under way to one device, 1 to 4096
   * @param tokens null: none are shown
   */
  public record Speech(
      double streams, StreamAcks streamAcks, int window, @Nullable TokenSource tokens) {
    public static final Speech DEFAULT =
        new Speech(0, StreamAcks.REQUEST, ClientProtocol.DEFAULT_WINDOW, null);

    public Speech {
      if (!(streams >= 0 && streams <= 1)) {
        throw new IllegalArgumentException("streams: want 0 to 1, not " + streams);
      }
      within("window", window, 1, ClientProtocol.MAX_WINDOW);
    }

    boolean isStream(int device) {
      return Math.floor((device + 1.0) * streams) > Math.floor(device * streams);
    }
  }

  /** Has the token of a device at each hello; is called on an event loop, so must not wait. */
  @FunctionalInterface
  public interface TokenSource {
    /**
     * @return null: none is shown
     */
    @Nullable String token(String user, String device);
  }

  /**
   * How connections are made.
   *
   * @param perSecond how many devices {@link Fleet#open} begins with each second, above 0
   * @param atOnce connections that have not been welcomed yet, 1 or more; others wait for their
   *     turn, also those that come again
   * @param timeout for a connection, 1 ms to 1 min
   * @param welcome from its beginning to the welcome, 1 ms to 5 min; a worker may take 10 s for a
   *     hello's turn, and its sequencer as long for the answer
   * @param from local addresses that connections come from by turns; empty: the system chooses
   * @param ackConnections for acks by request, 1 or more for each thread
   */
  public record Dialing(
      double perSecond,
      int atOnce,
      Duration timeout,
      Duration welcome,
      List<InetAddress> from,
      int ackConnections) {
    public static final Dialing DEFAULT =
        new Dialing(1_000, 1_024, Duration.ofSeconds(10), Duration.ofSeconds(30), List.of(), 16);

    public Dialing {
      if (!(perSecond > 0 && perSecond <= 1e6)) {
        throw new IllegalArgumentException("perSecond: want above 0 to 1000000, not " + perSecond);
      }
      within("atOnce", atOnce, 1, 1_000_000);
      within("timeout", timeout, Duration.ofMinutes(1));
      within("welcome", welcome, Duration.ofMinutes(5));
      within("ackConnections", ackConnections, 1, 10_000);
      from = List.copyOf(from);
    }
  }

  private static void within(String field, Duration value, Duration most) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          field + ": want 1 ms to " + most.toMinutes() + " min, not " + value);
    }
  }

  private static void within(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          field + ": want " + least + " to " + most + ", not " + value);
    }
  }
}
