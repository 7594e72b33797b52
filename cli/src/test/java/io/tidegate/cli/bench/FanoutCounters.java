package io.tidegate.cli.bench;

import io.tidegate.fanout.FanoutService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Reads counters of a fan-out where operators read them. */
final class FanoutCounters implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();

  /** The sum of all lines of the service's metrics that begin with its prefix and {@code start}. */
  long sum(FanoutService fanout, String start) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + fanout.port() + "/metrics");
    String text =
        http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    return (long)
        text.lines()
            .filter(line -> line.startsWith("tidegate_fanout_" + start))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
  }

  @Override
  public void close() {
    http.close();
  }
}
