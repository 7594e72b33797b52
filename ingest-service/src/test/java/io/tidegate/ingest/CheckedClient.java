package io.tidegate.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** The one HTTP client of our tests: each exchange is held against the contract. */
final class CheckedClient implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    Recorded recorded = new Recorded(request);
    return recorded.check(client.send(recorded.request(), HttpResponse.BodyHandlers.ofString()));
  }

  /** Fails with what does not fit, too. */
  CompletableFuture<HttpResponse<String>> sendLater(HttpRequest request) {
    Recorded recorded = new Recorded(request);
    return client
        .sendAsync(recorded.request(), HttpResponse.BodyHandlers.ofString())
        .thenApply(recorded::check);
  }

  @Override
  public void close() {
    client.close();
  }

  /** A request whose body is kept as it is sent. */
  private static final class Recorded {
    private final HttpRequest request;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Recorded(HttpRequest request) {
      HttpRequest.Builder copy = HttpRequest.newBuilder(request, (name, value) -> true);
      request
          .bodyPublisher()
          .ifPresent(publisher -> copy.method(request.method(), new Tap(publisher, body)));
      this.request = copy.build();
    }

    HttpRequest request() {
      return request;
    }

    HttpResponse<String> check(HttpResponse<String> response) {
      ContractCheck.check(
          new ContractCheck.Request(
              request.method(), path(request), request.headers(), body.toByteArray()),
          new ContractCheck.Response(response.statusCode(), response.headers(), response.body()));
      return response;
    }

    private static String path(HttpRequest request) {
      String query = request.uri().getRawQuery();
      return request.uri().getRawPath() + (query == null ? "" : "?" + query);
    }
  }

  /** Hands on what a body publisher gives, and writes it down. */
  private record Tap(BodyPublisher publisher, ByteArrayOutputStream copy) implements BodyPublisher {
    @Override
    public long contentLength() {
      return publisher.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      copy.reset();
      publisher.subscribe(
          new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
              subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
              byte[] seen = new byte[bytes.remaining()];
              bytes.duplicate().get(seen);
              copy.writeBytes(seen);
              subscriber.onNext(bytes);
            }

            @Override
            public void onError(Throwable throwable) {
              subscriber.onError(throwable);
            }

            @Override
            public void onComplete() {
              subscriber.onComplete();
            }
          });
    }
  }
}
