package io.tidegate.delivery.frame;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What tells an event from all others: its id, within its source.
 *
 * @param source null: it has none
 */
public record EventIdentity(@Nullable String source, String id) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Of an event of our own making, whose payload comes last.
   *
   * @param event a CloudEvent in JSON
   */
  public static EventIdentity of(byte[] event) {
    String source = null;
    String id = "";
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), event)) {
      parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        if (name.startsWith("data") || !value.isScalarValue()) {
          break;
        }
        if (name.equals("id")) {
          id = parser.getString();
        } else if (name.equals("source")) {
          source = parser.getString();
        }
      }
    }
    return new EventIdentity(source, id);
  }
}
