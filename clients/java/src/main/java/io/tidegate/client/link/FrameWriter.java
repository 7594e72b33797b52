package io.tidegate.client.link;

import io.tidegate.client.protocol.Cursor;
import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a client says. */
final class FrameWriter {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private FrameWriter() {}

  static String hello(Hello hello) {
    return object(
        json -> {
          json.writeStringProperty("op", "hello");
          if (hello.user() != null) {
            json.writeStringProperty("user", hello.user());
          }
          if (hello.device() != null) {
            json.writeStringProperty("device", hello.device());
          }
          if (hello.token() != null) {
            json.writeStringProperty("token", hello.token());
          }
          if (hello.urgency() != null) {
            json.writeStringProperty("urgency", hello.urgency().word());
          }
          json.writeNumberProperty("window", hello.window());
          Cursor resume = hello.resume();
          if (resume != null) {
            json.writeObjectPropertyStart("resume");
            json.writeStringProperty("epoch", resume.epoch());
            json.writeNumberProperty("seq", resume.seq());
            json.writeEndObject();
          }
        });
  }

  static String ack(long seq) {
    return object(
        json -> {
          json.writeStringProperty("op", "ack");
          json.writeNumberProperty("seq", seq);
        });
  }

  static String token(String token) {
    return object(
        json -> {
          json.writeStringProperty("op", "token");
          json.writeStringProperty("token", token);
        });
  }

  /** An ack that is a request. */
  static String acked(String session, long seq) {
    return object(
        json -> {
          json.writeStringProperty("session", session);
          json.writeNumberProperty("seq", seq);
        });
  }

  private static String object(Consumer<JsonGenerator> members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }
}
