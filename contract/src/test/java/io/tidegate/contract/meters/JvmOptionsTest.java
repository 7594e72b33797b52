package io.tidegate.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JvmOptionsTest {
  private static Map<String, String> shown(String... arguments) {
    return JvmOptions.shown(List.of(arguments));
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx1g, -Xmx, 1g",
    "-Xms268435456, -Xms, 268435456",
    "-Xss512k, -Xss, 512k",
    "-Xint, -Xint, true",
    "-XX:+UseZGC, -XX:UseZGC, true",
    "-XX:-UsePerfData, -XX:UsePerfData, false",
    "-XX:TieredStopAtLevel=1, -XX:TieredStopAtLevel, 1",
    "-XX:MaxDirectMemorySize=64m, -XX:MaxDirectMemorySize, 64m",
    "-XX:MaxRAMPercentage=62.5, -XX:MaxRAMPercentage, 62.5"
  })
  void numbersAndSwitchesAreShown(String argument, String name, String value) {
    assertThat(shown(argument)).isEqualTo(Map.of(name, value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:OnOutOfMemoryError=curl -u me:marker https://marker",
        "-XX:HeapDumpPath=/home/marker",
        "-XX:StartFlightRecording=filename=/marker",
        "-XX:AOTCache=12marker",
        "-XX:Flags=1\nmarker",
        "-XX:ErrorFile="
      })
  void ofOtherOptionsOnlyTheNameIsShown(String argument) {
    assertThat(shown(argument))
        .isEqualTo(Map.of(argument.substring(0, argument.indexOf('=')), "not shown"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dpassword=marker",
        "-Dx=-Xmx1g",
        "-Dx=-XX:+marker",
        "-javaagent:/marker.jar=key=marker",
        "-agentlib:jdwp=address=marker",
        "-Xlog:gc:file=/marker",
        "-Xbootclasspath/a:/marker",
        "-Xrunmarker",
        "-Xmxmarker",
        "-XX:+marker=1",
        "--add-opens=marker=ALL-UNNAMED",
        "-XX:VMOptions/marker",
        "marker",
        "@marker",
        ""
      })
  void whatElseAJvmIsStartedWithIsNot(String argument) {
    assertThat(shown(argument)).isEmpty();
  }

  @Test
  void theLastOfAnOptionCounts() {
    assertThat(shown("-Xmx1g", "-XX:-UseG1GC", "-Xmx2g", "-XX:+UseG1GC"))
        .isEqualTo(Map.of("-Xmx", "2g", "-XX:UseG1GC", "true"));
  }
}
