package io.tidegate.fanout.record;

import io.tidegate.contract.Outcome;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes values of {@code tidegate.outcomes}: {@link Outcome} as JSON in the words of the REST API,
 * absent fields left out.
 */
public final class OutcomeRecords {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private OutcomeRecords() {}

  public static byte[] value(Outcome outcome) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("message_id", outcome.messageId());
    if (outcome.source() != null) {
      json.put("source", outcome.source());
    }
    json.put("outcome", outcome.kind().label());
    json.put("reason", outcome.reason().label());
    if (outcome.seq() != 0) {
      json.put("seq", outcome.seq());
    }
    if (outcome.replacedBy() != null) {
      json.put("replaced_by", outcome.replacedBy());
    }
    Outcome.Rule rule = outcome.rule();
    if (rule != null) {
      json.put("policy", rule.policy());
      json.put("policy_version", rule.version());
      json.put("rule", rule.name());
    }
    json.put("time", Instant.ofEpochMilli(outcome.atMillis()).toString());
    return MAPPER.writeValueAsBytes(json);
  }
}
