package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody else's server, which answers webhooks as it is told. */
final class WebhookReceiver implements AutoCloseable {
  /** The answer that never comes. */
  static final int STALL = -1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Map<String, ToIntFunction<Hook>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;

  /** One request. */
  record Hook(String path, String id, long seconds, String signature, String body, int status) {
    JsonNode event() {
      return JSON.readTree(body);
    }

    String eventId() {
      return event().path("id").asString();
    }

    /** Whether one of the signatures is by that secret. */
    boolean isSignedBy(String secret) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] sum = mac.doFinal((id + "." + seconds + "." + body).getBytes(UTF_8));
      return List.of(signature.split(" ", -1))
          .contains("v1," + Base64.getEncoder().encodeToString(sum));
    }
  }

  WebhookReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** What is answered there, by the status; 204 where nothing else is said. */
  void answer(String path, ToIntFunction<Hook> status) {
    answers.put(path, status);
  }

  List<Hook> at(String path) {
    return hooks.stream().filter(hook -> hook.path().equals(path)).toList();
  }

  /** Of those that were taken, without repetitions, in the order of their coming. */
  List<String> taken(String path) {
    return at(path).stream()
        .filter(hook -> hook.status() < 300)
        .map(Hook::eventId)
        .distinct()
        .toList();
  }

  /** Requests at one moment, at the most. */
  int mostAtOnce() {
    return most.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String path = exchange.getRequestURI().getPath();
      Hook seen =
          new Hook(
              path,
              field(exchange, "webhook-id"),
              Long.parseLong(field(exchange, "webhook-timestamp")),
              field(exchange, "webhook-signature"),
              body,
              0);
      int status = answers.getOrDefault(path, _ -> 204).applyAsInt(seen);
      hooks.add(
          new Hook(path, seen.id(), seen.seconds(), seen.signature(), body, Math.abs(status)));
      if (status == STALL) {
        boolean _ = closed.await(60, TimeUnit.SECONDS);
      }
      exchange.sendResponseHeaders(status == STALL ? 500 : status, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.decrementAndGet();
    }
  }

  private static String field(HttpExchange exchange, String name) {
    return String.valueOf(exchange.getRequestHeaders().getFirst(name));
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
