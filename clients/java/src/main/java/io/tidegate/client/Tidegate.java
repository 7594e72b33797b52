package io.tidegate.client;

import io.tidegate.client.link.Dialer;
import io.tidegate.client.link.HttpDialer;
import io.tidegate.client.loop.LoopThread;
import io.tidegate.client.protocol.Cursor;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One device of one user: it connects, stays connected, and hands every message to the application,
 * in order. Safe for use by any thread.
 *
 * <pre>{@code
 * try (Tidegate push =
 *     Tidegate.builder(URI.create("https://push.example"))
 *         .user("alice")
 *         .onMessage(message -> show(message.text()))
 *         .connect()) {
 *   …
 * }
 * }</pre>
 *
 * <p>Its threads are daemons: it keeps no process from its end.
 */
public final class Tidegate implements AutoCloseable {
  private final Client client;

  private Tidegate(Client client) {
    this.client = client;
  }

  /**
   * @param uri of the delivery service: http, https, ws or wss; behind a path of a proxy's, too
   * @throws IllegalArgumentException if it is none
   */
  public static TidegateBuilder builder(URI uri) {
    return new TidegateBuilder(uri);
  }

  static Tidegate begin(
      Options options, @Nullable HttpClient given, @Nullable Executor givenExecutor) {
    LoopThread loop = new LoopThread("tidegate");
    Duration patience = Duration.ofMillis(options.bounds().welcome());
    HttpClient http =
        given == null ? HttpClient.newBuilder().connectTimeout(patience).build() : given;
    Dialer dialer = new HttpDialer(loop, http, options.base(), options.bounds().frame(), patience);
    Client client =
        new Client(options, loop, dialer, givenExecutor == null ? threads() : givenExecutor);
    loop.onFault(client::fault);
    client.begin();
    return new Tidegate(client);
  }

  /** Threads that go when there is nothing to do; a client never needs more than four. */
  private static Executor threads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "tidegate-handler");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Where it stands. */
  public State state() {
    return client.state();
  }

  /** Where the device stands, as it is stored; null: nothing was handled yet. */
  public @Nullable Cursor cursor() {
    return client.cursor();
  }

  /**
   * Comes again within the bound of the first delay where it waits, unless the worker asked for the
   * wait.
   */
  public void retry() {
    client.retry();
  }

  /** Completes when it is over, whoever ended it, and no handler runs any more. */
  public CompletionStage<State.Closed> closed() {
    return client.closed();
  }

  /**
   * Ends it. What waits to be handled comes with the next start.
   *
   * @return completes when the message that is being handled is done, stored and acked
   */
  public CompletionStage<State.Closed> closeAsync() {
    client.close();
    return client.closed();
  }

  /**
   * Ends it as {@link #closeAsync} does, and waits for that; not where a handler calls it, and no
   * longer once the thread is interrupted, which it stays.
   */
  @Override
  public void close() {
    CountDownLatch done = new CountDownLatch(1);
    var unused = closeAsync().whenComplete((closed, error) -> done.countDown());
    if (client.isHandler(Thread.currentThread())) {
      return;
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
