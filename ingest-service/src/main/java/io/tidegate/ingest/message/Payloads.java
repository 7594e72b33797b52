package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;
import static io.tidegate.ingest.message.InvalidMessageException.tooLarge;

import io.tidegate.contract.Message;

/** What payloads are held to. */
final class Payloads {
  private Payloads() {}

  /** The same, of at most {@link Message#MAX_PAYLOAD_BYTES}. */
  static byte[] bounded(String field, byte[] payload) throws InvalidMessageException {
    if (payload.length > Message.MAX_PAYLOAD_BYTES) {
      throw tooLarge(
          field, payload.length + " bytes; at most " + Message.MAX_PAYLOAD_BYTES + " are accepted");
    }
    return payload;
  }

  /**
   * @throws InvalidMessageException naming {@code field} if it is not one JSON text in UTF-8
   */
  static void requireJson(String field, byte[] payload) throws InvalidMessageException {
    try {
      JsonValues.<Boolean>read(
          payload,
          0,
          payload.length,
          values -> {
            values.anything();
            return true;
          });
    } catch (InvalidMessageException e) {
      // Of what is inside, the fault is ours to name, and not the path to it.
      throw invalid(field, "by its content type JSON, but " + e.problem().detail());
    }
  }
}
