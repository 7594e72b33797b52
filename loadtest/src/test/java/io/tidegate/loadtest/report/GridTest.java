package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GridTest {
  @Test
  void numbersShouldStandRightUnderTheirHeads() {
    Grid grid =
        new Grid(
            "Answers", List.of("", "count"), List.of(List.of("202", "1,000"), List.of("x", "1")));

    assertEquals(
        List.of("Answers       count", "  202         1,000", "  x               1"),
        grid.lines(100));
  }

  @Test
  void wordsShouldStandLeft() {
    List<List<String>> rows =
        List.of(List.of("100/s", "held", "p99 9 ms"), List.of("200/s", "did not", "lag"));
    Grid grid = new Grid("Capacity", List.of("", "", "why"), rows, true);

    assertEquals(
        List.of(
            "Capacity               why",
            "  100/s       held     p99 9 ms",
            "  200/s       did not  lag"),
        grid.lines(100));
  }

  @Test
  void namesShouldBeCutWhenThereIsNoRoom() {
    String name = "n".repeat(90);
    Grid grid = new Grid("T", List.of("", "count"), List.of(List.of(name, "1".repeat(20))));

    List<String> lines = grid.lines(60);

    assertEquals(60, lines.get(1).length());
    assertEquals("  " + "n".repeat(35) + "…  " + "1".repeat(20), lines.get(1));
  }
}
