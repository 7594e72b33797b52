package io.tidegate.ingest.http;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.JsonBuffers;
import io.tidegate.contract.Problem;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookSecret;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.MessageRequest;
import io.tidegate.ingest.policies.StoredPolicy;
import io.tidegate.ingest.publish.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Writes the JSON of our answers. Each is one line without its end. */
final class Json {
  private static final JsonFactory JSON =
      JsonFactory.builder().recyclerPool(JsonBuffers.SHARED).build();

  /** More than most need. */
  private static final int ACCEPTED_CHARS = 96;

  private static final JsonStringEncoder QUOTED = JsonStringEncoder.getInstance();

  private Json() {}

  /**
   * How many users it is accepted for; where only fan-out knows that, whom it is for. Written for
   * each message of a batch, so without a generator.
   *
   * @param expectedDelayMillis until fan-out comes to it; empty where it is not to be told
   */
  static byte[] accepted(MessageRequest request, OptionalLong expectedDelayMillis) {
    StringBuilder json = new StringBuilder(ACCEPTED_CHARS).append("{\"id\":\"");
    QUOTED.quoteAsString(request.message().id(), json);
    switch (request.to().getFirst()) {
      case Recipient.OneUser _ -> json.append("\",\"accepted\":").append(request.to().size());
      case Recipient.Group(GroupKey group) -> {
        json.append("\",\"group\":\"");
        QUOTED.quoteAsString(group.group(), json);
        json.append('"');
      }
      case Recipient.Everyone _ -> json.append("\",\"all\":true");
    }
    if (expectedDelayMillis.isPresent()) {
      json.append(",\"expected_delay_ms\":").append(expectedDelayMillis.getAsLong());
    }
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What holds now. */
  static byte[] member(MembershipChange change) {
    return object(
        json -> {
          json.writeStringProperty("user", change.membership().user().user());
          json.writeBooleanProperty("member", change.joins());
        });
  }

  static byte[] token(SigningKeys.Issued issued) {
    return object(
        json -> {
          json.writeStringProperty("token", issued.text());
          json.writeStringProperty("id", issued.id());
          json.writeStringProperty("expires", Rfc3339.format(issued.expiresMillis()));
        });
  }

  static byte[] problem(Problem problem) {
    return object(json -> properties(json, problem));
  }

  /**
   * @param id of the request that it is the answer to
   */
  static byte[] problem(Problem problem, RequestId id) {
    return object(
        json -> {
          properties(json, problem);
          json.writeStringProperty("instance", id.urn());
        });
  }

  /**
   * The same for one that is kept without an id.
   *
   * @param kept what {@link #problem(Problem)} made
   */
  static byte[] problem(byte[] kept, RequestId id) {
    byte[] instance = (",\"instance\":\"" + id.urn() + "\"}").getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(kept, kept.length - 1 + instance.length);
    System.arraycopy(instance, 0, whole, kept.length - 1, instance.length);
    return whole;
  }

  private static void properties(JsonGenerator json, Problem problem) {
    json.writeStringProperty("type", problem.type());
    json.writeStringProperty("title", problem.title());
    json.writeNumberProperty("status", problem.status());
    property(json, "detail", problem.detail());
    property(json, "field", problem.field());
  }

  /** What a stream begins with. */
  static byte[] ready(StreamBounds bounds) {
    return object(
        json -> {
          json.writeStringProperty("op", "ready");
          json.writeNumberProperty("messages", bounds.messages());
          json.writeNumberProperty("bytes", bounds.bytes());
          json.writeNumberProperty("message_bytes", bounds.messageBytes());
        });
  }

  /** Up to this one a stream's messages are answered, and durable if not refused before. */
  static byte[] ack(long number) {
    return object(
        json -> {
          json.writeStringProperty("op", "ack");
          json.writeNumberProperty("n", number);
        });
  }

  /**
   * @param retryAfterSeconds 0 for none
   */
  static byte[] refused(long number, Problem problem, long retryAfterSeconds) {
    return object(
        json -> {
          json.writeStringProperty("op", "refused");
          json.writeNumberProperty("n", number);
          if (retryAfterSeconds > 0) {
            json.writeNumberProperty("retry_after", retryAfterSeconds);
          }
          json.writeObjectPropertyStart("problem");
          properties(json, problem);
          json.writeEndObject();
        });
  }

  static byte[] health(boolean up, Map<String, Readiness.State> checks) {
    return object(
        json -> {
          json.writeStringProperty("status", word(up));
          json.writeObjectPropertyStart("checks");
          checks.forEach(
              (check, state) -> {
                json.writeObjectPropertyStart(check);
                json.writeStringProperty("status", word(state.up()));
                json.writeStringProperty("detail", state.detail());
                json.writeEndObject();
              });
          json.writeEndObject();
        });
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }

  static byte[] policy(StoredPolicy policy) {
    return object(json -> properties(json, policy));
  }

  /**
   * Writes {@code {"policies":[…]}} and closes {@code out}.
   *
   * @throws UncheckedIOException if the client is gone
   */
  static void policies(List<StoredPolicy> policies, OutputStream out) {
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("policies");
      for (StoredPolicy policy : policies) {
        json.writeStartObject();
        properties(json, policy);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (JacksonIOException e) {
      throw new UncheckedIOException(e.getCause());
    }
  }

  private static void properties(JsonGenerator json, StoredPolicy policy) {
    json.writeStringProperty("name", policy.name());
    json.writeNumberProperty("version", policy.version());
    json.writeName("policy");
    json.writeRawValue(policy.policy().toJson());
  }

  static byte[] settings(UserKey user, UserSettings settings) {
    return object(
        json -> {
          json.writeStringProperty("user", user.user());
          json.writeName("settings");
          json.writeRawValue(settings.toJson());
        });
  }

  /**
   * @param secret null: it is not shown
   */
  static byte[] endpoint(Endpoints.Known known, @Nullable WebhookSecret secret, long nowMillis) {
    return object(
        json -> {
          properties(json, known, nowMillis);
          if (secret != null) {
            json.writeStringProperty("secret", secret.text());
          }
        });
  }

  static byte[] endpoints(List<Endpoints.Known> all, long nowMillis) {
    return object(
        json -> {
          json.writeArrayPropertyStart("endpoints");
          for (Endpoints.Known known : all) {
            json.writeStartObject();
            properties(json, known, nowMillis);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void properties(JsonGenerator json, Endpoints.Known known, long nowMillis) {
    Endpoint endpoint = known.endpoint();
    json.writeStringProperty("name", known.key().name());
    json.writeStringProperty("url", endpoint.url());
    json.writeStringProperty("created", Rfc3339.format(endpoint.createdMillis()));
    json.writeNumberProperty("generation", endpoint.generation());
    if (endpoint.overlaps(nowMillis)) {
      json.writeStringProperty("previous_until", Rfc3339.format(endpoint.overlapMillis()));
    }
    EndpointStatus disabled = known.disabled();
    if (disabled != null) {
      json.writeObjectPropertyStart("disabled");
      json.writeStringProperty("reason", disabled.reason().word());
      json.writeStringProperty("time", Rfc3339.format(disabled.atMillis()));
      json.writeEndObject();
    }
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
