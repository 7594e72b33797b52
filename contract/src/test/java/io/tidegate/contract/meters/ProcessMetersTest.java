package io.tidegate.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
