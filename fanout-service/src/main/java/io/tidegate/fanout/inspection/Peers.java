package io.tidegate.fanout.inspection;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.fanout.topology.UserViews.Found;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks other instances for what they own, once: an instance that is asked by another answers for
 * itself only, so that two that disagree in the middle of a rebalance do not ask each other for
 * ever.
 */
final class Peers implements AutoCloseable {
  /** On a request of another instance. */
  static final String HOP = "tidegate-hop";

  static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final String JSON = "application/json";

  /** It is not known who owns a user. */
  static final Problem NOT_NOW =
      Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
          "the user is between two instances; try again");

  private final HttpClient client;
  private final String scheme;

  /**
   * @param tls for requests to other instances; null: they are plain HTTP
   */
  Peers(@Nullable SSLContext tls) {
    this.scheme = tls == null ? "http://" : "https://";
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
  }

  /** Whether another instance asks, which is not to be sent on. */
  static boolean isOf(ServerRequest request) {
    return request.headers().contains(HeaderNames.create(HOP));
  }

  /** The answer while it is not known who owns a user. */
  static Answer notNow() {
    return Answer.problem(NOT_NOW, RETRY_AFTER_SECONDS);
  }

  /**
   * @param authorization what the caller has shown, which the other asks for too
   * @param body JSON to POST; null: GET
   */
  Answer ask(
      Found.Elsewhere<?> owner, String path, List<String> authorization, byte @Nullable [] body) {
    String address = owner.host() + ":" + owner.port();
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(scheme + address + path))
              .timeout(TIMEOUT)
              .header(HOP, "1");
      if (body != null) {
        request.header("Content-Type", JSON).POST(HttpRequest.BodyPublishers.ofByteArray(body));
      }
      authorization.forEach(shown -> request.header("Authorization", shown));
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        return notNow(); // it was let in here: the other has not heard of the key yet
      }
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse(JSON),
          response.body(),
          response.statusCode() == 503 ? RETRY_AFTER_SECONDS : 0);
    } catch (IOException | IllegalArgumentException e) {
      return badGateway(address, e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return badGateway(address, "interrupted");
    }
  }

  private static Answer badGateway(String address, @Nullable String why) {
    return Answer.problem(
        Problem.Kind.BAD_GATEWAY.problem(
            "the instance at " + address + " that has the user did not answer: " + why));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
