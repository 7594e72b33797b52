package io.tidegate.fanout.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.topology.UserViews.Found;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /v1/users/{user}} at any instance: it asks the one that owns the user, once.
 * An instance that is asked by another answers for itself only, so that two that disagree in the
 * middle of a rebalance do not ask each other for ever.
 */
final class UserRequests implements AutoCloseable {
  /** On a request of another instance. */
  static final String HOP = "tidegate-hop";

  static final String PATH = "/v1/users/";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int RETRY_AFTER_SECONDS = 1;

  private final Inspected inspected;
  private final HttpClient client;
  private final String scheme;

  /**
   * @param peers for requests to other instances; null: they are plain HTTP
   */
  UserRequests(Inspected inspected, @Nullable SSLContext peers) {
    this.inspected = inspected;
    this.scheme = peers == null ? "http://" : "https://";
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    if (peers != null) {
      builder.sslContext(peers);
    }
    this.client = builder.build();
  }

  Answer answer(ServerRequest request) {
    String rawUser = request.path().rawPath().substring(PATH.length());
    boolean hopped = request.headers().contains(HeaderNames.create(HOP));
    UserKey user;
    try {
      user = new UserKey(Callers.tenant(request), decode(rawUser));
    } catch (IllegalArgumentException e) {
      return Answer.problem(
          Problem.Kind.INVALID_REQUEST.problem(String.valueOf(e.getMessage()), "user"));
    }
    return switch (inspected.find(user)) {
      case Found.Here here -> Answer.json(200, here.view());
      case Found.Nowhere _ ->
          Answer.problem(Problem.Kind.NOT_FOUND.problem("nothing is known of this user"));
      case Found.NotNow _ -> notNow();
      case Found.Elsewhere elsewhere ->
          hopped ? notNow() : ask(elsewhere, user, Callers.authorization(request));
    };
  }

  private static Answer notNow() {
    return Answer.problem(
        Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
            "the user is between two instances; try again"),
        RETRY_AFTER_SECONDS);
  }

  /**
   * @param authorization what the caller has shown, which the other asks for too
   */
  private Answer ask(Found.Elsewhere owner, UserKey user, List<String> authorization) {
    String address = owner.host() + ":" + owner.port();
    try {
      String path = PATH + URLEncoder.encode(user.user(), UTF_8).replace("+", "%20");
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(scheme + address + path))
              .timeout(TIMEOUT)
              .header(HOP, "1");
      authorization.forEach(shown -> request.header("Authorization", shown));
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        return notNow(); // it was let in here: the other has not heard of the key yet
      }
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse("application/json"),
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

  /** As a path, where plus is plus. */
  private static String decode(String raw) {
    if (raw.indexOf('/') >= 0) {
      throw new IllegalArgumentException("user: a slash must be written %2F");
    }
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("user: not percent-encoded UTF-8", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
