package io.tidegate.client.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventStreamTest {
  private static final String TEXT =
      """
      retry: 3453

      event: welcome
      id: e-0
      data: {"op":"welcome"}

      :

      event: push
      data: {"a":
      data: 1}

      data:xSEPARATORdata: y

      """
          .replace("SEPARATOR", "\u2028");

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void eventsShouldBeReadWhateverThePiecesAndWhicheverWayLinesEnd(String end) throws Exception {
    String text = TEXT.replace("\n", end);
    for (int size = 1; size <= text.length(); size++) {
      EventStream events = new EventStream(1000);
      List<String> got = new ArrayList<>();
      for (int i = 0; i < text.length(); i += size) {
        got.addAll(events.take(text.substring(i, Math.min(text.length(), i + size))));
      }
      assertThat(got)
          .as("%s at a time", size)
          .containsExactly("{\"op\":\"welcome\"}", "{\"a\":\n1}", "x\u2028data: y");
    }
  }

  @Test
  void eventThatDoesNotEndShouldBeGivenUp() throws Exception {
    EventStream events = new EventStream(100);
    events.take("data: " + "x".repeat(90));
    assertThatThrownBy(() -> events.take("xxxxx")).hasMessage("an event is too long");
  }
}
