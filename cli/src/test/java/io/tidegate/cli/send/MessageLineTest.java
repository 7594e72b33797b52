package io.tidegate.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.cli.send.MessageLine.NotAMessageException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MessageLineTest {
  private static final Map<String, Object> TO_ALICE = Map.of("to", Map.of("user", "alice"));

  @Test
  void dataShouldStandAsItWasWritten() throws NotAMessageException {
    // Given
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("to", Map.of("user", "alice"));
    options.put("id", "x");

    // When
    RequestLine line = MessageLine.ofData(1, " {\"price\": 1.10, \"n\":1e999} ", options);

    // Then
    assertThat(line.json())
        .isEqualTo(
            "{\"to\":{\"user\":\"alice\"},\"id\":\"x\",\"data\":{\"price\": 1.10, \"n\":1e999}}");
  }

  @Test
  void requestShouldGetOnlyWhatItDoesNotHave() throws NotAMessageException {
    // Given
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("to", Map.of("user", "alice"));
    options.put("urgency", "low");
    String request = "{\"urgency\":\"high\",\"id\":\"x\",\"data\":1.10}";

    // When
    RequestLine line = MessageLine.ofRequest(1, request, options);

    // Then
    assertThat(line.json())
        .isEqualTo("{\"to\":{\"user\":\"alice\"},\"urgency\":\"high\",\"id\":\"x\",\"data\":1.10}");
  }

  @Test
  void completeRequestShouldNotBeTouched() throws NotAMessageException {
    // Given
    String request = "{ \"id\" : \"x\", \"to\":{\"user\":\"bob\"}, \"data\":null }";

    // When
    RequestLine line = MessageLine.ofRequest(7, request, TO_ALICE);

    // Then
    assertThat(line).isEqualTo(new RequestLine(7, request));
  }

  @Test
  void requestWithoutIdShouldGetOne() throws NotAMessageException {
    // Given
    String request = "{\"to\":{\"user\":\"bob\"},\"data\":1}";

    // When
    String json = MessageLine.ofRequest(1, request, Map.of()).json();

    // Then
    assertThat(json).matches("\\{\"id\":\"[0-9a-f-]{36}\",\"to\":\\{\"user\":\"bob\"},\"data\":1}");
  }

  @Test
  void argumentThatIsNotJsonShouldBeAText() throws NotAMessageException {
    // Given
    String argument = "say \"hi\"";

    // When
    String json = MessageLine.ofArgument(1, argument, TO_ALICE).json();

    // Then
    assertThat(json).endsWith(",\"data\":\"say \\\"hi\\\"\"}");
  }

  @Test
  void argumentThatBeginsAsJsonShouldBeJson() {
    assertThatThrownBy(() -> MessageLine.ofArgument(1, " {\"text\":hi}", TO_ALICE))
        .isInstanceOf(NotAMessageException.class)
        .hasMessageStartingWith("not JSON: fault at about character ");
  }

  @Test
  void argumentThatIsARequestShouldNameItsReceiver() throws NotAMessageException {
    // Given
    String request = "{\"id\":\"x\",\"to\":{\"user\":\"bob\"},\"data\":1}";

    // When
    RequestLine line = MessageLine.ofArgument(1, request, Map.of());

    // Then
    assertThat(line.json()).isEqualTo(request);
    assertThatThrownBy(() -> MessageLine.ofArgument(1, "{\"data\":1}", Map.of()))
        .isInstanceOf(NotAMessageException.class)
        .hasMessage("has no \"to\"");
  }

  @Test
  void lineThatIsNoObjectShouldBeRefused() {
    assertThatThrownBy(() -> MessageLine.ofRequest(1, "[1]", Map.of()))
        .isInstanceOf(NotAMessageException.class)
        .hasMessageContaining("want an object");
    assertThatThrownBy(() -> MessageLine.ofRequest(1, "{\"a\":1} x", Map.of()))
        .isInstanceOf(NotAMessageException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> MessageLine.ofData(1, "{", Map.of()))
        .isInstanceOf(NotAMessageException.class)
        .hasMessageContaining("not JSON");
  }
}
