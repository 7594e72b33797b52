package io.tidegate.cli.failure;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends rounds at a fixed rate, whatever dies meanwhile, up to a last round. A round is one message
 * to every user, in requests of ten users each spread over its time, so that something is on its
 * way at almost every moment. What an outage held up is sent right after it.
 */
final class SteadySender implements AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(3);
  private static final int USERS_PER_REQUEST = 10;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final int requestsPerRound;
  private final AtomicInteger requests = new AtomicInteger();
  private final Future<?> sending;

  SteadySender(MortalSystem system, int rounds, Duration round) {
    requestsPerRound = system.users() / USERS_PER_REQUEST;
    sending =
        thread.scheduleAtFixedRate(
            () -> {
              int request = requests.get();
              if (request < rounds * requestsPerRound) {
                int first = request % requestsPerRound * USERS_PER_REQUEST;
                system.send(request / requestsPerRound, first, USERS_PER_REQUEST);
                requests.incrementAndGet();
              }
            },
            0,
            round.dividedBy(requestsPerRound).toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Rounds that were accepted in full. */
  int sent() {
    return requests.get() / requestsPerRound;
  }

  void awaitSent(int rounds) {
    await()
        .atMost(MOST)
        .failFast("sending failed", this::throwFailure)
        .until(() -> sent() >= rounds);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** It is done only by failing. */
  private void throwFailure() throws Exception {
    if (sending.isDone()) {
      sending.get();
    }
  }
}
