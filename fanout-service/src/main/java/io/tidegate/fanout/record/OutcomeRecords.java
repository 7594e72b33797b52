package io.tidegate.fanout.record;

import io.tidegate.contract.Outcome;
import io.tidegate.contract.Rfc3339;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes values of {@code tidegate.outcomes}: {@link Outcome} as JSON in the words of the REST API,
 * absent fields left out.
 */
public final class OutcomeRecords {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int USUAL_BYTES = 256;

  private OutcomeRecords() {}

  public static byte[] value(Outcome outcome) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("message_id", outcome.messageId());
      if (outcome.source() != null) {
        json.writeStringProperty("source", outcome.source());
      }
      json.writeStringProperty("outcome", outcome.kind().label());
      json.writeStringProperty("reason", outcome.reason().label());
      if (outcome.seq() != 0) {
        json.writeNumberProperty("seq", outcome.seq());
      }
      if (outcome.replacedBy() != null) {
        json.writeStringProperty("replaced_by", outcome.replacedBy());
      }
      Outcome.Rule rule = outcome.rule();
      if (rule != null) {
        json.writeStringProperty("policy", rule.policy());
        json.writeNumberProperty("policy_version", rule.version());
        json.writeStringProperty("rule", rule.name());
      }
      json.writeStringProperty("time", Rfc3339.format(outcome.atMillis()));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
