package io.tidegate.fanout.record;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.PresenceChange;
import java.io.ByteArrayOutputStream;
import org.apache.kafka.common.header.Headers;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes records of {@code tidegate.presence}: CloudEvents in binary mode, as messages are, with
 * JSON that says the same and more, so that a reader needs one of the two.
 */
public final class PresenceRecords {
  static final String SOURCE = "/tidegate/presence";
  static final String JOIN = "io.tidegate.presence.join";
  static final String LEAVE = "io.tidegate.presence.leave";

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int USUAL_BYTES = 192;

  private PresenceRecords() {}

  /** A record without its key. */
  public record Event(Headers headers, byte[] value) {}

  public static Event event(UserKey user, PresenceChange change) {
    byte[] value = value(user, change);
    Message event =
        new Message(
            change.id(),
            SOURCE,
            change.joined() ? JOIN : LEAVE,
            change.atMillis(),
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            value);
    return new Event(CloudEventCodec.headers(user, event), value);
  }

  private static byte[] value(UserKey user, PresenceChange change) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("user", user.user());
      json.writeStringProperty("presence", change.joined() ? "join" : "leave");
      json.writeStringProperty("device", change.device());
      json.writeNumberProperty("connected_devices", change.connected());
      json.writeNumberProperty("known_devices", change.known());
      json.writeNumberProperty("number", change.number());
      json.writeStringProperty("time", Rfc3339.format(change.atMillis()));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
