package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract's MessageRequest and the parser take, and refuse, the same values of each field. */
class MessageContractTest {
  private static final String SCHEMA = "#/components/schemas/MessageRequest";

  /** What each field may say, at its bounds. */
  private static Map<String, List<Object>> taken() {
    String soon = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    Map<String, List<Object>> taken = new TreeMap<>();
    taken.put(
        "to",
        List.of(
            Map.of("user", "a"),
            Map.of("user", "u".repeat(256)),
            Map.of("users", List.of("a", "b")),
            Map.of("group", "g".repeat(128)),
            Map.of("all", true)));
    taken.put("data", List.of(1, "x", true, List.of(), Map.of("a", 1)));
    taken.put("id", List.of("i", "i".repeat(128)));
    taken.put("type", List.of("t", "t".repeat(256)));
    taken.put("source", List.of("/s", "urn:s", "s".repeat(256)));
    taken.put("urgency", List.of("very-low", "low", "normal", "high"));
    taken.put("ttl", List.of(0, 0.5, 2_592_000, "PT1H30M", "P30D"));
    taken.put("deliver_at", List.of(soon, "2020-01-01T00:00:00Z", "2020-01-01T02:00:00+02:00"));
    taken.put("collapse_key", List.of("k", "k".repeat(256)));
    taken.put("category", List.of("c", "c".repeat(256)));
    return taken;
  }

  /** What none of them may say. */
  private static Map<String, List<Object>> refused() {
    Map<String, List<Object>> refused = new TreeMap<>();
    refused.put(
        "to",
        List.of(
            "a",
            Map.of(),
            Map.of("user", ""),
            Map.of("user", "u".repeat(257)),
            Map.of("user", "a", "group", "g"),
            Map.of("users", List.of()),
            Map.of("users", List.of("a", "a")),
            Map.of("group", "g".repeat(129)),
            Map.of("group", "no spaces"),
            Map.of("all", false),
            Map.of("nobody", "a")));
    refused.put("id", List.of("", "i".repeat(129), 1));
    refused.put("type", List.of("", "t".repeat(257), 1));
    refused.put("source", List.of("", "s".repeat(257), "no spaces", 1));
    refused.put("urgency", List.of("urgent", "", 1));
    refused.put("ttl", List.of(-1, 2_592_001, "1 hour", true));
    refused.put("deliver_at", List.of("tomorrow", "2020-01-01", 1));
    refused.put("collapse_key", List.of("", "k".repeat(257), 1));
    refused.put("category", List.of("", "c".repeat(257), 1));
    refused.put("unheard_of", List.of(1));
    return refused;
  }

  private static String message(String field, Object value) {
    Map<String, Object> message = new TreeMap<>(Map.of("to", Map.of("user", "alice"), "data", 1));
    message.put(field, value);
    return JsonMapper.shared().writeValueAsString(message);
  }

  @Test
  void fieldsShouldBeThoseOfTheContract() {
    // When
    JsonNode properties = ContractCheck.CONTRACT.at(SCHEMA.substring(1)).get("properties");

    // Then
    assertThat(taken().keySet()).containsExactlyInAnyOrderElementsOf(properties.propertyNames());
  }

  @Test
  void whatTheContractAllowsShouldBeTaken() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      for (Map.Entry<String, List<Object>> field : taken().entrySet()) {
        for (Object value : field.getValue()) {
          // When
          String message = message(field.getKey(), value);

          // Then
          assertThatCode(() -> ContractCheck.valid("taken", SCHEMA, TestIngest.json(message)))
              .doesNotThrowAnyException();
          ingest.http().call("POST", "/v1/messages", message).is(202);
        }
      }
    }
  }

  @Test
  void whatTheContractForbidsShouldBeRefusedByFieldAndReason() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      for (Map.Entry<String, List<Object>> field : refused().entrySet()) {
        for (Object value : field.getValue()) {
          // When
          String message = message(field.getKey(), value);

          // Then
          assertThatExceptionOfType(AssertionError.class)
              .as(message)
              .isThrownBy(() -> ContractCheck.valid("refused", SCHEMA, TestIngest.json(message)));
          TestHttp.Answer answer = ingest.http().call("POST", "/v1/messages", message).is(400);
          assertThat(answer.json().path("field").asString(""))
              .as(message + " " + answer.body())
              .startsWith(field.getKey());
        }
      }
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }
}
