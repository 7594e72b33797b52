package io.tidegate.delivery.outgoing;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.delivery.webhook.Result;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * What all lines share: settings, and the lookup of names. A line connects to no address that did
 * not pass here.
 */
public final class Outgoing implements AutoCloseable {
  private final Settings settings;
  private final Lookup lookup;
  private final Lookups<Found> lookups;

  /**
   * What is known before there is an endpoint. Times in nanoseconds.
   *
   * @param channel of the event loops
   * @param networks that may be asked
   * @param tls whom it trusts
   * @param connect for one address to take a connection
   * @param timeout from a request's beginning, with all that comes before it, to its answer's end
   * @param idle that a connection is kept without a request
   * @param age after which it takes no more requests, so that a name that moved is followed
   * @param answerBytes of an answer that are read; with more the connection is closed
   */
  public record Settings(
      Class<? extends Channel> channel,
      Networks networks,
      SSLContext tls,
      long connect,
      long timeout,
      long idle,
      long age,
      int answerBytes) {}

  /** All addresses of a host. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /** Addresses that may be asked, one at least; else why there are none. */
  sealed interface Found {
    record Some(List<InetAddress> addresses) implements Found {}

    record None(Answer why) implements Found {}
  }

  public Outgoing(Settings settings) {
    this(settings, InetAddress::getAllByName);
  }

  Outgoing(Settings settings, Lookup lookup) {
    this.settings = settings;
    this.lookup = lookup;
    this.lookups = new Lookups<>(this::find);
  }

  Settings settings() {
    return settings;
  }

  /**
   * @param tenant who asks
   * @param then told on the loop's thread, later, unless the loop has ended
   */
  Lookups<Found>.Asked find(String tenant, String host, EventLoop loop, Consumer<Found> then) {
    return lookups.find(
        tenant,
        host,
        found -> {
          try {
            loop.execute(() -> then.accept(found));
          } catch (RejectedExecutionException e) {
            // Nobody is there any more to be told.
          }
        });
  }

  private Found find(String host) {
    InetAddress[] all;
    try {
      all = lookup.of(host);
    } catch (UnknownHostException e) {
      return new Found.None(Answer.failed(Result.UNREACHABLE, "no address is known of the host"));
    } catch (RuntimeException e) {
      return new Found.None(Answer.failed(Result.UNREACHABLE, "the lookup failed: " + e));
    }
    List<InetAddress> some = new ArrayList<>();
    String refusal = "";
    for (InetAddress address : all) {
      String refused = settings.networks().refusal(address);
      if (refused == null) {
        some.add(address);
      } else {
        refusal = refused;
      }
    }
    return some.isEmpty()
        ? new Found.None(Answer.failed(Result.FORBIDDEN, refusal))
        : new Found.Some(List.copyOf(some));
  }

  @Override
  public void close() {
    lookups.close();
  }
}
