package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.Comeback;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.idempotency.Fingerprint;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Window;
import io.tidegate.ingest.quota.Excess;
import io.tidegate.ingest.quota.Lease;
import io.tidegate.ingest.quota.Quotas;
import io.tidegate.ingest.quota.Standing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in as far as there is room: of the instance, in the tenant's share of it, and in
 * the quotas of the tenant and of the key.
 */
final class Entrance {
  static final HeaderName POLICY = HeaderNames.create("RateLimit-Policy");
  static final HeaderName LEFT = HeaderNames.create("RateLimit");

  private final Admission admission;
  private final Quotas quotas;
  private final SharedRoom producer;
  private final Duration patience;
  private final Comeback comeback;
  private final IngestMetrics metrics;

  /**
   * @param producer its memory
   * @param patience how long a request may wait for its tenant's part of that
   * @param comeback of who finds no room
   */
  Entrance(
      Admission admission,
      Quotas quotas,
      SharedRoom producer,
      Duration patience,
      Comeback comeback,
      IngestMetrics metrics) {
    this.patience = patience;
    this.comeback = comeback;
    this.admission = admission;
    this.quotas = quotas;
    this.producer = producer;
    this.metrics = metrics;
  }

  /** What a request holds until it is closed. */
  final class Entry implements AutoCloseable {
    private final Lease lease;
    private final Admission.Permit permit;
    private final Window window;
    private @Nullable Fingerprint fingerprint;

    private Entry(Lease lease, Admission.Permit permit, Window window) {
      this.lease = lease;
      this.permit = permit;
      this.window = window;
    }

    Admission.Permit permit() {
      return permit;
    }

    /** What it may have on the way to Kafka. */
    Window window() {
      return window;
    }

    /** The body goes into that as it is read. */
    void hashInto(Fingerprint into) {
      fingerprint = into;
    }

    @Nullable Fingerprint fingerprint() {
      return fingerprint;
    }

    /**
     * Takes room for one message in the quotas.
     *
     * @throws Rejection if there is none
     */
    void take() {
      require(lease.take());
    }

    /**
     * To be called before a request's messages are looked at.
     *
     * @throws Rejection if a quota has no room for one
     */
    void requireRate() {
      require(lease.check());
    }

    /** In how many seconds to come again who is not served for the lack of room. */
    int comebackSeconds() {
      return comeback.seconds();
    }

    /** How many bytes it may hold at the most, whatever is free. */
    long mostBytes() {
      return lease.mostBytes();
    }

    /** What is answered where the permit had no room, counted. */
    Rejection noRoom() {
      Excess excess = lease.last();
      if (excess == null) {
        return BodyReader.noRoom();
      }
      if (excess.forGood()) {
        return Rejection.of(
            Problem.Kind.TOO_LARGE,
            "this request alone is more than the quota, "
                + excess.allowed()
                + ", of the "
                + excess.limited().words()
                + "; what is received counts twice");
      }
      return refused(excess);
    }

    /**
     * Takes a stream's place in the tenant's share, until this is closed.
     *
     * @param free how many more there may be
     * @throws Rejection if there is none
     */
    void takeStream(int free) {
      require(lease.takeStream(free));
    }

    @Override
    public void close() {
      permit.close();
      lease.close();
    }
  }

  /**
   * For a request that sends no messages.
   *
   * @throws Rejection if there is no room
   */
  Entry enter(ServerRequest request) {
    Caller caller = Caller.of(request);
    return enter(caller, lease(caller));
  }

  private Entry enter(Caller caller, Lease lease) {
    Admission.Permit permit = admission.enter(lease);
    if (permit == null) {
      Excess excess = lease.last();
      lease.close();
      throw excess == null ? BodyReader.noRoom() : refused(excess);
    }
    Window window = Window.ofOneRequest(producer, caller.tenant());
    window.patience(patience);
    return new Entry(lease, permit, window);
  }

  /**
   * For a request that sends messages. Its answer says how much of the quotas is left.
   *
   * @throws Rejection if there is no room
   */
  Entry enterToSend(ServerRequest request, ServerResponse response) {
    Caller caller = Caller.of(request);
    Lease lease = lease(caller);
    tell(response, lease);
    return enter(caller, lease);
  }

  /**
   * Takes room for one message of a stream in the quotas as they are now.
   *
   * @throws Rejection if there is none
   */
  void take(Caller caller) {
    if (!quotas.hasRate(caller.tenant(), caller.quotaKey())) {
      return;
    }
    try (Lease lease = lease(caller)) {
      require(lease.take());
    }
  }

  private Lease lease(Caller caller) {
    Lease lease = quotas.enter(caller.tenant(), caller.quotaKey());
    if (lease == null) {
      throw Rejection.of(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY, "too many tenants and keys are busy now");
    }
    return lease;
  }

  private static void tell(ServerResponse response, Lease lease) {
    List<Standing> standings = lease.standings();
    if (standings.isEmpty()) {
      return;
    }
    response.header(POLICY, joined(standings.stream().map(Standing::policy).toList()));
    response.beforeSend(
        () ->
            response.header(LEFT, joined(lease.standings().stream().map(Standing::left).toList())));
  }

  private static String joined(List<String> items) {
    return items.stream().collect(Collectors.joining(", "));
  }

  private void require(@Nullable Excess excess) {
    if (excess != null) {
      throw refused(excess);
    }
  }

  /** Counted. */
  private Rejection refused(Excess excess) {
    metrics.quotaExceeded(excess.limited());
    return beyond(excess);
  }

  /** Of what is held nobody knows when it comes back: a guess, and spread. */
  private static Rejection beyond(Excess excess) {
    String detail =
        "the " + excess.limited().words() + " would be more than the quota, " + excess.allowed();
    long seconds =
        excess.waitNanos() > 0
            ? Math.ceilDiv(excess.waitNanos(), TimeUnit.SECONDS.toNanos(1))
            : Comeback.spread(1);
    return Rejection.of(Problem.Kind.QUOTA_EXCEEDED, detail).retryAfter(seconds);
  }
}
