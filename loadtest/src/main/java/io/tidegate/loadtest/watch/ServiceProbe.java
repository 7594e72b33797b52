package io.tidegate.loadtest.watch;

import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A service, by its {@code /metrics}. */
final class ServiceProbe implements Probe {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** By the name in the report: what only one kind of service has. */
  private static final Map<String, String> OWN = own();

  private final String name;
  private final URI metrics;
  private final HttpClient http;
  private final GaugeSeries series = new GaugeSeries();
  private String version = "";
  private Map<String, String> runtime = Map.of();
  private Map<String, String> settings = Map.of();
  private String process = "";
  private double lastCpuNanos = Double.NaN;
  private double lastGcSeconds = Double.NaN;
  private long lastNanos;

  ServiceProbe(String name, URI metrics, HttpClient http) {
    this.name = name;
    this.metrics = metrics;
    this.http = http;
  }

  private static Map<String, String> own() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put(Watched.LAG_RECORDS, "tidegate_fanout_input_lag_records");
    own.put(Watched.EXPANSIONS, "tidegate_fanout_group_under_way");
    own.put(Watched.THREAD_BUSY, "tidegate_fanout_stream_thread_busy_ratio");
    own.put("expected_delay_seconds", "tidegate_ingest_expected_delay_seconds");
    own.put("loop_delay_seconds", "tidegate_delivery_loop_delay_seconds");
    own.put("unwritable_ratio", "tidegate_delivery_unwritable_ratio");
    own.put("waiting_for_clients_bytes", "tidegate_delivery_outbound_bytes");
    return own;
  }

  @Override
  public void read(int second, long nanos) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(metrics).timeout(ANSWER).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(metrics + " answered " + answer.statusCode());
    }
    Readings readings = Readings.parse(answer.body());
    version = readings.version();
    runtime = readings.runtime();
    settings = readings.settings();
    double started = readings.sum("process_start_time_seconds");
    String now = Double.isNaN(started) ? "" : metrics.getHost() + " " + started;
    if (!now.equals(process)) {
      // Another process answers, or the same began again: its counts are not those of before.
      process = now;
      lastCpuNanos = Double.NaN;
      lastGcSeconds = Double.NaN;
    }
    double cpuNanos = readings.sum("process_cpu_time_ns_total");
    double gcSeconds = readings.sum("jvm_gc_collection_seconds_total");
    series.add(Watched.CPU_CORES, second, (cpuNanos - lastCpuNanos) / (nanos - lastNanos));
    series.add(Watched.GC_SECONDS, second, (gcSeconds - lastGcSeconds) * 1e9 / (nanos - lastNanos));
    lastCpuNanos = cpuNanos;
    lastGcSeconds = gcSeconds;
    lastNanos = nanos;
    series.add(Watched.RESIDENT_BYTES, second, readings.sum("process_resident_memory_bytes"));
    series.add(
        Watched.HEAP_USED_BYTES, second, readings.sum("jvm_memory_used_bytes", "area=\"heap\""));
    OWN.forEach((gauge, metric) -> series.add(gauge, second, readings.sum(metric)));
  }

  @Override
  public Watched watched() {
    return new Watched(name, metrics.toString(), version, runtime, settings, series.gauges());
  }

  @Override
  public String process() {
    return process;
  }
}
