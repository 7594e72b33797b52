package io.tidegate.delivery.outgoing;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.delivery.webhook.Result;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * What all lines share: settings, and a few threads on which names are looked up, since the JDK can
 * only wait for that. A line connects to no address that did not pass here.
 */
public final class Outgoing implements AutoCloseable {
  private static final int LOOKUPS = 4;
  private static final int WAITING_LOOKUPS = 1024;
  private static final long IDLE_SECONDS = 30;

  private final Settings settings;
  private final Lookup lookup;
  private final ThreadPoolExecutor threads;

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
    ThreadFactory named =
        Thread.ofPlatform().daemon().name("tidegate-delivery-lookup-", 0).factory();
    this.threads =
        new ThreadPoolExecutor(
            LOOKUPS,
            LOOKUPS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_LOOKUPS),
            named);
    threads.allowCoreThreadTimeOut(true);
  }

  Settings settings() {
    return settings;
  }

  /**
   * @param then told on the loop's thread, unless the loop has ended
   */
  void find(String host, EventLoop loop, Consumer<Found> then) {
    try {
      threads.execute(
          () -> {
            Found found = find(host);
            try {
              loop.execute(() -> then.accept(found));
            } catch (RejectedExecutionException e) {
              // Nobody is there any more to be told.
            }
          });
    } catch (RejectedExecutionException e) {
      then.accept(
          new Found.None(Answer.failed(Result.UNREACHABLE, "too many names are being looked up")));
    }
  }

  private Found find(String host) {
    InetAddress[] all;
    try {
      all = lookup.of(host);
    } catch (UnknownHostException e) {
      return new Found.None(Answer.failed(Result.UNREACHABLE, "no address is known of the host"));
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
    threads.shutdownNow();
  }
}
