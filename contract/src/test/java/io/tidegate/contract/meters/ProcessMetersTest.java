package io.tidegate.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void aProcessShowsWhatItUses() {
    ProcessMeters.bind(registry);

    assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
        .contains(
            "process.cpu.time",
            "process.cpu.usage",
            "process.start.time",
            "process.uptime",
            "process.files.open",
            "process.resident.memory",
            "jvm.memory.used",
            "jvm.threads.live",
            "jvm.gc.collection",
            "jvm.gc.collections",
            "tidegate.build.info");
    assertThat(registry.get("jvm.memory.used").gauges().iterator().next().value()).isPositive();
    System.gc();
    double collections =
        registry.get("jvm.gc.collections").functionCounters().stream()
            .mapToDouble(counter -> counter.count())
            .sum();
    assertThat(collections).isPositive();
  }

  @Test
  void aProcessShowsWhatItRunsOn() {
    ProcessMeters.bind(registry);

    Meter.Id jvm = registry.get("jvm.info").gauge().getId();
    assertThat(jvm.getTag("version")).isEqualTo(System.getProperty("java.runtime.version"));
    assertThat(jvm.getTag("vendor")).isEqualTo(System.getProperty("java.vm.vendor"));
    assertThat(registry.get("tidegate.kafka.client.info").gauge().getId().getTag("version"))
        .matches("\\d+\\.\\d+\\.\\d+.*");
    Map<String, String> options =
        registry.get("tidegate.jvm.option.info").gauges().stream()
            .map(Gauge::getId)
            .collect(
                Collectors.toMap(
                    id -> String.valueOf(id.getTag("name")),
                    id -> String.valueOf(id.getTag("value"))));
    assertThat(options)
        .containsEntry("max heap bytes", "" + Runtime.getRuntime().maxMemory())
        .containsEntry("processors", "" + Runtime.getRuntime().availableProcessors());
    // Of HotSpot's, which is what the tests run on.
    assertThat(options.get("collector")).isIn("G1", "Serial", "Parallel", "Z", "Shenandoah");
    assertThat(options.keySet())
        .allMatch(
            name ->
                name.startsWith("-X")
                    || Set.of("collector", "max heap bytes", "processors").contains(name));
  }

  @Test
  void residentMemoryIsReadInBytes(@TempDir Path folder) throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmHWM:\t   900 kB\nVmRSS:\t    12 kB\nThreads:\t9\n");

    assertThat(ProcessMeters.residentBytes(status)).isEqualTo(12_288);
  }

  @Test
  void aSystemThatDoesNotTellShowsNoNumber(@TempDir Path folder) throws IOException {
    Path status = folder.resolve("status");
    assertThat(ProcessMeters.residentBytes(status)).isNaN();

    Files.writeString(status, "VmRSS:\tmuch\n");
    assertThat(ProcessMeters.residentBytes(status)).isNaN();
  }
}
