package io.tidegate.contract.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What every service shows of its process: processor, memory, garbage collection, threads, files,
 * when it began, what it runs on and its version. Services of one process all show the same.
 */
public final class ProcessMeters {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessMeters() {}

  public static void bind(MeterRegistry registry) {
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    // Micrometer's own listens to each collection, and would go on after its registry is closed.
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionCounter.builder("jvm.gc.collections", collector, c -> (double) c.getCollectionCount())
          .tag("gc", collector.getName())
          .description("Collections of garbage")
          .register(registry);
      FunctionCounter.builder(
              "jvm.gc.collection",
              collector,
              c -> c.getCollectionTime() / (double) TimeUnit.SECONDS.toMillis(1))
          .tag("gc", collector.getName())
          .baseUnit("seconds")
          .description("Time spent with collecting garbage")
          .register(registry);
    }
    Gauge.builder("process.resident.memory", STATUS, ProcessMeters::residentBytes)
        .baseUnit("bytes")
        .description("Memory that the process has in RAM; NaN where the system does not tell")
        .register(registry);
    Gauge.builder("tidegate.build.info", () -> 1)
        .tag("version", version())
        .description("1; the version of Tidegate is a label")
        .register(registry);
    JvmMeters.bind(registry);
  }

  /** Of the jar; {@code unknown} where classes are in no jar. */
  static String version() {
    String version = ProcessMeters.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /**
   * @param status that of a process, see proc(5)
   * @return NaN where it does not tell
   */
  public static double residentBytes(Path status) {
    try {
      List<String> lines = Files.readAllLines(status);
      for (String line : lines) {
        if (line.startsWith(RESIDENT)) {
          String kib = line.substring(RESIDENT.length()).replace("kB", "").strip();
          return Long.parseLong(kib) * 1024.0;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }
}
