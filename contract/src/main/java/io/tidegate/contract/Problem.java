package io.tidegate.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error answer: {@code application/problem+json}, RFC 9457.
 *
 * @param type a URI reference that names the kind of problem
 * @param title the kind of problem in words, the same for each of its kind
 * @param status the HTTP status
 * @param detail what was wrong this time
 * @param field the field that was wrong, as a JSON path such as {@code to.user}
 */
public record Problem(
    String type, String title, int status, @Nullable String detail, @Nullable String field) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /** Every kind of problem that an HTTP port of ours answers with. */
  public enum Kind {
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHORIZED(401, "It is not known who asks"),
    FORBIDDEN(403, "The caller may not do this"),
    NOT_FOUND(404, "There is no such resource"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "The answer has another media type than is accepted"),
    REQUEST_TIMEOUT(408, "The request did not arrive in time"),
    TOO_MANY_POLICIES(409, "There are as many policies as may be"),
    TOO_MANY_ENDPOINTS(409, "There are as many endpoints as may be"),
    LENGTH_REQUIRED(411, "The length is required"),
    PRECONDITION_FAILED(412, "What is there is not what was expected"),
    TOO_LARGE(413, "The request is too large"),
    URI_TOO_LONG(414, "The URI is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type is not supported"),
    /** RFC 7694 wants it told apart from {@link #UNSUPPORTED_MEDIA_TYPE}. */
    UNSUPPORTED_ENCODING(415, "The content encoding is not supported"),
    UNPROCESSABLE(422, "The request is valid, but does not fit what is there"),
    IDEMPOTENCY_KEY_IN_FLIGHT(409, "A request with this key is being served"),
    IDEMPOTENCY_KEY_REUSED(422, "The key was used for another request"),
    QUOTA_EXCEEDED(429, "More than the quota allows"),
    UPGRADE_REQUIRED(426, "This is no plain HTTP resource"),
    HEADERS_TOO_LARGE(431, "The request headers are too large"),
    INTERNAL(500, "A fault of ours"),
    BAD_GATEWAY(502, "Another instance did not answer"),
    TEMPORARY_REDUCED_CAPACITY(503, "Not enough capacity now");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    public int status() {
      return status;
    }

    public Problem problem(String detail) {
      return problem(detail, null);
    }

    public Problem problem(String detail, @Nullable String field) {
      String type = "urn:tidegate:problem:" + label();
      return new Problem(type, title, status, detail, field);
    }

    /** The metric label and the last part of the type. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
