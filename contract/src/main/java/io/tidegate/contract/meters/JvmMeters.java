package io.tidegate.contract.meters;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What a process of ours runs on: which JDK, with which options, and which Kafka client. Gauges
 * that are always 1 and tell it as labels; none changes while the process runs.
 */
public final class JvmMeters {
  private static final String COLLECTOR_ON = "true";

  /** Of HotSpot; a JVM has one of them on, and need not know the others. */
  private static final List<String> COLLECTORS =
      List.of("G1", "Serial", "Parallel", "Z", "Shenandoah", "Epsilon");

  private JvmMeters() {}

  static void bind(MeterRegistry registry) {
    new JvmInfoMetrics().bindTo(registry);
    Gauge.builder("tidegate.kafka.client.info", () -> 1)
        .tag("version", AppInfoParser.getVersion())
        .description("1; the version of Kafka's clients is a label")
        .register(registry);
    options()
        .forEach(
            (name, value) ->
                Gauge.builder("tidegate.jvm.option.info", () -> 1)
                    .tag("name", name)
                    .tag("value", value)
                    .description("1; an option of the JVM and its value are labels")
                    .register(registry));
  }

  /**
   * Of this JVM: options that it was started with and that may be seen, and those that matter
   * however they came about.
   */
  public static Map<String, String> options() {
    Map<String, String> options =
        new TreeMap<>(JvmOptions.shown(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    options.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    options.put("max heap bytes", String.valueOf(Runtime.getRuntime().maxMemory()));
    for (String collector : COLLECTORS) {
      if (inForce("Use" + collector + "GC").equals(COLLECTOR_ON)) {
        options.put("collector", collector);
      }
    }
    return options;
  }

  /** Of an option of HotSpot; empty where this JVM has none of that name. */
  private static String inForce(String option) {
    try {
      HotSpotDiagnosticMXBean hotSpot =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return hotSpot.getVMOption(option).getValue();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
