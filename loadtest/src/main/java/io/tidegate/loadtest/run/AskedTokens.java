package io.tidegate.loadtest.run;

import io.tidegate.loadtest.devices.FleetSettings;
import io.tidegate.loadtest.offer.Retry;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens that ingest made, each for one device of a generator and good for a day. All are there
 * before the first device connects, because an event loop cannot wait for one.
 */
final class AskedTokens implements FleetSettings.TokenSource {
  /** Requests under way. */
  static final int AT_ONCE = 32;

  /** For one token, where ingest says that it has none for now. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Retry RETRY = new Retry(PATIENCE.toNanos());

  /** At which ingest is slow beyond hope. */
  private static final int LEAST_PER_SECOND = 100;

  private final Requester http;
  private final URI uri;
  private final FleetSettings.Crowd crowd;
  private final AtomicInteger next;
  private final Map<Owner, String> tokens = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable LoadTestException> failure = new AtomicReference<>();

  private record Owner(String user, String device) {}

  private AskedTokens(Requester http, URI uri, FleetSettings.Crowd crowd) {
    this.http = http;
    this.uri = uri;
    this.crowd = crowd;
    this.next = new AtomicInteger(crowd.first());
  }

  /**
   * Asks for one for each of them.
   *
   * @throws LoadTestException if one is refused, or not made within a minute
   */
  static AskedTokens of(Target target, FleetSettings.Crowd crowd)
      throws LoadTestException, InterruptedException {
    try (Requester http = new Requester(target.tls(), target.bearer())) {
      AskedTokens tokens = new AskedTokens(http, target.ingest("/v1/tokens"), crowd);
      tokens.askAll();
      return tokens;
    }
  }

  /** How long that may take. */
  static Duration most(int devices) {
    return PATIENCE.plusSeconds(devices / LEAST_PER_SECOND);
  }

  private void askAll() throws LoadTestException, InterruptedException {
    List<Thread> askers = new ArrayList<>();
    try {
      for (int i = 0; i < Math.min(AT_ONCE, crowd.count()); i++) {
        askers.add(Thread.ofVirtual().name("load-tokens-", i).start(this::ask));
      }
      for (Thread asker : askers) {
        asker.join();
      }
    } finally {
      askers.forEach(Thread::interrupt);
    }
    LoadTestException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void ask() {
    int end = crowd.first() + crowd.count();
    try {
      for (int device = next.getAndIncrement();
          device < end && failure.get() == null;
          device = next.getAndIncrement()) {
        Owner owner = new Owner(crowd.user().apply(device), crowd.name().apply(device));
        tokens.put(owner, made(owner));
      }
    } catch (LoadTestException e) {
      failure.compareAndSet(null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String made(Owner owner) throws LoadTestException, InterruptedException {
    String body =
        "{\"user\":\"%s\",\"device\":\"%s\",\"ttl\":\"PT24H\"}".formatted(owner.user, owner.device);
    long begin = System.nanoTime();
    while (true) {
      HttpResponse<String> answer = http.post(uri, body);
      if (answer.statusCode() == 200) {
        return token(answer.body());
      }
      long now = System.nanoTime() - begin;
      String after = answer.headers().firstValue("retry-after").orElse(null);
      long at = RETRY.at(answer.statusCode(), after, 0, now);
      if (at == Retry.NEVER) {
        throw Requester.refused(answer, uri);
      }
      Thread.sleep(Duration.ofNanos(at - now));
    }
  }

  private String token(String answer) throws LoadTestException {
    try {
      String token = JsonMapper.shared().readTree(answer).path("token").asString("");
      if (!token.isEmpty()) {
        return token;
      }
    } catch (JacksonException e) {
      throw new LoadTestException(uri + " answered no JSON", e);
    }
    throw new LoadTestException(uri + " answered no token");
  }

  @Override
  public @Nullable String token(String user, String device) {
    return tokens.get(new Owner(user, device));
  }
}
