package io.tidegate.ingest.message;

import io.tidegate.contract.JsonEvent;
import io.tidegate.contract.MalformedEventException;
import java.util.Map;

/**
 * Reads one CloudEvent from CloudEvents' JSON format 1.0.2, as {@link JsonEvent} tells, and with
 * the limits of {@link MessageParser} for JSON. JSON data goes on byte for byte as it stands.
 */
public final class EventParser {
  private EventParser() {}

  /**
   * @param body not changed and not kept: the payload is a copy
   * @throws InvalidMessageException with the problem to answer with
   */
  public static MessageRequest parse(byte[] body, int offset, int length, Acceptance acceptance)
      throws InvalidMessageException {
    return JsonValues.read(body, offset, length, values -> request(values.event(), acceptance));
  }

  private static MessageRequest request(JsonEvent event, Acceptance acceptance)
      throws InvalidMessageException {
    EventAttributes attributes = new EventAttributes(acceptance);
    for (Map.Entry<String, String> each : event.attributes().entrySet()) {
      attributes.put(each.getKey(), each.getValue());
    }
    attributes.requireWhole();
    return attributes.request(payload(event, attributes));
  }

  private static byte[] payload(JsonEvent event, EventAttributes attributes)
      throws InvalidMessageException {
    byte[] payload;
    try {
      payload = event.payload();
    } catch (MalformedEventException e) {
      throw InvalidMessageException.of(e);
    }
    // What stands there as JSON has been read as such already.
    return event.dataName().equals(JsonEvent.DATA)
        ? Payloads.bounded(JsonEvent.DATA, payload)
        : binary(event.dataName(), payload, attributes);
  }

  /**
   * The same, if it is what its content type says.
   *
   * @param field to name
   */
  static byte[] binary(String field, byte[] payload, EventAttributes attributes)
      throws InvalidMessageException {
    byte[] bounded = Payloads.bounded(field, payload);
    if (bounded.length > 0 && attributes.isJson()) {
      Payloads.requireJson(field, bounded);
    }
    return bounded;
  }
}
