package io.tidegate.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceStateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
        "tenant@vendor=a",
        "a=b , c=d",
        "a=b,,c=d",
        "a=!  ~",
        "0_-*/=x"
      })
  void validOneShouldGoOnAsItIs(String state) {
    assertThat(TraceState.valid(List.of(state))).isEqualTo(state);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "a",
        "a=",
        "=b",
        "A=b",
        "a=b=c",
        "a=b,a=c",
        "a=\u00e9",
        "a=\t",
        "a b=c"
      })
  void anotherShouldBeDropped(String state) {
    assertThat(TraceState.valid(List.of(state))).isNull();
  }

  @Test
  void headersShouldBeOne() {
    assertThat(TraceState.valid(List.of("a=1", "b=2"))).isEqualTo("a=1,b=2");
    assertThat(TraceState.valid(List.of())).isNull();
  }

  @Test
  void moreThanMayBeShouldBeDropped() {
    // Given
    String most =
        IntStream.range(0, 32).mapToObj(n -> "k" + n + "=1").collect(Collectors.joining(","));

    // When // Then
    assertThat(TraceState.valid(List.of(most))).isEqualTo(most);
    assertThat(TraceState.valid(List.of(most, "more=1"))).isNull();
    assertThat(TraceState.valid(List.of("a=" + "x".repeat(256), "b=" + "x".repeat(251))))
        .hasSize(512);
    assertThat(TraceState.valid(List.of("a=" + "x".repeat(256), "b=" + "x".repeat(252)))).isNull();
    assertThat(TraceState.valid(List.of("a=" + "x".repeat(257)))).isNull();
  }
}
