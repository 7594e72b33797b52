package io.tidegate.fanout.inspection;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.tls.WatchedTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port: {@code /health/live}, {@code /health/ready}, {@code /metrics}, {@code
 * /v1/users/{user}}, which are GET only, {@code POST /v1/presence}, and {@code POST
 * /v1/policies/{name}/simulate}.
 */
public final class InspectionServer implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(InspectionServer.class);
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int MAX_CONNECTIONS = 500;

  private final WebServer server;
  private final Peers peers;
  private final PresenceRequests presence;

  private InspectionServer(WebServer server, Peers peers, PresenceRequests presence) {
    this.server = server;
    this.peers = peers;
    this.presence = presence;
  }

  /**
   * TLS of the port, and of what it asks the ports of other instances.
   *
   * @param own closed by who opened it, as {@code peers}
   */
  public record Tls(WatchedTls own, WatchedTls peers) {}

  /**
   * @param port 0 for any
   * @param tls null: plain HTTP
   */
  public static InspectionServer start(
      String host, int port, @Nullable Tls tls, Inspected inspected) throws StartupException {
    requireFree(host, port);
    Peers peers = new Peers(tls == null ? null : tls.peers().context());
    UserRequests users = new UserRequests(inspected, peers);
    PresenceRequests presence = new PresenceRequests(inspected, peers);
    WebServerConfig.Builder builder = WebServer.builder();
    if (tls != null) {
      // Of the two kinds of sockets that Helidon has these are the ones whose handshake can be
      // ended.
      builder
          .useNio(false)
          .tls(io.helidon.common.tls.Tls.builder().sslContext(tls.own().context()).build());
    }
    WebServer server =
        builder
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofMillis(500))
            .maxTcpConnections(MAX_CONNECTIONS)
            .idleConnectionTimeout(Duration.ofMinutes(1))
            .maxPayloadSize(JsonBody.MAX_DISCARDED_BYTES)
            .routing(routing -> route(routing, inspected, users, presence))
            .build();
    InspectionServer started = new InspectionServer(server, peers, presence);
    server.start();
    // Helidon logs that it could not bind and returns all the same.
    if (!server.isRunning() || server.port() < 1) {
      started.close();
      throw new StartupException("the HTTP port " + host + ":" + port + " cannot be opened");
    }
    return started;
  }

  /** Tells why before Helidon, which would only log it. */
  private static void requireFree(String host, int port) throws StartupException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException(
          "the HTTP port " + host + ":" + port + " cannot be opened: " + e.getMessage(), e);
    }
  }

  public int port() {
    return server.port();
  }

  private static void route(
      HttpRouting.Builder routing,
      Inspected inspected,
      UserRequests users,
      PresenceRequests presence) {
    get(routing, "/health/live", _ -> health(inspected.live(), inspected.state()));
    get(routing, "/health/ready", _ -> health(inspected.ready(), inspected.state()));
    get(routing, "/metrics", _ -> Answer.text(PROMETHEUS, inspected.metrics()));
    Callers callers = new Callers(inspected);
    routing.any(UserRequests.PATH + "*", callers.only(Scope.INSPECT, get(users::answer)));
    routing.any(PresenceRequests.PATH, callers.only(Scope.INSPECT, presence::answer));
    SimulateRequests simulations = new SimulateRequests(inspected, InstantSource.system());
    routing.any(SimulateRequests.PATH + "*", callers.only(Scope.POLICIES, simulations::answer));
    routing.any(
        (request, response) ->
            send(
                response,
                Answer.problem(Problem.Kind.NOT_FOUND.problem(request.path().rawPath()))));
    routing.error(
        Exception.class,
        (request, response, e) -> {
          LOGGER
              .atError()
              .addKeyValue("path", request.path().rawPath())
              .setCause(e)
              .log("a request could not be answered");
          send(response, Answer.problem(Problem.Kind.INTERNAL.problem("see the log")));
        });
  }

  private static void get(
      HttpRouting.Builder routing, String path, Function<ServerRequest, Answer> answer) {
    routing.any(path, get(answer));
  }

  private static Handler get(Function<ServerRequest, Answer> answer) {
    return (request, response) -> {
      if (request.prologue().method().equals(Method.GET)) {
        send(response, answer.apply(request));
      } else {
        response.header(HeaderNames.ALLOW, "GET");
        send(response, Answer.problem(Problem.Kind.METHOD_NOT_ALLOWED.problem("only GET")));
      }
    };
  }

  private static Answer health(boolean up, String state) {
    String status = up ? "UP" : "DOWN";
    Map<String, String> streams = Map.of("status", status, "detail", state);
    return Answer.json(
        up ? 200 : 503, Map.of("status", status, "checks", Map.of("streams", streams)));
  }

  static void send(ServerResponse response, Answer answer) {
    response.status(answer.status());
    response.header(HeaderNames.CONTENT_TYPE, answer.mediaType());
    if (answer.retryAfterSeconds() > 0) {
      response.header(HeaderNames.RETRY_AFTER, Integer.toString(answer.retryAfterSeconds()));
    }
    response.send(answer.body());
  }

  @Override
  public void close() {
    server.stop();
    presence.close();
    peers.close();
  }
}
