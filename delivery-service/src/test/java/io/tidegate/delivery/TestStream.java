package io.tidegate.delivery;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A client of Server-Sent Events that keeps what it hears, each event as {@code op id data}. */
final class TestStream implements AutoCloseable {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread thread;

  /**
   * @param lastEventId empty: none
   */
  TestStream(int port, String query, String lastEventId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/stream?" + query))
            .header("Accept", "text/event-stream");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    this.thread = new Thread(() -> read(request.build()), "test-stream");
    thread.start();
  }

  private void read(HttpRequest request) {
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        heard.add("status " + response.statusCode());
        return;
      }
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        events(lines);
      }
      heard.add("end");
    } catch (IOException | UncheckedIOException e) {
      heard.add("broken");
    } catch (InterruptedException e) {
      heard.add("left");
    }
  }

  private void events(BufferedReader lines) throws IOException {
    String event = "";
    String id = "";
    String data = "";
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !data.isEmpty()) {
        heard.add(event + " " + id + " " + data);
        event = "";
        id = "";
        data = "";
      }
    }
  }

  String hear() throws InterruptedException {
    @Nullable String next = heard.poll(20, SECONDS);
    if (next == null) {
      throw new AssertionError("heard nothing");
    }
    return next;
  }

  @Override
  public void close() {
    thread.interrupt();
    http.shutdownNow();
  }
}
