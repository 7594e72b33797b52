package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.LineText;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointKey;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * What a token is asked for: {@code {"user": …, "device": …, "ttl": …}}. As strict as {@link
 * MessageParser}.
 *
 * @param device the only one that may show it; null: any
 * @param life 1 s to 24 h
 */
public record TokenRequest(UserKey user, @Nullable String device, Duration life) {
  public static final int MAX_BYTES = 4096;
  private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

  private enum Field {
    USER,
    DEVICE,
    TTL
  }

  private static final Map<String, Field> FIELDS = JsonValues.named(Field.values());

  /**
   * @param tenant of the user
   * @throws InvalidMessageException with the problem to answer with
   */
  public static TokenRequest parse(byte[] body, String tenant) throws InvalidMessageException {
    return JsonValues.read(body, 0, body.length, values -> new Reader(values, tenant).request());
  }

  /** The fields so far. */
  private static final class Reader {
    private final JsonValues values;
    private final String tenant;
    private @Nullable UserKey user;
    private @Nullable String device;
    private Duration life = DEFAULT_LIFE;

    Reader(JsonValues values, String tenant) {
      this.values = values;
      this.tenant = tenant;
    }

    TokenRequest request() throws InvalidMessageException {
      values.object(FIELDS, this::read);
      if (user == null) {
        throw invalid("user", "required");
      }
      return new TokenRequest(user, device, life);
    }

    private void read(Field field, @Nullable JsonToken value) throws InvalidMessageException {
      switch (field) {
        case USER -> user = Names.user("user", tenant, values.text("user", value));
        case DEVICE -> device = device(values.text("device", value));
        case TTL -> life = life(values.ttlMillis("ttl", value));
      }
    }

    private static String device(String text) throws InvalidMessageException {
      if (!ClientProtocol.isDevice(text)) {
        throw invalid("device", "want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
      }
      if (EndpointKey.isReservedDevice(text)) {
        throw invalid("device", "only endpoints are called so");
      }
      String fault = LineText.fault(text);
      if (fault != null) {
        throw invalid("device", fault);
      }
      return text;
    }

    private static Duration life(long millis) throws InvalidMessageException {
      if (millis < ClientProtocol.LEAST_TOKEN_LIFE.toMillis()
          || millis > ClientProtocol.MOST_TOKEN_LIFE.toMillis()) {
        throw invalid("ttl", "want 1 s to 24 h");
      }
      return Duration.ofMillis(millis);
    }
  }
}
