package io.tidegate.cli.listen;

import io.tidegate.cli.OutgoingTls;
import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What any number of listeners share: connections' threads, and one timer. */
public record Clients(HttpClient http, ScheduledExecutorService timer) implements AutoCloseable {
  public static Clients create() {
    return create(OutgoingTls.NONE);
  }

  static Clients create(OutgoingTls tls) {
    return new Clients(
        tls.client().build(),
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("listen-timer").factory()));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    http.shutdownNow();
  }
}
