package io.tidegate.cli.send;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an ingest service answers, and what may be behind it where nothing good comes. */
final class IngestAnswers {
  private static final int BUSY = 503;
  private static final int QUOTA_EXCEEDED = 429;
  private static final int UNAUTHORIZED = 401;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private IngestAnswers() {}

  /** Whether the same may be taken later. */
  static boolean isForNow(int status) {
    return status == BUSY || status == QUOTA_EXCEEDED;
  }

  /**
   * @throws StartupException if it is not JSON
   */
  static JsonNode tree(String text) throws StartupException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new StartupException("this is not an ingest service: its answer is not JSON", e);
    }
  }

  /** Of a problem, in one line. */
  static String reason(String problem) {
    try {
      JsonNode tree = JSON.readTree(problem);
      String field = tree.path("field").asString("");
      String detail = tree.path("detail").asString(tree.path("title").asString(problem));
      return field.isEmpty() ? detail : field + ": " + detail;
    } catch (JacksonException e) {
      return problem.lines().findFirst().orElse("");
    }
  }

  /** How to show a key, where one is asked for and there is none. */
  static String hint(int status, CallerKey key) {
    return status == UNAUTHORIZED && key.text() == null ? "; set " + CallerKey.VARIABLE : "";
  }

  /** What may be behind it where one side speaks TLS and the other does not, or trusts nobody. */
  static String hint(URI asked, IOException e) {
    if (!"https".equals(asked.getScheme())) {
      return e instanceof ConnectException || e instanceof HttpTimeoutException
          ? ""
          : "; perhaps it speaks TLS (https://)";
    }
    String said = Reason.of(e);
    if (said.contains("Unsupported or unrecognized SSL message")) {
      return "; perhaps it does not speak TLS (http://)";
    }
    if (said.contains("unable to find valid certification path")) {
      return "; TIDEGATE_TLS_CA names who signed its certificate";
    }
    return said.contains("certificate_required") || said.contains("bad_certificate")
        ? "; TIDEGATE_TLS_CERT and TIDEGATE_TLS_KEY name what is shown to it"
        : "";
  }
}
