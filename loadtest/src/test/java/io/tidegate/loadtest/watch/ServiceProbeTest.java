package io.tidegate.loadtest.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One service at instants that the test chooses. */
final class ServiceProbeTest {
  private static final long SECOND = 1_000_000_000;

  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ServiceProbe probe;
  private volatile String metrics = "";
  private volatile int status = 200;
  private String drain = "5s";

  ServiceProbeTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] bytes = metrics.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    probe =
        new ServiceProbe(
            "fanout",
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics"),
            http);
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    server.stop(0);
  }

  private void process(double started, double cpuSeconds, double gcSeconds) {
    metrics =
        """
        process_start_time_seconds %s
        process_cpu_time_ns_total %s
        jvm_gc_collection_seconds_total{gc="young"} %s
        jvm_gc_collection_seconds_total{gc="old"} 0.0
        jvm_memory_used_bytes{area="heap",id="eden"} 1000
        jvm_memory_used_bytes{area="heap",id="old"} 500
        jvm_memory_used_bytes{area="nonheap",id="meta"} 70000
        tidegate_fanout_group_under_way 4.0
        tidegate_build_info{version="1.2"} 1
        tidegate_setting_info{name="DRAIN",value="%s"} 1
        tidegate_kafka_client_info{version="4.3.%s"} 1
        """
            .formatted(started, cpuSeconds * 1e9, gcSeconds, drain, drain);
  }

  private Gauge gauge(String name) {
    return probe.watched().gauges().getOrDefault(name, new Gauge(List.of(), List.of()));
  }

  @Test
  void whatIsUsedIsThatOfTheTimeBetweenTwoReadings() throws Exception {
    process(1, 10, 3);
    probe.read(0, SECOND);
    process(1, 13, 3.5);
    probe.read(2, 3 * SECOND);

    assertThat(gauge(Watched.CPU_CORES)).isEqualTo(new Gauge(List.of(2), List.of(1.5)));
    assertThat(gauge(Watched.GC_SECONDS)).isEqualTo(new Gauge(List.of(2), List.of(0.25)));
    assertThat(gauge(Watched.HEAP_USED_BYTES))
        .isEqualTo(new Gauge(List.of(0, 2), List.of(1_500.0, 1_500.0)));
    assertThat(gauge(Watched.EXPANSIONS)).isEqualTo(new Gauge(List.of(0, 2), List.of(4.0, 4.0)));
    assertThat(gauge(Watched.LAG_RECORDS).values()).isEmpty();
    assertThat(probe.watched().version()).isEqualTo("1.2");
  }

  @Test
  void aProcessThatBeganAgainHasNoReadingBefore() throws Exception {
    process(1, 10, 3);
    probe.read(0, SECOND);
    process(2, 1, 0);
    probe.read(1, 2 * SECOND);
    process(2, 1.5, 0);
    probe.read(2, 3 * SECOND);

    assertThat(gauge(Watched.CPU_CORES)).isEqualTo(new Gauge(List.of(2), List.of(0.5)));
    assertThat(gauge(Watched.GC_SECONDS)).isEqualTo(new Gauge(List.of(2), List.of(0.0)));
  }

  @Test
  void settingsAndRuntimeAreThoseThatWereToldLast() throws Exception {
    process(1, 10, 3);
    probe.read(0, SECOND);
    assertThat(probe.watched().settings()).isEqualTo(Map.of("DRAIN", "5s"));

    drain = "7s";
    process(2, 1, 0);
    probe.read(1, 2 * SECOND);
    assertThat(probe.watched().settings()).isEqualTo(Map.of("DRAIN", "7s"));
    assertThat(probe.watched().runtime()).isEqualTo(Map.of("Kafka client", "4.3.7s"));
  }

  @Test
  void aSecondIsReadOnce() throws Exception {
    process(1, 10, 3);
    probe.read(0, SECOND);
    process(1, 10.5, 3);
    probe.read(1, 2 * SECOND);
    process(1, 10.6, 3);
    probe.read(1, 2 * SECOND + SECOND / 10);

    assertThat(gauge(Watched.CPU_CORES)).isEqualTo(new Gauge(List.of(1), List.of(0.5)));
  }

  @Test
  void anAnswerThatIsNoneIsAnError() {
    process(1, 10, 3);
    status = 503;

    assertThatThrownBy(() -> probe.read(0, SECOND))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("503");
    assertThat(probe.watched().gauges()).isEmpty();
  }
}
