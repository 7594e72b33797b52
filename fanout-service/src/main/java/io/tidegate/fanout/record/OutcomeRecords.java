package io.tidegate.fanout.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidegate.contract.Outcome;
import tools.jackson.databind.json.JsonMapper;

/** Writes values of {@code tidegate.outcomes}: {@link Outcome} as JSON, absent fields left out. */
public final class OutcomeRecords {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private OutcomeRecords() {}

  public static byte[] value(Outcome outcome) {
    return MAPPER.writeValueAsBytes(outcome);
  }
}
