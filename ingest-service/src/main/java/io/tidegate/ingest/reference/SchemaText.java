package io.tidegate.ingest.reference;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a schema for readers. A keyword that has no words of its own here is shown as it stands,
 * so that nothing of the contract is missing.
 */
final class SchemaText {
  private static final String REFERENCE = "#/components/schemas/";
  private static final Set<String> IN_WORDS =
      Set.of(
          "$ref",
          "type",
          "description",
          "properties",
          "items",
          "oneOf",
          "anyOf",
          "allOf",
          "enum",
          "const",
          "additionalProperties",
          "examples");
  private static final Map<String, String> CHOICES =
      Map.of("oneOf", "one of", "anyOf", "any of", "allOf", "all of");

  private final Html html;

  SchemaText(Html html) {
    this.html = html;
  }

  static String anchor(String schema) {
    return "schema-" + schema;
  }

  static String example(JsonNode value) {
    return value.isString()
        ? value.asString()
        : JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  void write(JsonNode schema) {
    html.open("div", "class", "schema").open("p");
    kind(schema);
    facts(schema);
    html.close();
    if (schema.has("description")) {
      html.open("p").prose(schema.get("description").asString().strip()).close();
    }
    if (schema.has("examples")) {
      html.open("p").text("for example ");
      String before = "";
      for (JsonNode example : schema.get("examples")) {
        html.text(before).element("code", compact(example));
        before = ", ";
      }
      html.close();
    }
    properties(schema);
    if (schema.path("items").isObject()) {
      html.element("p", "each of them:");
      write(schema.get("items"));
    }
    for (String choice : CHOICES.keySet().stream().sorted().toList()) {
      if (schema.has(choice)) {
        html.element("p", CHOICES.get(choice) + ":").open("ul");
        for (JsonNode one : schema.get(choice)) {
          html.open("li");
          write(one);
          html.close();
        }
        html.close();
      }
    }
    html.close().line();
  }

  private void kind(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asString().substring(REFERENCE.length());
      html.element("a", name, "href", "#" + anchor(name));
    }
    if (schema.has("type")) {
      JsonNode type = schema.get("type");
      html.text(
          type.isArray()
              ? type.valueStream().map(JsonNode::asString).collect(Collectors.joining(" or "))
              : type.asString());
    }
    if (schema.has("const")) {
      html.text("always ").element("code", compact(schema.get("const")));
    }
    if (schema.has("enum")) {
      String before = "";
      for (JsonNode value : schema.get("enum")) {
        html.text(before).element("code", compact(value));
        before = " | ";
      }
    }
  }

  /** What has no words of its own. */
  private void facts(JsonNode schema) {
    schema
        .properties()
        .forEach(
            property -> {
              String keyword = property.getKey();
              boolean shown =
                  IN_WORDS.contains(keyword)
                      || (keyword.equals("required") && schema.has("properties"));
              if (!shown) {
                html.text(" · " + keyword + " ").element("code", compact(property.getValue()));
              }
            });
    if (schema.path("additionalProperties").isBoolean()) {
      html.text(schema.get("additionalProperties").asBoolean() ? "" : " · nothing else is taken");
    }
  }

  private void properties(JsonNode schema) {
    boolean others = schema.path("additionalProperties").isObject();
    if (!schema.has("properties") && !others) {
      return;
    }
    Set<String> required =
        schema
            .path("required")
            .valueStream()
            .map(JsonNode::asString)
            .collect(Collectors.toUnmodifiableSet());
    html.open("dl");
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      html.open("dt").element("code", property.getKey());
      html.text(required.contains(property.getKey()) ? " required" : "").close().open("dd");
      write(property.getValue());
      html.close();
    }
    if (others) {
      html.element("dt", "any other").open("dd");
      write(schema.get("additionalProperties"));
      html.close();
    }
    html.close();
  }

  private static String compact(JsonNode value) {
    return value.isString() ? value.asString() : value.toString();
  }
}
