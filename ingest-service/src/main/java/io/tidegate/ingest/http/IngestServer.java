package io.tidegate.ingest.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.contract.token.FreshKeys;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.connection.GuardedSelector;
import io.tidegate.ingest.connection.Timeouts;
import io.tidegate.ingest.connection.Watchdog;
import io.tidegate.ingest.endpoints.EndpointStore;
import io.tidegate.ingest.idempotency.Replays;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Readiness;
import io.tidegate.ingest.quota.Quotas;
import io.tidegate.ingest.tokens.TokenSigner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The HTTP port of an ingest-service. */
public final class IngestServer implements AutoCloseable {
  private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
  private static final Header PROMETHEUS_TEXT =
      HeaderValues.createCached(
          HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

  /**
   * Where to listen, and for how long to wait for whom.
   *
   * @param tls null: plain HTTP
   * @param kafka how long Kafka is waited for
   * @param slow how long a client may leave a stream's answer unread
   * @param signer of tokens for devices; null: none are made
   */
  public record Settings(
      String host,
      int port,
      int maxConnections,
      int maxStreams,
      @Nullable WatchedTls tls,
      Timeouts timeouts,
      Limits limits,
      Duration kafka,
      Duration slow,
      Duration drain,
      boolean accessLog,
      boolean http2,
      @Nullable TokenSigner signer) {}

  private final AccessLog accessLog;
  private final Answers answers;
  private final IngestMetrics metrics;
  private final Readiness readiness;
  private final PolicyStore store;
  private final @Nullable KeyTable keys;
  private final Gatekeeper gatekeeper;
  private final MessagesRoute messages;
  private final EventsRoute events;
  private final Streams streams;
  private final StreamRoute stream;
  private final PoliciesRoute policies;
  private final UserPolicyRoute userPolicies;
  private final MembersRoute members;
  private final @Nullable EndpointStore known;
  private final EndpointsRoute endpoints;
  private final TokensRoute tokens;
  private final ReferenceRoute reference;
  private final Watchdog watchdog;
  private final WebServer server;

  private IngestServer(
      Settings settings,
      Admission admission,
      Quotas quotas,
      SharedRoom producer,
      Replays replays,
      Eta eta,
      Publisher publisher,
      PolicyStore store,
      @Nullable KeyTable keys,
      @Nullable EndpointStore endpoints,
      Readiness readiness,
      IngestMetrics metrics) {
    this.keys = keys;
    this.metrics = metrics;
    this.readiness = readiness;
    this.accessLog = new AccessLog(settings.accessLog(), keys != null);
    this.answers =
        new Answers(metrics, accessLog, publisher.comeback(), settings.limits().batchBytes());
    this.gatekeeper = new Gatekeeper(keys, InstantSource.system(), answers);
    Entrance entrance =
        new Entrance(admission, quotas, producer, settings.kafka(), publisher.comeback(), metrics);
    Acceptances acceptances = new Acceptances(InstantSource.system());
    Delay delay = new Delay(eta, System::nanoTime);
    Once once = new Once(replays, metrics, settings.limits().batchBytes());
    this.messages =
        new MessagesRoute(
            settings.limits(), entrance, publisher, metrics, acceptances, once, delay);
    this.events =
        new EventsRoute(settings.limits(), entrance, publisher, metrics, acceptances, once, delay);
    this.streams = new Streams(settings.maxStreams());
    this.stream =
        new StreamRoute(
            entrance,
            streams,
            answers,
            (request, guard, entry, head) ->
                new MessageStream(
                    new MessageStream.Surroundings(
                        guard,
                        entry,
                        metrics,
                        () ->
                            new MessageWork(
                                publisher,
                                metrics,
                                acceptances.of(request, null),
                                MessageParser::parse,
                                _ -> entrance.take(Caller.of(request)),
                                OptionalLong.empty()),
                        () -> gatekeeper.stillAdmits(request, Route.STREAM),
                        (code, messages, refused, took) ->
                            accessLog.ended(request, code, messages, refused, took),
                        settings.kafka(),
                        streams),
                    StreamBounds.of(settings.limits(), settings.timeouts().idle(), settings.slow())
                        .within(entry.mostBytes()),
                    head));
    this.store = store;
    Changes changes = new Changes(metrics);
    this.policies = new PoliciesRoute(entrance, store, changes, answers);
    this.userPolicies = new UserPolicyRoute(entrance, store, changes, answers);
    this.members =
        new MembersRoute(settings.limits(), entrance, publisher, metrics, changes, answers);
    this.known = endpoints;
    this.endpoints = new EndpointsRoute(endpoints, entrance, publisher, metrics, changes, answers);
    this.tokens = new TokensRoute(settings.signer(), keys != null, entrance, answers);
    this.reference = new ReferenceRoute(answers);
    this.watchdog =
        new Watchdog(
            WATCH_PERIOD, settings.maxConnections(), Answers.requestTimeout(), metrics::overdue);
    metrics.show(admission);
    metrics.show(quotas);
    metrics.show(producer);
    metrics.show(replays);
    metrics.show(eta, System::nanoTime);
    metrics.show(watchdog);
    metrics.showStreams(streams::size);
    metrics.show(store);
    if (endpoints != null) {
      metrics.show(endpoints);
    }
    if (keys != null) {
      metrics.show(keys);
    }
    WebServerConfig.Builder builder = WebServer.builder();
    WatchedTls tls = settings.tls();
    if (tls != null) {
      metrics.show(tls);
      // Of the two kinds of sockets that Helidon has these are the ones whose handshake can be
      // ended.
      builder.useNio(false).tls(Tls.builder().sslContext(tls.context()).build());
    }
    this.server =
        builder
            .host(settings.host())
            .port(settings.port())
            .shutdownHook(false)
            .shutdownGracePeriod(settings.drain())
            .maxTcpConnections(settings.maxConnections())
            .maxPayloadSize(settings.limits().batchBytes())
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .contentEncoding(new PassedThrough())
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .protocolsDiscoverServices(false)
            .addConnectionSelector(
                new GuardedSelector(
                    settings.timeouts(),
                    watchdog,
                    settings.limits().batchBytes(),
                    settings.http2()
                        ? new GuardedSelector.Http2(admission, metrics::http2Error)
                        : null))
            .directHandlers(answers.directHandlers())
            .routing(routing())
            .build();
  }

  /**
   * @param keys null: no key is asked for
   * @param endpoints null: there are none
   * @throws StartupException if the port cannot be had
   */
  public static IngestServer start(
      Settings settings,
      Admission admission,
      Quotas quotas,
      SharedRoom producer,
      Replays replays,
      Eta eta,
      Publisher publisher,
      PolicyStore store,
      @Nullable KeyTable keys,
      @Nullable EndpointStore endpoints,
      Readiness readiness,
      IngestMetrics metrics)
      throws StartupException {
    requireFree(settings.host(), settings.port());
    IngestServer started =
        new IngestServer(
            settings, admission, quotas, producer, replays, eta, publisher, store, keys, endpoints,
            readiness, metrics);
    try {
      started.server.start();
    } catch (RuntimeException e) {
      started.watchdog.close();
      throw new StartupException("the HTTP server does not start: " + e.getMessage(), e);
    }
    if (!started.server.isRunning()) {
      started.watchdog.close();
      throw new StartupException(
          "cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + "; the log has the cause");
    }
    return started;
  }

  /** Helidon only logs why it did not start, and leaves a timer behind; so this asks first. */
  private static void requireFree(String host, int port) throws StartupException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException | RuntimeException e) {
      throw new StartupException(
          "cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  public int port() {
    return server.port();
  }

  private HttpRouting.Builder routing() {
    return HttpRouting.builder()
        .addFilter(this::observe)
        .addFilter(gatekeeper::filter)
        .error(Rejection.class, answers::rejection)
        .error(Throwable.class, answers::failure)
        .post(Route.MESSAGES.path(), messages::post)
        .any(
            Route.MESSAGES.path(),
            (request, response) -> answers.notAllowed("POST", request, response))
        .post(Route.EVENTS.path(), events::post)
        .any(
            Route.EVENTS.path(),
            (request, response) -> answers.notAllowed("POST", request, response))
        .any(Route.STREAM.path(), stream::any)
        .any(Route.POLICIES.path(), policies::all)
        .any(Route.POLICIES.path() + "/*", policies::one)
        .any(
            "/v1/users/*", (request, response) -> orEndpoints(userPolicies::any, request, response))
        .any("/v1/groups/*", (request, response) -> orEndpoints(members::any, request, response))
        .any(Route.TOKENS.path(), tokens::issue)
        .any(Route.JWKS.path(), tokens::keys)
        .get(Route.LIVE.path(), this::live)
        .any(Route.LIVE.path(), (request, response) -> answers.notAllowed("GET", request, response))
        .get(Route.READY.path(), this::ready)
        .any(
            Route.READY.path(), (request, response) -> answers.notAllowed("GET", request, response))
        .get(Route.METRICS.path(), this::metrics)
        .any(
            Route.METRICS.path(),
            (request, response) -> answers.notAllowed("GET", request, response))
        .any(Route.OPENAPI.path(), reference::yaml)
        .any(Route.DOCS.path(), reference::page)
        .any(
            (request, response) -> {
              throw Rejection.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
            });
  }

  private void orEndpoints(
      BiConsumer<ServerRequest, ServerResponse> other,
      ServerRequest request,
      ServerResponse response) {
    if (Route.endpoints(request.path().rawPath()) == null) {
      other.accept(request, response);
    } else {
      endpoints.any(request, response);
    }
  }

  /** Times and logs every request that reached routing, and gives it an id. */
  private void observe(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long start = System.nanoTime();
    RequestId id = RequestId.of(request.headers());
    request.context().register(id);
    response.beforeSend(() -> response.header(id.header()));
    long receivedBefore = Guard.current().received();
    boolean cut = false;
    try {
      chain.proceed();
    } catch (CloseConnectionException e) {
      cut = !response.isSent() && response.status().equals(Status.OK_200);
      throw e;
    } finally {
      if (isLast(response.headers()) || isLast(request.headers())) {
        Guard.current().last();
      }
      Route route = Route.of(request.path().rawPath());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      int status = cut ? Guard.current().statusOfCut() : response.status().code();
      metrics.answered(route, status, took);
      long bytesIn =
          request
              .headers()
              .contentLength()
              .orElseGet(() -> Guard.current().received() - receivedBefore);
      accessLog.answered(request, response, status, route, id, took.toNanos() / 1000, bytesIn);
    }
  }

  /** To look for a token in a header costs more than all else here, and most need none. */
  private static boolean isLast(Headers headers) {
    if (!headers.contains(HeaderNames.CONNECTION)) {
      return false;
    }
    Header connection = headers.get(HeaderNames.CONNECTION);
    boolean stays = connection.valueCount() == 1 && connection.get().equalsIgnoreCase("keep-alive");
    return !stays && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  private void live(ServerRequest request, ServerResponse response) {
    health(response, Map.of("http", new Readiness.State(true, "serving")));
  }

  private void ready(ServerRequest request, ServerResponse response) {
    Map<String, Readiness.State> checks = new LinkedHashMap<>();
    checks.put("kafka", readiness.state());
    checks.put(
        "policies",
        store.caughtUp()
            ? new Readiness.State(true, store.size() + " policies")
            : new Readiness.State(false, "not read from Kafka yet"));
    if (known != null) {
      checks.put(
          "endpoints",
          known.caughtUp()
              ? new Readiness.State(true, known.size() + " endpoints")
              : new Readiness.State(false, "not read from Kafka yet"));
    }
    if (keys != null) {
      checks.put(
          "keys",
          keys.feed().caughtUp()
              ? new Readiness.State(true, keys.keyring().size() + " keys")
              : new Readiness.State(false, "not read from Kafka yet"));
      WatchedIssuer issuer = keys.issuer();
      if (issuer != null) {
        FreshKeys known = issuer.keys();
        checks.put("token_keys", new Readiness.State(known.isKnown(), known.detail()));
      }
    }
    health(response, checks);
  }

  private static void health(ServerResponse response, Map<String, Readiness.State> checks) {
    boolean up = checks.values().stream().allMatch(Readiness.State::up);
    response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    response.header(Answers.JSON);
    response.send(Json.health(up, checks));
  }

  private void metrics(ServerRequest request, ServerResponse response) {
    response.header(PROMETHEUS_TEXT);
    response.send(metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Takes no more connections, lets requests end, and streams answer what they took, for the drain
   * time, then cuts them off.
   */
  @Override
  public void close() {
    try {
      streams.drain();
      server.stop();
    } finally {
      watchdog.close();
    }
  }
}
