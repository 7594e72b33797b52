package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Any request to a port, held against the contract, and what is said of the answer. */
record TestHttp(int port) {
  private static final CheckedClient CLIENT = new CheckedClient();

  /**
   * @param json a body makes the request one of JSON
   * @param headers names and values
   */
  Answer call(String method, String path, @Nullable String json, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30));
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
    if (json != null) {
      builder.header("Content-Type", "application/json");
      body = HttpRequest.BodyPublishers.ofString(json);
    }
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return new Answer(CLIENT.send(builder.method(method, body).build()));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return call("GET", path, null);
  }

  Answer put(String path, String json, String... headers) throws IOException, InterruptedException {
    return call("PUT", path, json, headers);
  }

  Answer delete(String path, String... headers) throws IOException, InterruptedException {
    return call("DELETE", path, null, headers);
  }

  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonNode json() {
      return TestIngest.json(body());
    }

    @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    Answer is(int status) {
      assertThat(status()).as(body()).isEqualTo(status);
      return this;
    }

    /**
     * @param field null: it is about the whole
     */
    Answer isProblem(int status, String kind, @Nullable String field) {
      is(status);
      assertThat(header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(json().get("type").asString()).isEqualTo("urn:tidegate:problem:" + kind);
      JsonNode named = json().get("field");
      assertThat(named == null ? null : named.asString()).as(body()).isEqualTo(field);
      return this;
    }

    String detail() {
      return json().get("detail").asString();
    }
  }
}
