package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import io.tidegate.ingest.publish.Readiness;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the JSON of our answers. Each is one line without its end. */
final class Json {
  private static final JsonFactory JSON = new JsonFactory();

  private Json() {}

  static byte[] accepted(String id, int users) {
    return object(
        json -> {
          json.writeStringProperty("id", id);
          json.writeNumberProperty("accepted", users);
        });
  }

  static byte[] problem(Problem problem) {
    return object(
        json -> {
          json.writeStringProperty("type", problem.type());
          json.writeStringProperty("title", problem.title());
          json.writeNumberProperty("status", problem.status());
          property(json, "detail", problem.detail());
          property(json, "field", problem.field());
        });
  }

  /** A health answer with one check. */
  static byte[] health(String check, Readiness.State state) {
    return object(
        json -> {
          String status = state.up() ? "UP" : "DOWN";
          json.writeStringProperty("status", status);
          json.writeObjectPropertyStart("checks");
          json.writeObjectPropertyStart(check);
          json.writeStringProperty("status", status);
          json.writeStringProperty("detail", state.detail());
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void property(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  private static byte[] object(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
