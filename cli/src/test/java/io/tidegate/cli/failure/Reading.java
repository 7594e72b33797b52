package io.tidegate.cli.failure;

import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads ingest's answers by what docs/openapi.yaml promises, and notes whatever else they are. */
final class Reading {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BUSY = "urn:tidegate:problem:temporary-reduced-capacity";
  private static final String WAITED = "Kafka did not acknowledge";

  /** Of several users; which of them is not said. */
  private static final String SOME = "accepted for ";

  private final Ledger ledger;

  Reading(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The answer to a request, or its refusal, as a whole. */
  Ledger.Answer whole(int status, HttpHeaders headers, String body, String id, int users) {
    if (status == 202) {
      return accepted(json(body), id, users);
    }
    String type = headers.firstValue("content-type").orElse("");
    if (status != 503 || !type.equals("application/problem+json")) {
      return wrong(id + ": answered " + status + " " + type + " " + body);
    }
    long retry = retryAfter(headers);
    return retry < 1
        ? wrong(id + ": a 503 with Retry-After " + headers.firstValue("retry-after"))
        : problem(json(body), id);
  }

  /** One line of a batch's answer. */
  Ledger.Answer line(String line, String id, int users, HttpHeaders headers) {
    JsonNode node = json(line);
    if (node == null || !node.has("status")) {
      return accepted(node, id, users);
    }
    return retryAfter(headers) < 1
        ? wrong(id + ": a line with 503 in an answer without Retry-After")
        : problem(node, id);
  }

  /** Seconds; 0 where it is none. */
  static long retryAfter(HttpHeaders headers) {
    String text = headers.firstValue("retry-after").orElse("");
    return text.matches("[1-9][0-9]{0,3}") ? Long.parseLong(text) : 0;
  }

  Ledger.Answer problem(@Nullable JsonNode problem, String id) {
    if (problem == null
        || !problem.path("type").asString("").equals(BUSY)
        || problem.path("status").asInt(0) != 503) {
      return wrong(id + ": refused with " + problem);
    }
    String detail = problem.path("detail").asString("");
    return detail.startsWith(WAITED) || detail.startsWith(SOME)
        ? Ledger.Answer.GIVEN_UP
        : Ledger.Answer.TURNED_AWAY;
  }

  static @Nullable JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      return null;
    }
  }

  private Ledger.Answer accepted(@Nullable JsonNode node, String id, int users) {
    return node != null
            && node.path("id").asString("").equals(id)
            && node.path("accepted").asInt(0) == users
        ? Ledger.Answer.ACCEPTED
        : wrong(id + ": accepted with " + node);
  }

  private Ledger.Answer wrong(String what) {
    ledger.wrong(what);
    return Ledger.Answer.WRONG;
  }
}
