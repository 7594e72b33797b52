package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.loadtest.watch.Place;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class WatchedTextTest {
  private static Map<String, Place> places(String... given) {
    CommandSpec spec = CommandSpec.create();
    new CommandLine(spec);
    return WatchedText.places(spec, List.of(given));
  }

  @Test
  void processesAndServicesShouldBeTold() {
    assertThat(places("broker=4711", "worker2=http://10.0.0.2:8081", "w3=https://w3.example/x"))
        .containsExactly(
            Map.entry("broker", new Place.Pid(4711)),
            Map.entry("worker2", new Place.Service(URI.create("http://10.0.0.2:8081"))),
            Map.entry("w3", new Place.Service(URI.create("https://w3.example/x"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          broker           | want NAME=PID or NAME=URL, got "broker"
          =12              | want NAME=PID or NAME=URL, got "=12"
          broker=          | want NAME=PID or NAME=URL, got "broker="
          broker=-1        | want NAME=PID or NAME=URL, got "broker=-1"
          broker=localhost | want NAME=PID or NAME=URL, got "broker=localhost"
          w=ftp://a        | want http://HOST:PORT or https://HOST:PORT, got "ftp://a"
          w=http://u:p@a   | want http://HOST:PORT or https://HOST:PORT, got "http://u:p@a"
          w=http://a?k=s   | want http://HOST:PORT or https://HOST:PORT, got "http://a?k=s"
          """)
  void whatIsNeitherShouldBeNamed(String given, String reason) {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> places(given))
        .withMessage("--watch: " + reason);
  }

  @Test
  void oneNameForTwoShouldBeRefused() {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> places("w=http://a", "w=http://b"))
        .withMessage("--watch: two are called \"w\"; want a name for each");
  }
}
