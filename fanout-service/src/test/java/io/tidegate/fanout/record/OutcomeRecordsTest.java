package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Outcome;
import io.tidegate.contract.Outcome.Kind;
import io.tidegate.contract.Outcome.Reason;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OutcomeRecordsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long AT = 1_795_808_671_123L;

  private static String text(Outcome outcome) {
    return new String(OutcomeRecords.value(outcome), UTF_8);
  }

  @Test
  void whatIsAbsentShouldBeLeftOut() {
    Outcome outcome = new Outcome("m1", null, Kind.EXPIRED, Reason.NO_SESSION, 0, null, AT);
    assertThat(text(outcome))
        .isEqualTo(
            """
            {"message_id":"m1","outcome":"expired","reason":"no_session",\
            "time":"2026-11-27T19:44:31.123Z"}\
            """);
  }

  @Test
  void everythingShouldBeThereInOrder() {
    Outcome outcome =
        new Outcome(
            "m1",
            "/s",
            Kind.COLLAPSED,
            Reason.POLICY,
            7,
            "m2",
            new Outcome.Rule("default", -1, "60/PT1H"),
            AT);
    assertThat(text(outcome))
        .isEqualTo(
            """
            {"message_id":"m1","source":"/s","outcome":"collapsed","reason":"policy","seq":7,\
            "replaced_by":"m2","policy":"default","policy_version":-1,"rule":"60/PT1H",\
            "time":"2026-11-27T19:44:31.123Z"}\
            """);
  }

  @Test
  void anyTextShouldComeBackAsItWas() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      // Given quotes, controls, separators of lines and pairs of surrogates
      StringBuilder id = new StringBuilder("\\\"\u0000\n\u2028\u2029\u007f😀");
      for (int c = 0; c < 20; c++) {
        id.appendCodePoint(random.nextInt(0x20, 0xD800));
      }

      // When
      byte[] value =
          OutcomeRecords.value(
              new Outcome(id.toString(), "/s", Kind.DELIVERED, Reason.ALL_DEVICES, 1, null, AT));

      // Then
      JsonNode read = MAPPER.readTree(value);
      assertThat(read.get("message_id").asString()).isEqualTo(id.toString());
      assertThat(value).isEqualTo(MAPPER.writeValueAsBytes(read));
    }
  }
}
