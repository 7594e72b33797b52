package io.tidegate.cli.endpoints;

import tools.jackson.databind.JsonNode;

/** An endpoint as ingest tells it, for a person. */
final class EndpointText {
  private EndpointText() {}

  /** One line, without the secret. */
  static String line(JsonNode endpoint) {
    StringBuilder line = new StringBuilder();
    line.append(text(endpoint, "name")).append("  ").append(text(endpoint, "url"));
    line.append("  made ").append(text(endpoint, "created"));
    line.append(", secret ").append(endpoint.path("generation").asLong(0));
    if (endpoint.has("previous_until")) {
      line.append(", until ").append(text(endpoint, "previous_until"));
      line.append(" that before signs, too");
    }
    JsonNode disabled = endpoint.path("disabled");
    if (!disabled.isMissingNode()) {
      line.append(", disabled ").append(text(disabled, "time"));
      line.append(": ").append(text(disabled, "reason"));
    }
    return line.toString();
  }

  private static String text(JsonNode of, String field) {
    return of.path(field).asString("");
  }
}
