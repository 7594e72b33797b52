package io.tidegate.loadtest.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class WatchTest {
  private final AtomicInteger scrapes = new AtomicInteger();
  private final HttpServer server;

  WatchTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(
        "/a/metrics",
        """
        tidegate_ingest_expected_delay_seconds 0.5
        tidegate_setting_info{name="A",value="1s"} 1
        tidegate_jvm_option_info{name="-Xmx",value="1g"} 1
        """);
    serve(
        "/b/metrics",
        """
        tidegate_fanout_input_lag_records 7
        tidegate_setting_info{name="B",value="2"} 1
        tidegate_kafka_client_info{version="4.3.1"} 1
        """);
    server.start();
  }

  private void serve(String path, String own) {
    server.createContext(
        path,
        exchange -> {
          String text =
              "process_start_time_seconds 1.7E9\nprocess_resident_memory_bytes 1000\n"
                  + "tidegate_build_info{version=\"1.2\"} 1\nprocess_cpu_time_ns_total "
                  + System.nanoTime()
                  + "\n"
                  + own;
          byte[] bytes = text.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
          scrapes.incrementAndGet();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Test
  void servicesOfOneProcessAreOne() throws InterruptedException {
    try (Watch watch = new Watch(null)) {
      watch.service("ingest", at("/a/metrics"));
      watch.service("fanout", at("/b/metrics"));
      watch.service("gone", at("/c/metrics"));
      watch.start(System.nanoTime());
      await().until(() -> scrapes.get() >= 4);
      List<Watched> seen = watch.end();

      assertThat(seen).hasSize(1);
      Watched both = seen.getFirst();
      assertThat(both.name()).isEqualTo("ingest+fanout");
      assertThat(both.version()).isEqualTo("1.2");
      assertThat(both.settings()).isEqualTo(Map.of("A", "1s", "B", "2"));
      assertThat(both.runtime()).isEqualTo(Map.of("-Xmx", "1g", "Kafka client", "4.3.1"));
      assertThat(both.gauges())
          .containsKeys(
              Watched.CPU_CORES,
              Watched.RESIDENT_BYTES,
              Watched.LAG_RECORDS,
              "expected_delay_seconds");
      // The served time of the processor is that of the clock: one core.
      Gauge cores = both.gauges().getOrDefault(Watched.CPU_CORES, new Gauge(List.of(), List.of()));
      assertThat(cores.values()).isNotEmpty().allMatch(value -> value > 0.5 && value < 1.5);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theMachineTellsWhatItIsAndWhatTheGeneratorRunsOn() throws InterruptedException {
    try (Watch watch = new Watch(null)) {
      watch.machine();
      watch.service("clock", at("/a/metrics"));
      watch.start(System.nanoTime());
      await().until(() -> scrapes.get() >= 2);
      Map<String, String> runtime = watch.end().getFirst().runtime();

      assertThat(runtime).containsKeys("OS", "kernel", "memory bytes", "generator: collector");
      assertThat(runtime)
          .containsEntry(
              "generator: max heap bytes", String.valueOf(Runtime.getRuntime().maxMemory()));
    }
  }

  @Test
  void aProcessOfThisMachineIsReadFromProc(@TempDir Path folder) throws IOException {
    LocalProbe probe = new LocalProbe("broker", 42, folder, folder);
    stat(folder, 100, 50);
    probe.read(0, 1_000_000_000L);
    stat(folder, 180, 70);
    probe.read(1, 2_000_000_000L);
    Watched seen = probe.watched();

    assertThat(seen.gauges())
        .containsEntry(Watched.CPU_CORES, new Gauge(List.of(1), List.of(1.0)))
        .containsEntry(Watched.RESIDENT_BYTES, new Gauge(List.of(0, 1), List.of(2048.0, 2048.0)))
        .doesNotContainKey(Watched.GC_SECONDS);
    assertThat(seen.version()).isEqualTo("not known");
    assertThat(seen.url()).isEqualTo("pid 42 on " + InetAddress.getLocalHost().getHostName());
  }

  @Test
  void theProcessorsThatAProcessMayUseAreCounted(@TempDir Path folder) throws IOException {
    LocalProbe probe = new LocalProbe("broker", 42, folder, folder);
    stat(folder, 1, 1);
    Files.writeString(
        folder.resolve("status"), "Name:\tjava\nCpus_allowed_list:\t0-3,6\nVmRSS:\t  2 kB\n");
    probe.read(0, 1_000_000_000L);

    assertThat(probe.watched().processors()).hasValue(5);
    assertThat(probe.watched().gauges()).containsKey(Watched.RESIDENT_BYTES);
  }

  @Test
  void theProcessorsOfAServiceAreThoseItTells() throws InterruptedException {
    serve("/d/metrics", "tidegate_jvm_option_info{name=\"processors\",value=\"4\"} 1\n");
    try (Watch watch = new Watch(null)) {
      watch.service("worker2", at("/d/metrics"));
      watch.start(System.nanoTime());
      await().until(() -> scrapes.get() >= 2);

      assertThat(watch.end())
          .singleElement()
          .satisfies(seen -> assertThat(seen.processors()).hasValue(4));
    }
  }

  private static void stat(Path folder, int user, int system) throws IOException {
    Files.writeString(
        folder.resolve("stat"),
        "42 (java (x) y) S 1 42 42 0 -1 4194304 9 0 0 0 %d %d 0 0 20 0".formatted(user, system));
    Files.writeString(folder.resolve("status"), "Name:\tjava\nVmRSS:\t       2 kB\n");
  }
}
