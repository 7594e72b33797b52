package io.tidegate.loadtest.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReadingsTest {
  private final Readings readings =
      Readings.parse(
          """
          # HELP jvm_memory_used_bytes The amount of used memory
          # TYPE jvm_memory_used_bytes gauge
          jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 1.048576E7
          jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 5242880.0
          jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 1.0E8
          process_cpu_time_ns_total 1.25E9
          tidegate_build_info{version="0.1.0"} 1.0
          tidegate_setting_info{name="TIDEGATE_INGEST_MAX_BLOCK",value="1s"} 1
          tidegate_setting_info{name="TIDEGATE_INGEST_HTTP2",value="true"} 1.0
          jvm_info{runtime="OpenJDK Runtime Environment",vendor="Some, Inc.",version="25.0.1+8"} 1
          tidegate_kafka_client_info{version="4.3.1"} 1.0
          tidegate_jvm_option_info{name="-Xmx",value="1g"} 1.0
          tidegate_jvm_option_info{name="collector",value="G1"} 1.0
          odd{path="with } and space"} 3
          not_a_number NaN
          infinite +Inf
          broken
          also broken x
          """);

  @Test
  void samplesOfANameAreAddedUp() {
    assertThat(readings.sum("process_cpu_time_ns_total")).isEqualTo(1.25e9);
    assertThat(readings.sum("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(15_728_640);
    assertThat(readings.sum("odd")).isEqualTo(3);
  }

  @Test
  void whatIsNotThereIsNoNumber() {
    assertThat(readings.sum("missing")).isNaN();
    assertThat(readings.sum("jvm_memory_used_bytes", "area=\"other\"")).isNaN();
    assertThat(readings.sum("not_a_number")).isNaN();
    assertThat(readings.sum("broken")).isNaN();
  }

  @Test
  void aSettingIsTwoLabels() {
    assertThat(readings.settings())
        .containsExactly(
            Map.entry("TIDEGATE_INGEST_HTTP2", "true"),
            Map.entry("TIDEGATE_INGEST_MAX_BLOCK", "1s"));
    assertThat(Readings.parse("").settings()).isEmpty();
  }

  @Test
  void whatItRunsOnIsNamedAsInTheReport() {
    assertThat(readings.runtime())
        .isEqualTo(
            Map.of(
                "JDK", "25.0.1+8",
                "JDK vendor", "Some, Inc.",
                "Kafka client", "4.3.1",
                "-Xmx", "1g",
                "collector", "G1"));
    assertThat(Readings.parse("").runtime()).isEmpty();
  }

  @Test
  void theVersionIsALabel() {
    assertThat(readings.version()).isEqualTo("0.1.0");
    assertThat(Readings.parse("").version()).isEmpty();
  }
}
