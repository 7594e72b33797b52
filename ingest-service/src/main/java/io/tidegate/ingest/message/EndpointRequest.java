package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.webhook.EndpointUrl;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Where an endpoint is to be: {@code {"url": …}}. As strict as {@link MessageParser}.
 *
 * @param url any text of that length; whether it may be asked is not looked at here
 */
public record EndpointRequest(String url) {
  public static final int MAX_BYTES = 8192;

  private enum Field {
    URL
  }

  private static final Map<String, Field> FIELDS = JsonValues.named(Field.values());

  /**
   * @throws InvalidMessageException with the problem to answer with
   */
  public static EndpointRequest parse(byte[] body) throws InvalidMessageException {
    return JsonValues.read(body, 0, body.length, values -> new Reader(values).request());
  }

  /** The fields so far. */
  private static final class Reader {
    private final JsonValues values;
    private @Nullable String url;

    Reader(JsonValues values) {
      this.values = values;
    }

    EndpointRequest request() throws InvalidMessageException {
      values.object(FIELDS, this::read);
      if (url == null) {
        throw invalid("url", "required");
      }
      return new EndpointRequest(url);
    }

    private void read(Field field, @Nullable JsonToken value) throws InvalidMessageException {
      switch (field) {
        case URL -> {
          String text = values.text("url", value);
          if (text.length() > EndpointUrl.MAX_CHARS) {
            throw invalid("url", "longer than " + EndpointUrl.MAX_CHARS + " characters");
          }
          url = text;
        }
      }
    }
  }
}
